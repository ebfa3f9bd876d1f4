import { lstatSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { phrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { LOCK } from './files.ts'

/** How long another program that reads the database for a moment is waited for, milliseconds. */
const READER_MS = 2000

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
const isTaken = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))

/** A data directory that no other station may use until it is given back. */
export interface HeldDirectory {
  close(): unknown
}

/**
 * Keeps other stations out of a data directory, by a lock of the operating system on `station.lock`: it ends with the
 * process, so neither a file that was left behind nor a number that another process got says that a station runs.
 * What the file holds does not count: damaged, it is emptied in place. That it may be deleted meanwhile is why
 * `refuseSharedDatabase` looks again. @throws StartFailure DATA_IN_USE; the system's and SQLite's errors.
 */
export const holdDirectory = (directory: string): HeldDirectory => {
  const file = join(directory, LOCK)
  for (let emptied = false; ; emptied = true) {
    let lock: Database.Database | undefined
    try {
      lock = new Database(file, { timeout: 0 })
      lock.pragma('locking_mode = EXCLUSIVE')
      lock.exec('BEGIN EXCLUSIVE; COMMIT')
      return lock
    } catch (cause) {
      lock?.close()
      if (isTaken(cause)) throw new StartFailure('DATA_IN_USE', { directory }, { cause })
      if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false)
        throw new StartFailure('DATA_UNREADABLE', { file, detail: phrase('phrases.notAFile') }, { cause })
      if (emptied || !/^SQLITE_(NOTADB|CORRUPT)/.test(codeOf(cause))) throw cause
      // SQLite reads a file only after it has locked it: nobody else holds this one.
      truncateSync(file, 0)
    }
  }
}

/**
 * Refuses a database that another process has open, whatever became of the lock file: a station holds a shared lock on
 * its database for as long as it runs, which an exclusive one does not go beside. Ours is given back at once; what the log
 * holds is by then in the database. @throws StartFailure DATA_IN_USE; SQLite's errors.
 */
export const refuseSharedDatabase = (file: string, directory: string): void => {
  const probe = new Database(file, { timeout: READER_MS, fileMustExist: true })
  try {
    probe.pragma('locking_mode = EXCLUSIVE')
    probe.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (cause) {
    if (isTaken(cause)) throw new StartFailure('DATA_IN_USE', { directory }, { cause })
    throw cause
  } finally {
    probe.close()
  }
}
