import type Database from 'better-sqlite3'

/** What a database consists of, in texts that are equal when the meaning is. */
export interface SchemaOutline {
  readonly tables: ReadonlyMap<string, TableOutline>
  /** Indexes and triggers that have a statement of their own. */
  readonly indexes: ReadonlyMap<string, Statement>
  readonly triggers: ReadonlyMap<string, Statement>
}

export interface TableOutline extends Statement {
  /** Columns in order, by name. */
  readonly columns: ReadonlyMap<string, Statement>
  /** Constraints of the table and its options (STRICT, WITHOUT ROWID), sorted. */
  readonly rest: readonly string[]
}

export interface Statement {
  /** The table that it belongs to. */
  readonly table: string
  /** As SQLite keeps it. */
  readonly text: string
  /** `text` without what has no meaning: comments, white space, case and quotes of names. */
  readonly plain: string
}

/** Reads the schema of a database from `sqlite_schema`. @throws SQLite's errors; Error for a statement that it cannot read. */
export const outlineOf = (sql: Database.Database): SchemaOutline => {
  const rows = sql
    .prepare<[], { type: string; name: string; table: string; text: string }>(
      `SELECT type, name, tbl_name AS "table", sql AS text FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'`,
    )
    .all()
  const of = (type: string): Map<string, Statement> =>
    new Map(
      rows
        .filter((row) => row.type === type)
        .map(({ name, table, text }) => [name, { table, text, plain: plainSql(text) }]),
    )
  return {
    tables: new Map([...of('table')].map(([name, statement]) => [name, tableOutline(name, statement)])),
    indexes: of('index'),
    triggers: of('trigger'),
  }
}

const CONSTRAINT = /^(primary key|unique|check|foreign key|constraint)\b/

const tableOutline = (name: string, statement: Statement): TableOutline => {
  const text = statement.text.replaceAll(/--[^\n]*/g, '')
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')]
  if (open < 0 || close < open) throw new Error(`cannot read the definition of ${name}`)
  const parts = splitAtCommas(text.slice(open + 1, close)).map((part) => ({ text: part, plain: plainSql(part) }))
  const columns = parts.filter(({ plain }) => !CONSTRAINT.test(plain))
  const constraints = parts.filter(({ plain }) => CONSTRAINT.test(plain)).map(({ plain }) => plain)
  const options = splitAtCommas(text.slice(close + 1)).map(plainSql)
  return {
    ...statement,
    columns: new Map(columns.map((column) => [/^\w+/.exec(column.plain)?.[0] ?? '', { table: name, ...column }])),
    rest: [...constraints, ...options].filter(Boolean).sort(),
  }
}

/** Splits at the commas that stand in no parenthesis and no quotes. */
const splitAtCommas = (text: string): string[] => {
  const parts = ['']
  let depth = 0
  for (const token of text.match(/'(?:[^']|'')*'|[^']/g) ?? []) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (token === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += token
  }
  return parts.map((part) => part.trim())
}

const plainSql = (text: string): string =>
  (text.replaceAll(/--[^\n]*/g, ' ').match(/'(?:[^']|'')*'|[^']+/g) ?? [])
    .map((part) =>
      part.startsWith("'")
        ? part
        : part
            .toLowerCase()
            .replaceAll('"', '')
            .replaceAll(/\s+/g, ' ')
            .replaceAll(/ ?([(),=;]) ?/g, '$1'),
    )
    .join('')
    .trim()
