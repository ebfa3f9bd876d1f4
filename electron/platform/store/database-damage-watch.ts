import type Database from 'better-sqlite3'

/** The error's own code and those of what caused it: libraries wrap what SQLite throws. */
const codesOf = function* (error: unknown): Generator<string> {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at) yield String(at.code)
}

/** Whether SQLite says by this error that the database is damaged: SQLITE_CORRUPT with its kinds, SQLITE_NOTADB. */
export const saysDamaged = (error: unknown): boolean =>
  codesOf(error).some((code) => /^SQLITE_(CORRUPT|NOTADB)/.test(code))

type Run = (this: unknown, ...values: unknown[]) => unknown

/** The same call, whose error is looked at on its way. */
const looking = (run: Run, look: (error: unknown) => void): Run =>
  function (...values) {
    try {
      return run.apply(this, values)
    } catch (error) {
      look(error)
      throw error
    }
  }

/**
 * Tells of every error of a database, whoever asked, that says it is damaged; the error goes on to who asked. What was prepared
 * before is not looked at.
 */
export const watchDamage = (sql: Database.Database, damaged: (error: Error) => void): void => {
  const look = (error: unknown): void => {
    if (error instanceof Error && saysDamaged(error)) damaged(error)
  }
  const prepare = sql.prepare.bind(sql)
  /** By the native prototype: statements of one database all have the same. */
  let watched: object | undefined
  const statement = (source: string): Database.Statement => {
    const made = prepare(source)
    if (!watched) {
      const native: unknown = Object.getPrototypeOf(made)
      const { run, get, all } = made as unknown as Record<'run' | 'get' | 'all', Run>
      watched = Object.assign(Object.create(native as object) as object, {
        run: looking(run, look),
        get: looking(get, look),
        all: looking(all, look),
      })
    }
    return Object.setPrototypeOf(made, watched) as Database.Statement
  }
  Object.assign(sql, {
    prepare: looking(statement as Run, look),
    exec: looking(sql.exec.bind(sql) as Run, look),
  })
}
