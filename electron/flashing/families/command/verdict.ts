import type { ReasonData } from '../../flasher.ts'
import type { ProgramEnd } from '../../transport.ts'

/** What a program ended with, and what it said. */
export interface Ending {
  readonly end: ProgramEnd
  /** Whether the programmer has a success pattern, and whether a line matched it. */
  readonly asksForSuccess: boolean
  readonly succeeded: boolean
  /** The line that matched the failure pattern. */
  readonly failure: string | undefined
  readonly words: string
}

/** A reason; `fails` is false for a remark on a unit that passed. */
export interface Verdict {
  readonly fails: boolean
  readonly code: string
  readonly data: ReasonData
}

/**
 * Whether the unit was written; undefined: it was, without a remark. A failure line always fails. A success line is needed where the
 * programmer asks for one, and then the exit code does not count, because some programs end with 0 after a failure and others with an
 * error after all is written. Otherwise the exit code decides.
 */
export const verdictOf = ({ end, asksForSuccess, succeeded, failure, words }: Ending): Verdict | undefined => {
  const fails = (code: string, data: ReasonData): Verdict => ({ fails: true, code, data: { ...data, words } })
  const code = end.code ?? end.signal ?? '?'
  if (failure !== undefined) return fails('COMMAND_REPORTED', { code })
  if (asksForSuccess && succeeded)
    return end.code === 0 ? undefined : { fails: false, code: 'COMMAND_SUCCESS_LINE', data: { code } }
  if (end.code === null) return fails('COMMAND_ENDED', { signal: end.signal ?? '?' })
  if (end.code !== 0) return fails('COMMAND_FAILED', { code })
  return asksForSuccess ? fails('COMMAND_NO_SUCCESS', { code }) : undefined
}
