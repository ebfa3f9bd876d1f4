import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../basics/logger.ts'
import { DATABASE } from '../store/store.ts'
import { inDatabaseThread } from './database-thread.ts'
import { DatabaseDamagedError } from './make-backup.ts'

/** How a start waits for the check. */
const waiting = {
  /** So long for a large database, milliseconds; the check goes on to its end while the station serves. */
  ms: 1000,
  /** Up to so many bytes reading takes a fraction of that, and the start waits for the end. */
  smallBytes: 64 * 1024 * 1024,
}

/** The check of the database at a start. */
export interface StartCheck {
  /** Waits for the check; of a large database a second at most from its beginning. @throws DatabaseDamagedError where it has found damage by then. */
  inTime(): Promise<void>
  /** What the whole check found, once it is through: none, or why the database is damaged. */
  readonly result: Promise<DatabaseDamagedError | undefined>
  /** Ends it; idempotent. */
  stop(): Promise<void>
}

/** For a database that this start has made itself: the thread would cost more than the rest of the start and could find nothing. */
export const nothingToCheck: StartCheck = {
  result: Promise.resolve(undefined),
  inTime: async () => {},
  stop: async () => {},
}

/** Begins to check a database in a thread of its own; it may be in use. @param wait tests bring their own. */
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
      // That it could not be looked at says nothing against it.
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
