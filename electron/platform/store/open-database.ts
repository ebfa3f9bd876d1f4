import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { phrase } from '#shared/phrase.ts'
import { StartFailure } from '../basics/start-failure.ts'
import { lackingIn, tablesOf } from './check-tables.ts'
import { partsOf } from './directory.ts'
import { DATABASE, DATABASE_LOG } from './files.ts'
import { inspectDatabase } from './inspect-database.ts'
import { refuseSharedDatabase } from './lock.ts'
import { migrations } from './migrations.ts'

/**
 * Inspects, opens or creates, and migrates the database of a data directory.
 * @param anew an operator wants a new database beside existing files.
 * @throws as `openStore`.
 */
export const openDatabase = (directory: string, anew: boolean): Database.Database => {
  const file = join(directory, DATABASE)
  judgeDatabase(directory, anew)
  // Created for the owner alone, before SQLite would create it with open permissions.
  closeSync(openSync(file, 'a', 0o600))
  refuseSharedDatabase(file, directory)
  const sql = new Database(file, { fileMustExist: true })
  try {
    refuseForeign(sql, directory, file, anew)
    sql.pragma('journal_mode = WAL')
    // NORMAL leaves the fsync of the log to GroupCommit, which does it off this thread before a write is acknowledged.
    sql.pragma('synchronous = NORMAL')
    sql.pragma('foreign_keys = ON')
    // Checkpoints of one megabyte, because a checkpoint blocks this thread: four megabytes take 25 ms.
    sql.pragma('wal_autocheckpoint = 250')
    sql.pragma('cache_size = -32768')
    sql.pragma('temp_store = MEMORY')
    migrate(sql, file)
    if (!dropStatistics(sql)) return sql
  } catch (error) {
    sql.close()
    throw error
  }
  // This connection plans by the statistics that it read.
  sql.close()
  return openDatabase(directory, anew)
}

/**
 * Removes statistics that somebody's ANALYZE left, so that every station plans its queries alike: those that the tests have seen, whatever
 * the tables held on the day of the ANALYZE. Returns whether there were any.
 */
const dropStatistics = (sql: Database.Database): boolean => {
  const tables = [...tablesOf(sql)].filter((name) => /^sqlite_stat\d$/.test(name))
  for (const table of tables) sql.exec(`DROP TABLE ${table}`)
  return tables.length > 0
}

/**
 * Refuses a database that cannot be used, by its bytes alone, before SQLite creates or recovers anything.
 * @throws StartFailure; the system's errors.
 */
export const judgeDatabase = (directory: string, anew = false): void => {
  const file = join(directory, DATABASE)
  const log = join(directory, DATABASE_LOG)
  const state = inspectDatabase({ ...headOf(file), wal: contentOf(log) })
  switch (state.kind) {
    case 'missing':
    case 'empty': {
      const parts = anew ? [] : partsOf(directory)
      if (parts.length > 0)
        throw new StartFailure(state.kind === 'missing' ? 'DATABASE_MISSING' : 'DATABASE_EMPTY', {
          file,
          parts: parts.join(', '),
        })
      return
    }
    case 'foreign':
      throw new StartFailure('DATABASE_FOREIGN', {
        file,
        detail: phrase('phrases.notSqlite'),
      })
    case 'truncated':
      throw new StartFailure('DATABASE_DAMAGED', {
        file,
        detail: phrase('phrases.endsEarly', { size: state.size, expected: state.expected }),
      })
    case 'logDamaged':
      throw new StartFailure('DATABASE_LOG_DAMAGED', {
        file: log,
        detail: state.frame === 0 ? phrase('phrases.logBeginning') : phrase('phrases.logPage', { page: state.frame }),
      })
    case 'ok':
  }
}

const headOf = (file: string): { size: number | undefined; head: Uint8Array } => {
  const size = statSync(file, { throwIfNoEntry: false })?.size
  const head = new Uint8Array(100)
  if (size === undefined) return { size, head: head.subarray(0, 0) }
  const opened = openSync(file, 'r')
  try {
    return { size, head: head.subarray(0, readSync(opened, head, 0, head.length, 0)) }
  } finally {
    closeSync(opened)
  }
}

const contentOf = (file: string): Uint8Array =>
  statSync(file, { throwIfNoEntry: false }) ? readFileSync(file) : new Uint8Array()

/** A database of a newer program, of another program, or one that lost its content with its log. */
const refuseForeign = (sql: Database.Database, directory: string, file: string, anew: boolean): void => {
  const version = versionOf(sql)
  if (version > migrations.length)
    throw new StartFailure('DATABASE_TOO_NEW', { file, version, known: migrations.length })
  const tables = tablesOf(sql)
  const foreign = version === 0 ? tables.size > 0 : !tables.has('products') && !tables.has('key_values')
  if (foreign)
    throw new StartFailure('DATABASE_FOREIGN', {
      file,
      detail: phrase('phrases.noTables'),
    })
  if (version > 0 || anew) return
  const parts = partsOf(directory).filter((name) => name !== DATABASE_LOG)
  if (parts.length > 0) throw new StartFailure('DATABASE_EMPTY', { file, parts: parts.join(', ') })
}

const versionOf = (sql: Database.Database): number => Number(sql.pragma('user_version', { simple: true }))

/** Migrates a database to the current schema. `file`: for error texts. @throws StartFailure DATABASE_DAMAGED when it lacks a table or column. */
export const migrate = (sql: Database.Database, file: string): void => {
  const at = versionOf(sql)
  try {
    // When a table is recreated, dropping the old one must not delete rows of other tables (sqlite.org/lang_altertable.html, 7).
    sql.pragma('foreign_keys = OFF')
    migrations.slice(at).forEach((script, step) => {
      sql.transaction(() => {
        sql.exec(script)
        sql.pragma(`user_version = ${at + step + 1}`)
      })()
    })
    sql.pragma('foreign_keys = ON')
  } catch (cause) {
    // A missing table or column: the schema was changed from outside.
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_ERROR')
      throw new StartFailure('DATABASE_DAMAGED', { file, detail: cause.message }, { cause })
    throw cause
  }
  // No file of a station may reach the disk before the tables that name it.
  if (at < migrations.length) sql.pragma('wal_checkpoint(TRUNCATE)')
  const lacking = lackingIn(sql)
  if (lacking !== undefined)
    throw new StartFailure('DATABASE_DAMAGED', {
      file,
      detail: phrase('phrases.tableMissing', { name: lacking }),
    })
}
