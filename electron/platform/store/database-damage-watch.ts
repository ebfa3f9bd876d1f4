import type Database from 'better-sqlite3'

/** The codes of the error and of its causes: libraries wrap SQLite's errors. */
const codesOf = function* (error: unknown): Generator<string> {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at) yield String(at.code)
}

/** Whether this SQLite error says that the database is damaged: SQLITE_CORRUPT with its extended codes, SQLITE_NOTADB. */
export const saysDamaged = (error: unknown): boolean =>
  codesOf(error).some((code) => /^SQLITE_(CORRUPT|NOTADB)/.test(code))

type Run = (this: unknown, ...values: unknown[]) => unknown

/** Wraps a call and inspects the errors it throws. */
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
 * Reports every error of a database that says it is damaged, whichever query caused it; the caller still receives the error.
 * Statements prepared before are not covered.
 */
export const watchDamage = (sql: Database.Database, damaged: (error: Error) => void): void => {
  const look = (error: unknown): void => {
    if (error instanceof Error && saysDamaged(error)) damaged(error)
  }
  const prepare = sql.prepare.bind(sql)
  /** Patches the native prototype, which all statements of a database share. */
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
