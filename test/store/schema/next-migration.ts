import Database from 'better-sqlite3'
import { tables } from '../../../electron/platform/store/check-tables.ts'
import { migrations } from '../../../electron/platform/store/migrations.ts'
import { triggers } from '../../../electron/platform/store/triggers.ts'
import { outlineOf, type SchemaOutline, type Statement, type TableOutline } from './schema-outline.ts'
import { createIndexes, createTable } from './table-sql.ts'

/** What brings the schema that the migrations make to the one that the tables say. */
export interface NextMigration {
  /** Statements that no existing row can contradict, in order. */
  readonly statements: readonly string[]
  /** Differences that need a migration written by hand, one sentence each. */
  readonly byHand: readonly string[]
}

/** An empty database made by the migrations. */
export const migratedDatabase = (steps: readonly string[] = migrations): Database.Database => {
  const sql = new Database(':memory:')
  for (const script of steps) sql.exec(script)
  return sql
}

/** An empty database as the drizzle tables and the triggers describe it. */
export const describedDatabase = (): Database.Database => {
  const sql = new Database(':memory:')
  for (const table of tables) sql.exec(createTable(table))
  for (const statement of tables.flatMap(createIndexes)) sql.exec(statement)
  for (const { text } of triggers) sql.exec(text)
  return sql
}

/** Compares two schemas. Additions become statements; what existing rows could contradict or lose is for a person. */
export const nextMigration = (was: SchemaOutline, wanted: SchemaOutline): NextMigration => {
  const byHand: string[] = []
  const statements: string[] = []
  const isNewTable = (name: string): boolean => !was.tables.has(name)

  for (const [name, table] of wanted.tables) {
    const before = was.tables.get(name)
    if (!before) statements.push(table.text)
    else {
      const change = tableChange(name, before, table)
      statements.push(...change.statements)
      byHand.push(...change.byHand)
    }
  }
  for (const name of was.tables.keys())
    if (!wanted.tables.has(name)) byHand.push(`${name}: the table is gone, and its rows would be`)

  const parts = changedStatements(was.indexes, wanted.indexes)
  for (const { text, table, name } of parts.added) {
    if (
      /^create unique/i.test(text) &&
      !isNewTable(table) &&
      !isFreeOfRows(text, was.tables.get(table), wanted.tables.get(table))
    )
      byHand.push(`${name}: existing rows may contradict a unique index`)
  }
  const changedTriggers = changedStatements(was.triggers, wanted.triggers)
  return {
    statements: [
      ...changedTriggers.removed.map(({ name }) => `DROP TRIGGER ${name}`),
      ...parts.removed.map(({ name }) => `DROP INDEX ${name}`),
      ...statements,
      ...[...parts.added, ...changedTriggers.added].map(({ text }) => text),
    ],
    byHand,
  }
}

const tableChange = (name: string, before: TableOutline, now: TableOutline): NextMigration => {
  const statements: string[] = []
  const byHand: string[] = []
  for (const column of before.columns.keys())
    if (!now.columns.has(column)) byHand.push(`${name}.${column}: the column is gone, and its values would be`)
  for (const [column, { text, plain }] of now.columns) {
    const there = before.columns.get(column)
    if (there && there.plain !== plain) byHand.push(`${name}.${column}: "${there.plain}" has become "${plain}"`)
    if (!there && !isAddable(plain))
      byHand.push(`${name}.${column}: SQLite cannot add "${plain}"; make it nullable or give it a default`)
    if (!there) statements.push(`ALTER TABLE ${name} ADD COLUMN ${text}`)
  }
  const kept = [...now.columns.keys()].filter((column) => before.columns.has(column))
  const inOrder = [...before.columns.keys()].filter((column) => now.columns.has(column))
  // SQLite puts an added column last, and one order everywhere keeps an INSERT without names the same.
  if ([...now.columns.keys()].slice(0, kept.length).join() !== inOrder.join())
    byHand.push(`${name}: the columns have another order; new ones stand last`)
  if (before.rest.join() !== now.rest.join())
    byHand.push(`${name}: "${before.rest.join(', ')}" has become "${now.rest.join(', ')}"`)
  return { statements, byHand }
}

/** Whether ALTER TABLE can add the column to a table with rows (sqlite.org/lang_altertable.html, 4). */
const isAddable = (plain: string): boolean =>
  !/\b(primary key|unique|stored)\b/.test(plain) &&
  (!/\bnot null\b/.test(plain) || /\bdefault\b/.test(plain)) &&
  !(/\breferences\b/.test(plain) && /\bdefault\b/.test(plain)) &&
  !/\bdefault ?\(/.test(plain)

/** A unique index on a new column that is null in every existing row: to SQLite, no null equals another. */
const isFreeOfRows = (index: string, before: TableOutline | undefined, now: TableOutline | undefined): boolean => {
  const columns =
    /\(([^)]*)\)/
      .exec(index)?.[1]
      ?.split(',')
      .map((column) => column.trim()) ?? []
  return columns.some(
    (column) => !before?.columns.has(column) && !/\bdefault\b/.test(now?.columns.get(column)?.plain ?? 'default'),
  )
}

interface Named extends Statement {
  readonly name: string
}

const changedStatements = (
  was: ReadonlyMap<string, Statement>,
  wanted: ReadonlyMap<string, Statement>,
): { added: Named[]; removed: Named[] } => {
  const missingIn = (from: ReadonlyMap<string, Statement>, to: ReadonlyMap<string, Statement>): Named[] =>
    [...from]
      .filter(([name, { plain }]) => to.get(name)?.plain !== plain)
      .map(([name, statement]) => ({ name, ...statement }))
  return { added: missingIn(wanted, was), removed: missingIn(was, wanted) }
}

/** The migration that the tables of today lack. */
export const missingMigration = (): NextMigration => {
  using was = closing(migratedDatabase())
  using wanted = closing(describedDatabase())
  return nextMigration(outlineOf(was.sql), outlineOf(wanted.sql))
}

const closing = (sql: Database.Database): Disposable & { readonly sql: Database.Database } => ({
  sql,
  [Symbol.dispose]: () => sql.close(),
})
