import type { Logger } from 'pino'
import type { ReadyInfo } from '../station/ready-line.ts'
import { exitCodes } from './exit-codes.ts'
import { stop } from './headless.ts'
import { type FromStation, ToStation } from './messages.ts'
import { ANSWER_MS, type CurrentStation } from './restart.ts'
import type { ServedStation } from './start-station.ts'

/** The station's end of a window's message port, in Electron's form. */
type StationPort = Parameters<ServedStation['upgradePort']>[0] & { start(): void }

/** The used part of Electron's `process.parentPort`; a structural type, so that nothing here imports Electron. */
interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown; ports: readonly StationPort[] }) => void): unknown
  postMessage(message: FromStation): void
}

/** Electron's parent port in a utility process, undefined on plain Node. */
export const parentPort = (): ParentPort | undefined =>
  (process as unknown as { readonly parentPort?: ParentPort }).parentPort

/** Runs the station under the desktop host: messages report that it is ready and stop it, and each window has one message port. */
export const runUtility = async (current: CurrentStation, parent: ParentPort, logger: Logger): Promise<ReadyInfo> => {
  parent.on('message', ({ data, ports }) => {
    const message = ToStation.safeParse(data)
    if (!message.success) return logger.warn({ data }, 'message of the desktop host not understood')
    if (message.data.event === 'stop') return void stop(current, logger)
    if (message.data.event === 'resumed')
      return void current.starting.then(
        (station) => station.lookAtTime(),
        () => undefined,
      )
    const [port] = ports
    if (port) void upgrade(current.starting, port)
  })
  const station = await current.starting
  parent.postMessage(station.ready)
  station.onBusy((slots) => parent.postMessage({ event: 'busy', slots }))
  // The desktop host starts another process, and its window connects to it as after a crash.
  station.onRestart(() => {
    setTimeout(() => void station.stop().finally(() => process.exit(exitCodes.startAgain)), ANSWER_MS)
  })
  return station.ready
}

const upgrade = async (starting: Promise<ServedStation>, port: StationPort): Promise<void> => {
  const station = await starting.catch(() => undefined)
  station?.upgradePort(port)
  port.start()
}
