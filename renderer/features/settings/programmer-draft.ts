import { Programmer } from '#shared/schema.ts'

/** A programmer in the form: texts as typed. */
export interface ProgrammerDraft {
  readonly name: string
  readonly program: string
  /** One argument a line. */
  readonly args: string
  readonly values: readonly string[]
  readonly script: string
  readonly success: string
  readonly failure: string
  readonly progress: string
  readonly unit: string
  /** Separated by blanks. */
  readonly versionArgs: string
}

export const emptyProgrammer: ProgrammerDraft = {
  name: '',
  program: '',
  args: '',
  values: [],
  script: '',
  success: '',
  failure: '',
  progress: '',
  unit: '',
  versionArgs: '',
}

export const programmerDraftOf = (programmer: Programmer): ProgrammerDraft => {
  const { name, program, args, values = [], versionArgs = [], ...texts } = programmer
  return {
    ...emptyProgrammer,
    ...texts,
    name,
    program,
    args: args.join('\n'),
    values,
    versionArgs: versionArgs.join(' '),
  }
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const filled = <T extends Record<string, string | readonly string[]>>(members: T): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value.length > 0)) as Partial<T>

/** What the form says, as the station takes it. */
export const programmerIn = (draft: ProgrammerDraft): Programmer => {
  const { name, program, args, values, script, versionArgs, success, failure, progress, unit } = draft
  return {
    name: name.trim(),
    program: program.trim(),
    args: args.split('\n').filter((line) => line !== ''),
    ...filled({
      values: [...values],
      script: script.trim() === '' ? '' : script,
      success,
      failure,
      progress,
      unit,
      versionArgs: words(versionArgs),
    }),
  }
}

export type ProgrammerField = keyof ProgrammerDraft

/** The first fault of each field, as a schema names it; `taken`: names of the other programmers. */
export const programmerFaults = (
  draft: ProgrammerDraft,
  taken: readonly string[],
): Readonly<Partial<Record<ProgrammerField, string>>> => {
  const programmer = programmerIn(draft)
  const read = Programmer.safeParse(programmer)
  const faults: Partial<Record<ProgrammerField, string>> = {}
  for (const { path, message } of read.success ? [] : read.error.issues) {
    const field = Object.keys(emptyProgrammer).find((key) => key === path[0]) as ProgrammerField | undefined
    if (field !== undefined) faults[field] ??= message
  }
  if (faults.name === undefined && taken.includes(programmer.name)) faults.name = 'rules.unique'
  return faults
}
