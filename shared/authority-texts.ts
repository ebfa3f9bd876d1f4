import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** What is wrong with an authority's file, in words that follow its name; undefined where it is a matter of time. */
export const damageText = (problem: string, language: Language): string | undefined => {
  const { authorityDamages } = texts[language]
  return Object.hasOwn(authorityDamages, problem)
    ? authorityDamages[problem as keyof typeof authorityDamages]
    : undefined
}
