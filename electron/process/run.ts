import pino, { type Logger } from 'pino'
import { textsForLog } from '#shared/log-texts.ts'
import { writtenOut } from '#shared/phrase-text.ts'
import { startFailureWords } from '#shared/start-failure-texts.ts'
import type { StartFailureInfo } from '#shared/start-failures.ts'
import { parseOptions, type StationOptions } from '../options.ts'
import { listBackups } from '../platform/backup/backup-files.ts'
import { systemClock } from '../platform/basics/clock.ts'
import { isOutOfFiles } from '../platform/basics/out-of-files.ts'
import { FaultLog } from '../platform/basics/refusal-log.ts'
import { LogFiles } from '../platform/logs/log-files.ts'
import { startFailureOf } from '../platform/store/start-errors.ts'
import type { ReadyInfo } from '../station/ready-line.ts'
import { version } from '../version.ts'
import { exitCodes } from './exit-codes.ts'
import { runHeadless } from './headless.ts'
import { keepStarted } from './restart.ts'
import { type ServedStation, startStation } from './start-station.ts'
import { parentPort, runUtility } from './utility.ts'

/**
 * The reason why the station could not start, where the operator must repair or decide something and a restart does not help, with the
 * available backups; undefined where it is an error of ours. `directory`: the data directory, absolute.
 */
const startFailureInfo = async (error: unknown, directory: string): Promise<StartFailureInfo | undefined> => {
  const failure = startFailureOf(error, directory)
  if (!failure) return undefined
  const backups = await listBackups(directory, Date.now()).catch(() => [])
  return { code: failure.code, data: writtenOut(failure.data), backups: backups.map(({ name, at }) => ({ name, at })) }
}

/** Time to send the message to the desktop host before the process ends. */
const LAST_WORDS_MS = 250

/** Options of a launcher: `onReady` is called after the ready line was written. */
interface RunHooks {
  readonly onReady?: (ready: ReadyInfo) => void
}

/**
 * The whole process: reads its options, starts the station and serves it to its host. Ends the process with the codes of `exit-codes.ts`.
 * Logs go to standard error, one JSON object per line.
 */
export const run = async (hooks: RunHooks = {}): Promise<void> => {
  // The desktop host passes its options in the environment; Electron's own argv is not for the station.
  const parsed = parseOptions(parentPort() ? [] : process.argv.slice(2), process.env)
  switch (parsed.kind) {
    case 'help':
      return void process.stdout.write(parsed.text)
    case 'version':
      return void process.stdout.write(`${version}\n`)
    case 'error':
      process.stderr.write(`ota-bench: ${parsed.message} (--help lists the options)\n`)
      process.exitCode = exitCodes.usage
      return
    case 'options':
      return serve(parsed.options, hooks)
  }
}

const serve = async (options: StationOptions, { onReady }: RunHooks): Promise<void> => {
  const parent = parentPort()
  // Synchronous: the last line before an exit is the most important one.
  const stderr = pino.destination({ dest: 2, sync: true })
  const logs = new LogFiles()
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write(line: string) {
        stderr.write(line)
        logs.write(line)
      },
    },
  )
  // All files of the station are readable only by its own user: secrets, keys, firmware.
  process.umask(0o077)
  crashLoudly(logger)
  logWarnings(logger)
  const fail = async (error: unknown): Promise<void> => {
    const failure = await startFailureInfo(error, options.data)
    // The log of a station without a screen is the only source of the reason, so it contains every language.
    if (failure) {
      const { code, data } = failure
      const { message, others } = textsForLog((_, language) => startFailureWords(failure, language))
      logger.fatal({ failure: code, ...data, ...others }, message)
    } else logger.fatal({ err: error }, 'the station could not start')
    const exitCode = failure ? exitCodes.cannotStart : exitCodes.crashed
    if (!parent) process.exit(exitCode)
    if (failure) parent.postMessage({ event: 'failed', failure })
    setTimeout(() => process.exit(exitCode), LAST_WORDS_MS)
  }
  let startedAt = performance.timeOrigin
  const start = (given: StationOptions): Promise<ServedStation> => {
    const starting = startStation(given, { logger, version, startedAt, logs })
    startedAt = Date.now()
    return starting
  }
  const current = parent ? { starting: start(options) } : keepStarted(start, options, (error) => void fail(error))
  try {
    const ready = await (parent ? runUtility(current, parent, logger) : runHeadless(current, logger))
    onReady?.(ready)
  } catch (error) {
    await fail(error)
  }
}

const crashLoudly = (logger: Logger): void => {
  const faults = new FaultLog(logger, systemClock)
  const crash = (err: unknown) => {
    // A library failed to open a file, a pipe or a socket and did not handle the error; existing connections go on.
    if (isOutOfFiles(err)) return faults.note('something could not be opened: too many files are open', { err })
    logger.fatal({ err }, 'the station failed in a way nobody foresaw')
    process.exit(exitCodes.crashed)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

/** Node's warnings become log lines; deprecations inside libraries do not concern the operator. */
const logWarnings = (logger: Logger): void => {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'DeprecationWarning') logger.warn({ err: warning }, warning.message)
  })
}
