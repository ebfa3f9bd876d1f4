import { damageText } from './authority-texts.ts'
import { deltaFaultOf } from './delta-faults.ts'
import type { ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { moveText } from './move-texts.ts'
import { valueIn } from './phrase-text.ts'
import { texts } from './texts/index.ts'

/** Capitalises a noun at the beginning of a sentence. */
const atStart = (noun: string, at: number): string => (at === 0 ? noun.charAt(0).toUpperCase() + noun.slice(1) : noun)

/** The noun for NOT_FOUND; an unknown kind of object keeps its key. */
const nounText = (what: string, language: Language): string =>
  Object.hasOwn(texts.en.nouns, what) ? texts[language].nouns[what as keyof typeof texts.en.nouns] : what

/** The text for a code in the place `key`; undefined where the value is shown unchanged. */
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
 * The text of an error for the user. Unknown codes (a newer station, an older screen) get the text of INTERNAL.
 * @param fill values for the `{name}` places, in the language where the value has one; a missing value is left out.
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
