import { damageText } from './authority-texts.ts'
import { deltaFaultOf } from './delta-faults.ts'
import type { ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { moveText } from './move-texts.ts'
import { valueIn } from './phrase-text.ts'
import { texts } from './texts/index.ts'

/** A noun begins a sentence with a capital letter. */
const atStart = (noun: string, at: number): string => (at === 0 ? noun.charAt(0).toUpperCase() + noun.slice(1) : noun)

/** What NOT_FOUND names; a thing that this version does not know keeps its key. */
const nounText = (what: string, language: Language): string =>
  Object.hasOwn(texts.en.nouns, what) ? texts[language].nouns[what as keyof typeof texts.en.nouns] : what

/** The text of a code that stands in the place `key`; undefined where the value is shown as it is. */
const codedText = (key: string, value: string, language: Language, at: number): string | undefined => {
  switch (key) {
    case 'what':
      return atStart(nounText(value, language), at)
    case 'detail': {
      const fault = deltaFaultOf(value)
      return fault && texts[language].deltaFaults[fault]
    }
    case 'problem':
      return damageText(value, language)
    default:
      return undefined
  }
}

/**
 * The text of an error for a person. Unknown codes (a newer station, an older screen) read as INTERNAL.
 * @param fill values for the `{name}` places, in the language where there is one; a missing one is left out.
 */
export const errorText = (code: string, language: Language, fill: ErrorData = {}): string => {
  if (code === 'ILLEGAL_MOVE') return moveText(language, fill)
  const { errors, language: facts } = texts[language]
  const text = Object.hasOwn(errors, code) ? errors[code as keyof typeof errors] : errors.INTERNAL
  return text.replace(/\{(\w+)\}/g, (_, key: string, at: number) => {
    const value = valueIn(fill, key, language)
    if (value === undefined) return ''
    if (typeof value === 'object') return value.join(facts.listSeparator)
    return codedText(key, String(value), language, at) ?? String(value)
  })
}
