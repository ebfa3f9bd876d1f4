import type { ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** Which of the state tables names the states of what was to be moved. */
const tables = { campaign: 'campaign', job: 'job', diff: 'diff', package: 'verification', run: 'run' } as const

/** What was to be moved; `package`: its verification. */
type Movable = keyof typeof tables

/** A refused move in a person's words: what is in which state, and what can be done then. */
export const moveText = (language: Language, { of, from }: ErrorData): string => {
  const { moves, states, language: facts } = texts[language]
  const state = String(from)
  const movable = typeof of === 'string' && Object.hasOwn(tables, of) ? (of as Movable) : undefined
  const known: Readonly<Record<string, string>> = movable ? states[tables[movable]] : {}
  const advice: Readonly<Record<string, string>> = movable ? moves.advice[movable] : {}
  const sentence = moves.sentence
    .replace('{what}', movable ? moves.names[movable] : moves.unnamed)
    .replace('{state}', known[state] ?? state)
  const then = advice[state]
  return then === undefined ? sentence : `${sentence}${facts.sentenceSeparator}${then}`
}
