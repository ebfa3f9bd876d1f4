import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const INTRODUCTION = `# Benchmarks

\`npm run bench\`, each table from one run with its peers on one machine. Another run differs by 20%, and the machine's speed changes between runs, so compare the columns of
a table, not two tables. What each measures: \`test/benchmarks/README.md\`; figures of record: \`docs/figures.md\`.
`

/** Between the tables; the comment names the benchmark for the next run. */
const markOf = (name: string): string => `<!-- bench ${name} -->`

/** Tables by benchmark, as they stand in a document. */
export const readTables = (document: string): Map<string, string> => {
  const parts = document.split(/<!-- bench (\w+) -->/)
  const tables = new Map<string, string>()
  for (let n = 1; n + 1 < parts.length; n += 2) tables.set(parts[n] as string, (parts[n + 1] as string).trim())
  return tables
}

/** Replaces the tables that were measured, and keeps the others. @param order of the tables @param about when and where these were measured */
export const writeTables = (
  path: string,
  order: readonly string[],
  measured: ReadonlyMap<string, string>,
  about: string,
): void => {
  const all = existsSync(path) ? readTables(readFileSync(path, 'utf8')) : new Map<string, string>()
  for (const [name, table] of measured) all.set(name, `${table}\n\n${about}.`)
  const body = order.filter((name) => all.has(name)).map((name) => `${markOf(name)}\n\n${all.get(name)}\n`)
  writeFileSync(path, [INTRODUCTION, ...body].join('\n'))
}
