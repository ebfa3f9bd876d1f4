import type Database from 'better-sqlite3'

/** Changes of a table's rows to be told of. */
export interface RowWatch {
  readonly table: string
  readonly on: readonly ('insert' | 'update' | 'delete')[]
  /** Updates of these columns only; default: of any. */
  readonly columns?: readonly string[]
  /** Columns whose values the listener receives, in this order: ids. They never change in a row. */
  readonly keys: readonly string[]
}

export type RowListener = (...keys: number[]) => void

let watches = 0

/**
 * Calls back for each row that any statement of this connection changes, also by a cascade, while the statement runs: before anybody can
 * read the row again. The listener must not use the database. Temporary triggers (sqlite.org/lang_createtrigger.html, 7) are the
 * connection's own and never reach the file.
 */
export const watchRows = (sql: Database.Database, watch: RowWatch, changed: RowListener): void => {
  const { table, on, columns, keys } = watch
  const name = `row_watch_${++watches}`
  sql.function(name, { varargs: true }, (...values: unknown[]) => {
    changed(...values.map(Number))
    return null
  })
  for (const event of on) {
    const of = event === 'update' && columns ? `OF ${columns.join(', ')} ` : ''
    const row = event === 'insert' ? 'NEW' : 'OLD'
    sql.exec(`CREATE TEMP TRIGGER ${name}_${event} AFTER ${event} ${of}ON main.${table}
      BEGIN SELECT ${name}(${keys.map((key) => `${row}.${key}`).join(', ')}); END`)
  }
}
