import { z } from 'zod'
import { patternFault, patternGroups } from '../pattern.ts'
import { rule } from '../phrase.ts'
import { isOwnPlaceholder, placeholdersIn } from '../programmers/placeholders.ts'
import { BenchTrouble } from './bench-ports.ts'

/** A name under which recipes choose a programmer. */
export const programmerNamePattern = /^[a-z0-9._-]{1,64}$/

/** An absolute path of POSIX or Windows. */
const absolutePath = /^(\/|[A-Za-z]:[\\/]|\\\\[^\\])/
/** Windows starts these by a shell, whatever the caller wants; it ignores dots, blanks and a stream's name behind the ending. */
const batchFile = /\.(bat|cmd)[. ]*(:.*)?$/i

const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^\P{Cc}*$/u, rule('oneLine'))

const ProgramPath = line(1024)
  .min(1)
  .regex(absolutePath, rule('programPath'))
  .refine((path) => !batchFile.test(path), rule('programBatch'))

/** A pattern of RE2 for one line of the program's output; with `group`, the first group is what is read. */
const LinePattern = (group: boolean) =>
  z
    .string()
    .min(1)
    .max(200)
    .superRefine((source, context) => {
      const fault = patternFault(source)
      if (fault) context.addIssue({ code: 'custom', message: rule(fault) })
      else if (group && patternGroups(source) < 1) context.addIssue({ code: 'custom', message: rule('patternGroup') })
    })

/** The name of a value that a recipe gives. */
export const programmerValueName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, rule('valueName'))

/** A value that a recipe gives. */
export const programmerValue = line(200)

/** An external program that writes units, and how it is called. Engineers define it; recipes only name it. */
export const Programmer = z
  .strictObject({
    name: z.string().regex(programmerNamePattern, rule('programmerName')),
    /** An absolute path; it need not exist yet. */
    program: ProgramPath,
    /** One element is one argument, also with blanks in it. No shell reads them. */
    args: z.array(line(2000)).max(100),
    /** The text of a command file, for programs that read one: `{script}` is its name. */
    script: z.string().max(20_000).optional(),
    /** Its first group is the percentage; left out: a number before `%`. */
    progress: LinePattern(true).optional(),
    /** A line without which the unit did not pass. With it, the exit code does not count. */
    success: LinePattern(false).optional(),
    /** A line with which the unit failed, whatever the exit code is. */
    failure: LinePattern(false).optional(),
    /** Its first group is the unit's id. */
    unit: LinePattern(true).optional(),
    /** Names of values that the recipe gives; each is a placeholder. */
    values: z.array(programmerValueName).max(20).optional(),
    /** The arguments of the test; left out: `--version`. */
    versionArgs: z.array(line(200)).max(20).optional(),
  })
  .superRefine(({ args, script, values = [] }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    values.forEach((name, at) => {
      if (isOwnPlaceholder(name)) issue(['values', at], rule('valueName'))
      else if (values.indexOf(name) < at) issue(['values', at], rule('unique'))
    })
    const isKnown = (name: string) => isOwnPlaceholder(name) || values.includes(name)
    args.forEach((arg, at) => {
      const names = placeholdersIn(arg)
      if (!names.every(isKnown)) issue(['args', at], rule('placeholder'))
      else if (names.includes('script') && script === undefined) issue(['args', at], rule('scriptNeeded'))
    })
    // A script cannot name itself.
    if (placeholdersIn(script ?? '').some((name) => !isKnown(name) || name === 'script'))
      issue(['script'], rule('placeholder'))
  })
export type Programmer = z.infer<typeof Programmer>

/** All programmers of a station, each name once. */
export const Programmers = z
  .array(Programmer)
  .max(100)
  .superRefine((programmers, context) => {
    const names = programmers.map(({ name }) => name)
    names.forEach((name, at) => {
      if (names.indexOf(name) < at) context.addIssue({ code: 'custom', path: [at, 'name'], message: rule('unique') })
    })
  })

/** A program to try before it is saved. */
export const ProgrammerTestInput = z.strictObject({
  program: ProgramPath,
  args: z.array(line(200)).max(20).default(['--version']),
})
export const ProgrammerTest = z.object({
  /** It ended by itself with exit code 0. */
  ok: z.boolean(),
  /** Null: it did not start, or was ended. */
  exitCode: z.number().nullable(),
  /** The first lines of its output. */
  lines: z.array(z.string()),
  /** Why it did not start or end. */
  trouble: BenchTrouble.nullable(),
})
export type ProgrammerTest = z.infer<typeof ProgrammerTest>
