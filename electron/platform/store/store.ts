import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { GroupCommit } from './group-commit.ts'
import { migrations } from './migrations.ts'
import * as schema from './schema.ts'

/** The database's file, below the data directory. */
export const DATABASE = 'ota-bench.sqlite'

export { migrations }

/** The typed query side of the store. Reads are synchronous and see every write that `write` has run. */
export type Db = BetterSQLite3Database<typeof schema>

/** The platform's truth: one SQLite file, one writer. */
export interface Store {
  readonly db: Db
  /** For the few statements whose plan matters: bulk inserts, counters. */
  readonly sql: Database.Database
  /** Runs `work` in a shared transaction; resolves with its result once that is on disk, rejects (undone) when it threw. */
  write<T>(work: () => T): Promise<T>
  /** Finishes what was accepted and closes. */
  close(): Promise<void>
}

/** Another process holds this data directory. */
export class DataLockedError extends Error {
  override readonly name = 'DataLockedError'
}

/** The database was made by a newer program. */
export class DataTooNewError extends Error {
  override readonly name = 'DataTooNewError'
}

/**
 * Opens (makes, migrates) the store of a data directory.
 * @throws DataLockedError when another station has it open, DataTooNewError after a downgrade.
 */
export const openStore = (directory: string): Store => {
  const lock = lockData(directory)
  try {
    return openLocked(directory, lock)
  } catch (error) {
    lock.close()
    throw error
  }
}

/** Opens (makes, migrates) the store of a data directory that is held; closing the store gives the directory back. */
export const openLocked = (directory: string, lock: DataLock): Store => {
  const file = join(directory, DATABASE)
  const sql = new Database(file)
  try {
    sql.pragma('journal_mode = WAL')
    // NORMAL leaves the fsync of the log to us: GroupCommit does it off this thread before a write is acknowledged.
    sql.pragma('synchronous = NORMAL')
    sql.pragma('foreign_keys = ON')
    // A megabyte of the log at a time, as moving it into the database holds this thread: four of them are 25 ms.
    sql.pragma('wal_autocheckpoint = 250')
    sql.pragma('cache_size = -32768')
    sql.pragma('temp_store = MEMORY')
    migrate(sql)
  } catch (error) {
    sql.close()
    throw error
  }
  const commits = new GroupCommit(sql, `${file}-wal`)
  return {
    db: drizzle(sql, { schema }),
    sql,
    write: (work) => commits.write(work),
    async close() {
      await commits.close()
      sql.close()
      lock.close()
    },
  }
}

/** A data directory that this process holds. */
export interface DataLock {
  close(): unknown
}

/**
 * Makes a data directory where there is none, and holds it. Held by the operating system, so that a killed station leaves no
 * stale lock behind. @throws DataLockedError.
 */
export const lockData = (directory: string): DataLock => {
  mkdirSync(directory, { recursive: true })
  const lock = new Database(join(directory, 'station.lock'), { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE; COMMIT')
    return lock
  } catch (cause) {
    lock.close()
    throw new DataLockedError(`another station uses ${directory}`, { cause })
  }
}

const migrate = (sql: Database.Database): void => {
  const at = Number(sql.pragma('user_version', { simple: true }))
  if (at > migrations.length)
    throw new DataTooNewError(`the data is of version ${at}, this program knows ${migrations.length}`)
  migrations.slice(at).forEach((script, step) => {
    sql.transaction(() => {
      sql.exec(script)
      sql.pragma(`user_version = ${at + step + 1}`)
    })()
  })
}
