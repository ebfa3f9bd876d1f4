import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** What is wrong with an authority's file, as text that follows its name; undefined where the problem is its validity period. */
export const damageText = (problem: string, language: Language): string | undefined => {
  const { authorityDamages } = texts[language]
  return Object.hasOwn(authorityDamages, problem)
    ? authorityDamages[problem as keyof typeof authorityDamages]
    : undefined
}
