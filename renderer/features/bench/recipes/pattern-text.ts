import type { Language } from '#shared/languages.ts'
import { patternFault } from '#shared/pattern.ts'
import { texts } from '#shared/texts/index.ts'

/** Why a pattern cannot be run, as text; undefined: it can, or there is none. */
export const patternText = (source: string, language: Language): string | undefined => {
  const fault = source === '' ? undefined : patternFault(source)
  return fault && texts[language].rules[fault]
}
