import type { Language } from '#shared/error-texts.ts'
import { patternFault } from '#shared/pattern.ts'
import { rules } from '#shared/rule-texts.ts'

/** Why a pattern cannot be run, in words; undefined: it can, or there is none. */
export const patternText = (source: string, language: Language): string | undefined => {
  const fault = source === '' ? undefined : patternFault(source)
  return fault && rules[fault][language]
}
