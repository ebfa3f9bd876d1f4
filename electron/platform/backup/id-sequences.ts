import { join } from 'node:path'
import Database from 'better-sqlite3'
import { DATABASE } from '../store/store.ts'
import { listBackups } from './backup-files.ts'
import type { PendingRestore } from './pending-restore.ts'

/**
 * So many numbers are left free where the replaced database cannot be read: nobody knows how many it gave since the copy.
 * Devices keep numbers of jobs, and a number must never mean two things.
 */
const UNKNOWN_GAP = 100_000

/** The highest numbers that are known of: of the database that is replaced, or, where it cannot be read, of every backup. */
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

/** The last number each table gave; undefined where the file cannot be read. */
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

/** Lets every table of a restored database go on above the numbers that were given. */
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
    const at = read.get(name)?.seq
    const last = Math.max(at ?? 0, numbers[name] ?? 0) + (known ? 0 : UNKNOWN_GAP)
    if (last > (at ?? 0)) (at === undefined ? add : change).run(last, name)
  }
}
