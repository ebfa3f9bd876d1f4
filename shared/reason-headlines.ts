import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** Why a run did not pass, short enough for a slot's card; undefined for a code of a newer station. */
export const reasonHeadline = (code: string, language: Language): string | undefined => {
  const { reasonHeadlines } = texts[language]
  return Object.hasOwn(reasonHeadlines, code) ? reasonHeadlines[code as keyof typeof reasonHeadlines] : undefined
}
