import { join } from 'node:path'
import Database from 'better-sqlite3'
import { DATABASE } from '../store/store.ts'
import { listBackups } from './backup-files.ts'
import type { PendingRestore } from './pending-restore.ts'

/**
 * The gap left in the IDs when the replaced database cannot be read, because nobody knows how many IDs it gave out since the copy.
 * Devices keep job IDs, so an ID must never be used twice.
 */
const UNKNOWN_GAP = 100_000

/** The highest known IDs: those of the replaced database, or those of all backups when it cannot be read. */
export const highestNumbers = async (
  directory: string,
  now: number,
): Promise<NonNullable<PendingRestore['highest']>> => {
  const current = numbersIn(join(directory, DATABASE))
  if (current) return { known: true, numbers: current }
  const numbers: Record<string, number> = {}
  for (const { path } of await listBackups(directory, now))
    for (const [table, last] of Object.entries(numbersIn(path) ?? {}))
      numbers[table] = Math.max(numbers[table] ?? 0, last)
  return { known: false, numbers }
}

/** The last ID of each table; undefined when the file cannot be read. */
const numbersIn = (file: string): Record<string, number> | undefined => {
  try {
    const sql = new Database(file, { readonly: true, fileMustExist: true })
    try {
      const rows = sql.prepare<[], { name: string; seq: number }>('SELECT name, seq FROM sqlite_sequence').all()
      return Object.fromEntries(rows.map(({ name, seq }) => [name, seq]))
    } finally {
      sql.close()
    }
  } catch {
    return undefined
  }
}

/** Lets every table of a restored database continue above the IDs already used. */
export const raiseNumbers = (
  sql: Database.Database,
  { known, numbers }: NonNullable<PendingRestore['highest']>,
): void => {
  const own = sql
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'`)
    .all()
  const read = sql.prepare<[string], { seq: number }>('SELECT seq FROM sqlite_sequence WHERE name = ?')
  const add = sql.prepare('INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)')
  const change = sql.prepare('UPDATE sqlite_sequence SET seq = ? WHERE name = ?')
  for (const { name } of own) {
    // Its numbers are places in a queue, which must have no gap, and known to nobody else.
    if (name === 'outbox') continue
    const at = read.get(name)?.seq
    const last = Math.max(at ?? 0, numbers[name] ?? 0) + (known ? 0 : UNKNOWN_GAP)
    if (last > (at ?? 0)) (at === undefined ? add : change).run(last, name)
  }
}
