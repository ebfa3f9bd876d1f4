import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { watchDamage } from './database-damage-watch.ts'
import { makeDirectory } from './directory.ts'
import { DATABASE_LOG } from './files.ts'
import { GroupCommit } from './group-commit.ts'
import { type HeldDirectory, holdDirectory } from './lock.ts'
import { openDatabase } from './open-database.ts'
import { type RowListener, type RowWatch, watchRows } from './row-watch.ts'
import * as schema from './schema.ts'
import { settled } from './settled-statements.ts'

export { DATABASE } from './files.ts'
export { migrations } from './migrations.ts'

/** The typed query side of the store. Reads are synchronous and see every write that `write` has run. */
export type Db = BetterSQLite3Database<typeof schema>

/** The station's data: one SQLite file with one writer. */
export interface Store {
  readonly db: Db
  /** For the few statements whose query plan matters: bulk inserts, counters. */
  readonly sql: Database.Database
  /**
   * Runs `work` in a shared transaction; resolves with its result once that is on disk, rejects (undone) when it throws.
   * @param mayWait whether it may wait some milliseconds for the company of others, as the reports of many devices do.
   */
  write<T>(work: () => T, mayWait?: boolean): Promise<T>
  /** Calls back for each row that changes, before anybody can read it again; the listener must not use the store. */
  watch(rows: RowWatch, changed: RowListener): void
  /** Calls back when accepted writes were undone: rows that were read meanwhile may have been theirs. */
  onUndo(listener: () => void): void
  /** The transactions of `write`: calls back after each, and tells how many writes wait for the next. */
  readonly commits: Pick<GroupCommit, 'onCommit' | 'waiting'>
  /** Calls back whenever a query finds the database damaged; at once if that has already happened. */
  onDamage(listener: (error: Error) => void): void
  /** Finishes the accepted writes and closes. */
  close(): Promise<void>
}

/**
 * Opens (creates, migrates) the store of a data directory. Existing files are inspected before SQLite may change them: nothing is
 * created, moved or overwritten when an operator has to decide.
 * @throws StartFailure; the system's and SQLite's errors, which `startFailureOf` converts to texts.
 */
export const openStore = (directory: string): Store => {
  makeDirectory(directory)
  const held = holdDirectory(directory)
  try {
    return openLocked(directory, held)
  } catch (error) {
    held.close()
    throw error
  }
}

/**
 * Opens (creates, migrates) the store of a locked data directory; closing the store releases the directory.
 * @param anew an operator wants a new database beside existing files.
 * @throws as `openStore`.
 */
export const openLocked = (directory: string, held: HeldDirectory, anew = false): Store => {
  const sql = openDatabase(directory, anew)
  let found: Error | undefined
  let tell: (error: Error) => void = () => {}
  watchDamage(sql, (error) => {
    found ??= error
    tell(error)
  })
  const { prepare } = sql
  Object.assign(sql, { prepare: (source: string) => prepare.call(sql, settled(source)) })
  const undone: (() => void)[] = []
  const commits = new GroupCommit(sql, join(directory, DATABASE_LOG), () => {
    for (const listener of undone) listener()
  })
  return {
    db: drizzle(sql, { schema }),
    sql,
    write: (work, mayWait) => commits.write(work, mayWait),
    commits,
    watch: (rows, changed) => watchRows(sql, rows, changed),
    onUndo: (listener) => void undone.push(listener),
    onDamage(listener) {
      tell = listener
      if (found) listener(found)
    },
    async close() {
      await commits.close()
      sql.close()
      held.close()
    },
  }
}
