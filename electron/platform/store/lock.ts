import { lstatSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { phrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { LOCK } from './files.ts'

/** How long to wait for another program that reads the database briefly, milliseconds. */
const READER_MS = 2000

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
const isTaken = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))

/** A data directory that no other station can use until it is released. */
export interface HeldDirectory {
  close(): unknown
}

/**
 * Locks other stations out of a data directory by an operating-system lock on `station.lock`. The lock ends with the process, so
 * neither a leftover file nor a reused process number looks like a running station. The file's content does not matter: if
 * damaged, it is emptied in place. Because the file may be deleted meanwhile, `refuseSharedDatabase` checks again.
 * @throws StartFailure DATA_IN_USE; the system's and SQLite's errors.
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
      // SQLite locks a file before it reads it, so no other process holds this one.
      truncateSync(file, 0)
    }
  }
}

/**
 * Refuses a database that another process has open, even if the lock file is gone: a running station holds a shared lock on its
 * database, which excludes an exclusive lock. Our exclusive lock is released at once; by then the content of the log is in the
 * database.
 * @throws StartFailure DATA_IN_USE; SQLite's errors.
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
