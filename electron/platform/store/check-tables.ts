import type Database from 'better-sqlite3'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from './schema.ts'
import { triggers } from './triggers.ts'

/** Every table of the store. */
export const tables: readonly SQLiteTable[] = Object.values(schema).filter((value) => is(value, SQLiteTable))

/** Every part of a database that has a name: tables, `table.column`, indexes, triggers. */
const expected: readonly string[] = [
  ...tables.flatMap((table) => {
    const { name, columns, indexes } = getTableConfig(table)
    return [name, ...columns.map((column) => `${name}.${column.name}`), ...indexes.map(({ config }) => config.name)]
  }),
  ...triggers.map(({ name }) => name),
]

/** Names of all tables of a database. @throws SQLite's errors. */
export const tablesOf = (sql: Database.Database): Set<string> =>
  new Set(sql.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all())

/** The first table, column, index or trigger that a migrated database lacks; undefined when it has all of them. */
export const lackingIn = (sql: Database.Database): string | undefined => {
  const found = new Set(
    sql
      .prepare<[], string>(
        `SELECT name FROM sqlite_schema UNION ALL
         SELECT m.name || '.' || p.name FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table'`,
      )
      .pluck()
      .all(),
  )
  return expected.find((name) => !found.has(name))
}
