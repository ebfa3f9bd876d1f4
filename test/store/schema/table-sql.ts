import { is, SQL } from 'drizzle-orm'
import { getTableConfig, type Index, SQLiteColumn, SQLiteSyncDialect, type SQLiteTable } from 'drizzle-orm/sqlite-core'

const dialect = new SQLiteSyncDialect()

/** An expression as the text of a schema: values written out, names without their table and without quotes. */
const expression = (value: SQL): string => {
  const { sql, params } = dialect.sqlToQuery(value.inlineParams())
  if (params.length > 0) throw new Error(`an expression of a schema has parameters: ${sql}`)
  // Quotes in SQL text belong to strings ('…') and names ("…"); only names lose theirs.
  return sql.replaceAll(/'(?:[^']|'')*'|(?:"\w+"\.)?"(\w+)"/g, (all, name: string | undefined) => name ?? all)
}

const literal = (value: unknown): string => {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  throw new Error(`no literal for a default of type ${typeof value}`)
}

const defaultOf = (column: SQLiteColumn): string =>
  is(column.default, SQL) ? `(${expression(column.default)})` : literal(column.mapToDriverValue(column.default))

type Config = ReturnType<typeof getTableConfig>
type ForeignKey = Config['foreignKeys'][number]

const reference = (key: ForeignKey): string => {
  const { foreignTable, foreignColumns } = key.reference()
  const names = foreignColumns.map(({ name }) => name).join(', ')
  const onDelete = key.onDelete && key.onDelete !== 'no action' ? ` ON DELETE ${key.onDelete.toUpperCase()}` : ''
  return `REFERENCES ${getTableConfig(foreignTable).name}(${names})${onDelete}`
}

const foreignKeyOf = (column: SQLiteColumn, keys: readonly ForeignKey[]): ForeignKey | undefined =>
  keys.find((key) => {
    const { columns } = key.reference()
    return columns.length === 1 && columns[0]?.name === column.name
  })

const columnSql = (column: SQLiteColumn, { foreignKeys }: Config): string => {
  const key = foreignKeyOf(column, foreignKeys)
  const autoIncrement = 'autoIncrement' in column && column.autoIncrement === true
  return [
    column.name,
    column.getSQLType().toUpperCase(),
    column.primary ? `PRIMARY KEY${autoIncrement ? ' AUTOINCREMENT' : ''}` : column.notNull && 'NOT NULL',
    column.isUnique && 'UNIQUE',
    column.default !== undefined && `DEFAULT ${defaultOf(column)}`,
    key && reference(key),
    generated(column),
  ]
    .filter(Boolean)
    .join(' ')
}

const generated = ({ generated: from, name }: SQLiteColumn): string | undefined => {
  if (!from) return undefined
  if (!is(from.as, SQL)) throw new Error(`write the generated column ${name} as sql\`…\``)
  return `GENERATED ALWAYS AS ${expression(from.as)} ${(from.mode ?? 'virtual').toUpperCase()}`
}

const isRowNumber = (column: SQLiteColumn): boolean => column.primary && column.getSQLType() === 'integer'

/**
 * The statement that creates a table of the drizzle schema. Rules of the house that drizzle has no form for: each table is STRICT,
 * and one without an integer primary key is WITHOUT ROWID.
 */
export const createTable = (table: SQLiteTable): string => {
  const config = getTableConfig(table)
  const { name, columns, primaryKeys, uniqueConstraints, checks, foreignKeys } = config
  const list = (of: readonly { readonly name: string }[]): string => of.map((column) => column.name).join(', ')
  const parts = [
    ...columns.map((column) => columnSql(column, config)),
    ...primaryKeys.map((key) => `PRIMARY KEY (${list(key.columns)})`),
    ...uniqueConstraints.map((constraint) => `UNIQUE (${list(constraint.columns)})`),
    ...checks.map((check) => `CHECK (${expression(check.value)})`),
    ...foreignKeys
      .map((key) => ({ key, own: key.reference().columns }))
      .filter(({ own }) => own.length > 1)
      .map(({ key, own }) => `FOREIGN KEY (${list(own)}) ${reference(key)}`),
  ]
  const options = columns.some(isRowNumber) ? 'STRICT' : 'STRICT, WITHOUT ROWID'
  return `CREATE TABLE ${name} (\n  ${parts.join(',\n  ')}\n) ${options}`
}

/** The statements that create the indexes of a table of the drizzle schema. */
export const createIndexes = (table: SQLiteTable): string[] => {
  const { name, indexes } = getTableConfig(table)
  return indexes.map(({ config }) => {
    const on = config.columns.map((column) => (is(column, SQLiteColumn) ? column.name : expression(column as SQL)))
    const where = config.where ? ` WHERE ${expression(config.where)}` : ''
    return `CREATE ${config.unique ? 'UNIQUE ' : ''}INDEX ${indexName(config)} ON ${name}(${on.join(', ')})${where}`
  })
}

const indexName = ({ name, columns }: Index['config']): string => {
  if (!name) throw new Error(`an index on ${columns.length} columns has no name`)
  return name
}
