import type { StationOptions } from '../options.ts'
import type { ServedStation } from './start-station.ts'

/** Time for the answer that says so to leave before the station stops. */
export const ANSWER_MS = 300

/** The station that serves now; another one after a restore. Rejects where it could not start. */
export interface CurrentStation {
  readonly starting: Promise<ServedStation>
}

/**
 * Starts a station, and another one in its place on the same addresses whenever a restore was decided on.
 * @param onFailure is told when a later one could not start; the first rejects `starting` alone.
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

/** The options of a station that takes the place of one that is ready: its addresses, and nothing that is done once. */
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
