import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** Why a run did not pass, in the few words that a slot's card has room for; undefined for a code of a newer station. */
export const reasonHeadline = (code: string, language: Language): string | undefined => {
  const { reasonHeadlines } = texts[language]
  return Object.hasOwn(reasonHeadlines, code) ? reasonHeadlines[code as keyof typeof reasonHeadlines] : undefined
}
