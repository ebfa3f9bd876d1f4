import { type PatternFault, patternFault } from '#shared/pattern.ts'
import { patternRules } from '#shared/pattern-rules.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { Refusal } from './run-end.ts'

/** A recipe's pattern that cannot be run, and where it is. */
interface FaultyPattern {
  readonly field: string
  readonly pattern: string
  readonly fault: PatternFault
}

/** Number of cached verdicts; a list of recipes needs the same ones again and again. */
const REMEMBERED = 2000
const verdicts = new Map<string, PatternFault | undefined>()

const verdictOf = (pattern: string): PatternFault | undefined => {
  if (verdicts.has(pattern)) return verdicts.get(pattern)
  if (verdicts.size >= REMEMBERED) verdicts.clear()
  const verdict = patternFault(pattern)
  verdicts.set(pattern, verdict)
  return verdict
}

/** Patterns of a stored recipe that cannot be run. An older station accepted more than this one does. */
export const faultyPatterns = ({ expect, checks }: Pick<RecipeContent, 'expect' | 'checks'>): FaultyPattern[] =>
  [
    { field: 'expect.unit', pattern: expect.unit },
    ...checks.map(({ expect: pattern }, at) => ({ field: `checks.${at}.expect`, pattern })),
  ].flatMap(({ field, pattern }) => {
    const fault = pattern === undefined ? undefined : verdictOf(pattern)
    return pattern !== undefined && fault ? [{ field, pattern, fault }] : []
  })

/** A faulty pattern as a reason of the bench. */
export const patternReason = ({ field, pattern, fault }: FaultyPattern) => ({
  code: 'PATTERN_UNUSABLE' as const,
  data: { field, pattern, rule: patternRules[fault] },
})

/** Refuses a run whose patterns cannot be run. @throws Refusal PATTERN_UNUSABLE. */
export const checkPatterns = (content: Pick<RecipeContent, 'expect' | 'checks'>): void => {
  const [first] = faultyPatterns(content)
  if (!first) return
  const { code, data } = patternReason(first)
  throw new Refusal(code, data)
}
