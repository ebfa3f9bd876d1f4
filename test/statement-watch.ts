import Database from 'better-sqlite3'
import { DATABASE } from '../electron/platform/store/files.ts'
import { judge, planOf } from './helpers/statement-rules.ts'

// Loaded before each test file (vitest.config.ts): the plan of every statement that the program prepares, in whatever test, is judged once
// a process, so that no statement can be forgotten. What tests themselves ask of a store is theirs.

const judged = new Set<string>()
const watched = Symbol.for('ota-bench.statements-watched')

/** Folders through which every statement of a store goes, whoever prepares it. */
const passing = /\/electron\/platform\/store\/|\/node_modules\/|statement-watch|query-plans/

/** Whether the program prepares the statement, and not the test that runs. */
const isOfProgram = (): boolean => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error('who prepares it')
  Error.stackTraceLimit = stackTraceLimit
  const frames = stack.split('\n').slice(1)
  return frames.find((frame) => /\.[mc]?tsx?:/.test(frame) && !passing.test(frame))?.includes('/electron/') === true
}

const { prototype } = Database as unknown as { prototype: Database.Database & { [watched]?: true } }
if (!prototype[watched]) {
  prototype[watched] = true
  const prepare = prototype.prepare
  prototype.prepare = function (this: Database.Database, source: string) {
    const made = prepare.call(this, source)
    if (
      judged.has(source) ||
      !this.name.endsWith(DATABASE) ||
      !/^\s*(?:select|insert|update|delete|with)\b/i.test(source)
    )
      return made
    if (!isOfProgram()) return made
    judged.add(source)
    const found = judge(source, planOf(this, source))
    if (found && found.allowedBy === undefined) {
      const complaint = `A statement ${found.complaint}: ${source}\nGive it an index, or name it with the reason in test/helpers/statement-rules.ts.`
      // A call of the API answers 500 for it, which says less.
      process.stderr.write(`${complaint}\n`)
      throw new Error(complaint)
    }
    return made
  } as typeof prepare
}
