import type { StationOptions } from '../options.ts'
import type { ServedStation } from './start-station.ts'

/** Time to send the answer before the station stops. */
export const ANSWER_MS = 300

/** The running station; replaced by another one after a restore. Rejects where it could not start. */
export interface CurrentStation {
  readonly starting: Promise<ServedStation>
}

/**
 * Starts a station, and replaces it by another one on the same addresses whenever a restore is confirmed.
 * @param onFailure is called when a later station could not start; the first failure only rejects `starting`.
 */
export const keepStarted = (
  start: (options: StationOptions) => Promise<ServedStation>,
  options: StationOptions,
  onFailure: (error: unknown) => void,
): CurrentStation => {
  const current = { starting: start(options) }
  const follow = (station: ServedStation): void =>
    station.onRestart(() => {
      const again = (async () => {
        await new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
        await station.stop()
        return start(sameAddresses(options, station))
      })()
      current.starting = again
      again.then(follow, onFailure)
    })
  current.starting.then(follow, () => {})
  return current
}

/** The options of a station that replaces a running one: the same addresses, and no option that applies once. */
const sameAddresses = (options: StationOptions, { ready }: ServedStation): StationOptions => {
  const { restoreBackup: _, ...rest } = options
  const portOf = (url: string | null, otherwise: number): number =>
    url !== null && URL.canParse(url) && new URL(url).port !== '' ? Number(new URL(url).port) : otherwise
  return {
    ...rest,
    ...(options.broker === undefined
      ? { mqttPort: portOf(ready.mqtt, options.mqttPort), mqttsPort: portOf(ready.mqtts, options.mqttsPort) }
      : {}),
    httpPort: portOf(ready.http, options.httpPort),
    httpsPort: portOf(ready.https, options.httpsPort),
    uiPort: portOf(ready.api, options.uiPort),
    demo: false,
    resetPin: false,
    setAside: false,
  }
}
