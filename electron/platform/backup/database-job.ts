import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, openSync } from 'node:fs'
import { setImmediate as otherWork } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { type Phrase, phrase } from '#shared/phrase.ts'
import { saysDamaged } from '../store/database-damage-watch.ts'
import { migrations } from '../store/migrations.ts'

/** A job of the database thread. Paths are absolute. */
export type DatabaseJob =
  /** Copies a database that may be in use to a new file. The copy is consistent, complete on disk and checked. */
  | { readonly kind: 'copy'; readonly from: string; readonly to: string; readonly digest?: boolean }
  /** Checks a database for damage; it may be in use. */
  | { readonly kind: 'check'; readonly file: string }
  /** Checks that an external file is an intact database of this program, and migrates it to the current schema. */
  | { readonly kind: 'inspect'; readonly file: string }

export interface DatabaseAnswer {
  /** The damage in SQLite's words; empty when the database is intact. */
  readonly problems: readonly string[]
  /** Schema objects that an inspected database has in addition or lacks. */
  readonly foreign?: readonly Phrase[]
  /** `PRAGMA user_version`; 0 when the file is not a database. */
  readonly version: number
  /** SHA-256 of the file, when requested. */
  readonly sha256?: string
  /** The content counts of an inspected database, and the digests of every file it names. */
  readonly holds?: DatabaseHoldings
}

export interface DatabaseHoldings {
  readonly products: number
  readonly devices: number
  readonly packages: number
  readonly campaigns: number
  readonly recipes: number
  readonly contents: readonly string[]
}

/** Pages copied per step: 16 MB. The thread can be stopped between two steps. */
const PAGES = 4096
/** At most this many problems are reported. */
const PROBLEMS = 20

/**
 * Runs a job on the current thread and blocks it for up to a second at a time.
 * @throws SqliteError, among others SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_FULL.
 */
export const runDatabaseJob = async (job: DatabaseJob): Promise<DatabaseAnswer> => {
  if (job.kind === 'copy') await copy(job.from, job.to)
  const sql = new Database(job.kind === 'copy' ? job.to : job.file, { readonly: true, fileMustExist: true })
  try {
    const version = Number(sql.pragma('user_version', { simple: true }))
    const foreign = job.kind === 'inspect' ? foreignTo(sql) : []
    if (foreign.length > 0) return { problems: [], version, foreign }
    const problems = await check(sql)
    if (problems.length > 0 || version > migrations.length) return { problems, version }
    if (job.kind === 'inspect') return { problems, version, holds: await bringUp(job.file) }
    return { problems, version, ...(job.kind === 'copy' && job.digest ? { sha256: await digestOf(job.to) } : {}) }
  } catch (error) {
    if (saysDamaged(error)) return { problems: [(error as Error).message], version: 0 }
    throw error
  } finally {
    sql.close()
  }
}

const copy = async (from: string, to: string): Promise<void> => {
  const source = new Database(from, { readonly: true, fileMustExist: true })
  try {
    // A separate read transaction: concurrent writes neither appear in the copy nor restart it.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await source.backup(to, { progress: () => PAGES })
  } finally {
    source.close()
  }
  const target = new Database(to)
  try {
    // One file without a log beside it, so that it can be moved anywhere.
    target.pragma('journal_mode = DELETE')
  } finally {
    target.close()
  }
  const file = openSync(to, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const digestOf = async (file: string): Promise<string> => {
  const digest = createHash('sha256')
  for await (const piece of createReadStream(file)) digest.update(piece as Buffer)
  return digest.digest('hex')
}

/** Detects a database that cannot be migrated to the current schema before anything is replaced. */
const bringUp = async (file: string): Promise<DatabaseHoldings> => {
  // Loaded here because its library takes ten times as long to load as the other jobs take to run.
  const { migrate } = await import('../store/open-database.ts')
  const sql = new Database(file)
  try {
    migrate(sql, file)
    sql.pragma('journal_mode = DELETE')
    return holdingsOf(sql)
  } finally {
    sql.close()
  }
}

/** The contents of a database with the current schema. */
export const holdingsOf = (sql: Database.Database): DatabaseHoldings => {
  const count = (table: string): number => Number(sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  return {
    products: count('products'),
    devices: count('devices'),
    packages: count('packages'),
    campaigns: count('campaigns'),
    recipes: count('bench_recipes'),
    contents: sql
      .prepare<[], string>(
        `SELECT sha256 FROM package_files UNION SELECT sha256 FROM bench_recipe_files UNION SELECT sha256 FROM base_images
         UNION SELECT sha256 FROM diffs WHERE sha256 IS NOT NULL`,
      )
      .pluck()
      .all(),
  }
}

/** Checks table by table, because one check of a large database cannot be interrupted. */
const check = async (sql: Database.Database): Promise<string[]> => {
  const problems: string[] = []
  for (const { name } of sql.prepare<[], { name: string }>(TABLES).all()) {
    const rows = sql.pragma(`quick_check('${name.replaceAll("'", "''")}')`) as { quick_check: string }[]
    // One row may hold several lines, and the first line only names the database.
    const lines = rows.flatMap((row) => row.quick_check.split('\n'))
    problems.push(...lines.filter((words) => words !== 'ok' && !words.startsWith('***')))
    if (problems.length >= PROBLEMS) break
    await otherWork()
  }
  return problems.slice(0, PROBLEMS)
}

const TABLES = `SELECT 'sqlite_schema' AS name UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0`

/**
 * Compares a database with our schema of the same version: tables and their columns, triggers and views that it has in addition or
 * lacks. A foreign trigger would run inside our transactions.
 */
const foreignTo = (sql: Database.Database): Phrase[] => {
  const version = Number(sql.pragma('user_version', { simple: true }))
  if (version > migrations.length) return []
  if (version < 1) return [phrase('badArchives.databases.foreign')]
  const ours = new Database(':memory:')
  try {
    for (const script of migrations.slice(0, version)) ours.exec(script)
    const [wanted, found] = [outlineOf(ours), outlineOf(sql)]
    const missing = [...wanted]
      .filter((part) => !found.has(part))
      .map((name) => phrase('badArchives.databases.missing', { name }))
    const more = [...found]
      .filter((part) => !wanted.has(part))
      .map((name) => phrase('badArchives.databases.unknown', { name }))
    return [...missing, ...more].slice(0, PROBLEMS)
  } finally {
    ours.close()
  }
}

const outlineOf = (sql: Database.Database): Set<string> =>
  new Set(
    sql
      .prepare<[], { type: string; name: string }>(
        `SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'trigger', 'view') AND name NOT LIKE 'sqlite_stat%'`,
      )
      .all()
      .flatMap(({ type, name }) =>
        type === 'table'
          ? sql
              .prepare<[string], { name: string }>('SELECT name FROM pragma_table_xinfo(?)')
              .all(name)
              .map((column) => `column ${name}.${column.name}`)
          : [`${type} ${name}`],
      ),
  )
