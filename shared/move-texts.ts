import type { ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** The state table that names the states of the object. */
const tables = { campaign: 'campaign', job: 'job', diff: 'diff', package: 'verification', run: 'run' } as const

/** The object of the transition; `package`: its verification. */
type Movable = keyof typeof tables

/** A refused transition as text: which object is in which state, and what can be done. */
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
