import type Database from 'better-sqlite3'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as deltaTables from './delta-tables.ts'
import * as reportTables from './report-tables.ts'
import * as schema from './schema.ts'

/** Every table of the query schema with its columns. */
const expected = Object.values({ ...schema, ...reportTables, ...deltaTables }).flatMap((table) => {
  if (!is(table, SQLiteTable)) return []
  const { name, columns } = getTableConfig(table)
  return [{ table: name, columns: columns.map((column) => column.name) }]
})

/** Names of all tables of a database. @throws SQLite's errors. */
export const tablesOf = (sql: Database.Database): Set<string> =>
  new Set(sql.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all())

/** The first table or column that queries need and a migrated database lacks; undefined when it has all of them. */
export const lackingIn = (sql: Database.Database): string | undefined => {
  const rows = sql
    .prepare<[], { table: string; column: string }>(
      `SELECT m.name AS "table", p.name AS "column" FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table'`,
    )
    .all()
  const columns = Map.groupBy(rows, (row) => row.table)
  for (const { table, columns: wanted } of expected) {
    const found = columns.get(table)?.map((row) => row.column)
    if (!found) return table
    const missing = wanted.find((column) => !found.includes(column))
    if (missing) return `${table}.${missing}`
  }
  return undefined
}
