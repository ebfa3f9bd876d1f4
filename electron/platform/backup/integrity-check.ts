import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../basics/logger.ts'
import { DATABASE } from '../store/store.ts'
import { inDatabaseThread } from './database-thread.ts'
import { DatabaseDamagedError } from './make-backup.ts'

/** How long a start waits for the check. */
const waiting = {
  /** The longest wait for a large database, milliseconds; the check continues while the station serves. */
  ms: 1000,
  /** Up to this many bytes reading takes only a fraction of that time, and the start waits for the end of the check. */
  smallBytes: 64 * 1024 * 1024,
}

/** The database check at start. */
export interface StartCheck {
  /**
   * Waits for the check to end; for a large database at most one second after its beginning.
   * @throws DatabaseDamagedError when it has found damage by then.
   */
  inTime(): Promise<void>
  /** The result of the complete check: nothing, or why the database is damaged. */
  readonly result: Promise<DatabaseDamagedError | undefined>
  /** Stops the check; idempotent. */
  stop(): Promise<void>
}

/** For a database that this start has just created: a check thread would cost more than the rest of the start and could find nothing. */
export const nothingToCheck: StartCheck = {
  result: Promise.resolve(undefined),
  inTime: async () => {},
  stop: async () => {},
}

/** Starts the check of a database in its own thread; the database may be in use. @param wait tests pass their own. */
export const checkAtStart = (directory: string, logger: Logger, wait = waiting): StartCheck => {
  const stopping = new AbortController()
  const file = join(directory, DATABASE)
  const until = performance.now() + wait.ms
  const result = inDatabaseThread({ kind: 'check', file }, stopping.signal).then(
    ({ problems }) => {
      if (problems.length === 0) return undefined
      return new DatabaseDamagedError(file, problems)
    },
    (error: unknown) => {
      // A check that could not run says nothing about the database.
      if (!stopping.signal.aborted) logger.warn({ err: error }, 'the database could not be checked')
      return undefined
    },
  )
  return {
    result,
    async inTime() {
      if (statSync(file).size <= wait.smallBytes) {
        const found = await result
        if (found) throw found
        return
      }
      const late = Promise.withResolvers<undefined>()
      const left = until - performance.now()
      if (left <= 0) late.resolve(undefined)
      const timer = setTimeout(() => late.resolve(undefined), Math.max(0, left))
      const damaged = await Promise.race([result, late.promise])
      clearTimeout(timer)
      if (damaged) throw damaged
    },
    async stop() {
      stopping.abort(new Error('the station stops'))
      await result
    },
  }
}
