import { constants } from 'node:os'
import type { Logger } from 'pino'
import type { ReadyInfo } from '../station/ready-line.ts'
import { exitCodes } from './exit-codes.ts'
import type { CurrentStation } from './restart.ts'

/** Under npm a Ctrl-C of the terminal arrives twice: from the terminal and forwarded by npm. Within this time both count as one. */
const SAME_SIGNAL_MS = 500
/** docs/operator-api.md §3.4: exit within 5 s. Everything acknowledged is on disk by then, even if something hangs. */
const STOP_LIMIT_MS = 4500

/** OTA_BENCH_STOP_TIMEOUT sets the seconds for a machine on which an orderly stop takes longer. */
const stopLimitMs = (): number => {
  const seconds = Number(process.env.OTA_BENCH_STOP_TIMEOUT)
  return seconds > 0 && seconds < Number.POSITIVE_INFINITY ? seconds * 1000 : STOP_LIMIT_MS
}

/**
 * Runs the station on plain Node: it prints the ready line on standard output; SIGTERM or SIGINT stops it with exit code 0, a second
 * signal ends it at once. Rejects when the station cannot start.
 */
export const runHeadless = async (current: CurrentStation, logger: Logger): Promise<ReadyInfo> => {
  stopOnSignal(current, logger)
  const { ready } = await current.starting
  // A reader that closes its end early must not end the station.
  process.stdout.on('error', () => {})
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  return ready
}

const stopOnSignal = (current: CurrentStation, logger: Logger): void => {
  let firstAt: number | undefined
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (firstAt !== undefined) {
        // 128 + n is the shell's exit code for an end by signal n
        if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal])
        return
      }
      firstAt = performance.now()
      logger.info({ signal }, 'stopping')
      void stop(current, logger)
    })
}

/** Stops the station and ends the process. Where the station could not start, other code ends the process with the reason. */
export const stop = async (current: CurrentStation, logger: Logger): Promise<void> => {
  const limitMs = stopLimitMs()
  setTimeout(() => {
    logger.error({ limitMs }, 'stopping took too long; what was acknowledged is on disk')
    process.exit(exitCodes.stopped)
  }, limitMs).unref()
  const station = await current.starting.catch(() => undefined)
  if (!station) return
  await station.stop()
  logger.info({}, 'stopped')
  process.exit(exitCodes.stopped)
}
