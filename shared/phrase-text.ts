import { type Language, languages } from './languages.ts'
import { DEVICE_TAGS_MAX, PACKAGE_NAME_MAX, tagLimits } from './limits.ts'
import { isPhrase, isRuleName, type Phrase, type PhraseFill, type Phrases, type RuleCode } from './phrase.ts'
import { namesWith } from './protocols/index.ts'
import { texts } from './texts/index.ts'

/** The limits that rules name as `{max}`. */
const limits: Readonly<Partial<Record<RuleCode, number>>> = {
  packageNameLength: PACKAGE_NAME_MAX,
  deviceTags: DEVICE_TAGS_MAX,
  tagCount: tagLimits.count,
  tagSum: tagLimits.sumMax,
}

/** The text of a rule named by a schema; undefined for a message that names none of our rules. */
export const ruleText = (name: string, language: Language): string | undefined => {
  if (!isRuleName(name)) return undefined
  const code = name.slice('rules.'.length) as RuleCode
  return texts[language].rules[code]
    .replace('{max}', String(limits[code] ?? ''))
    .replace('{protocols}', namesWith('hints', language).join(texts[language].language.listSeparator))
}

type Tree = { readonly [key: string]: string | Tree | undefined }

const textAt = (code: string, language: Language): string => {
  let found: string | Tree | undefined = texts[language] as unknown as Tree
  for (const step of code.split('.')) found = typeof found === 'object' ? found[step] : undefined
  return typeof found === 'string' ? found : code
}

const isPhrases = (value: unknown): value is Phrases =>
  typeof value === 'object' && value !== null && 'phrases' in value

const filled = (text: string, fill: PhraseFill, language: Language): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = fill[key]
    if (isPhrase(value)) return phraseText(value, language)
    return typeof value === 'object' ? value.join(texts[language].language.listSeparator) : String(value ?? '')
  })

/** One or several phrases in one language. */
export const phraseText = (value: Phrase | Phrases, language: Language): string => {
  if (isPhrase(value))
    return ruleText(value.phrase, language) ?? filled(textAt(value.phrase, language), value.fill, language)
  const named = value.phrases.map((one) => phraseText(one, language)).join(texts[language].language.clauseSeparator)
  return value.more > 0 ? `${named} … +${value.more}` : named
}

/** The member for a value in a language: `detail` in English, `detailZh` in Chinese. */
const memberIn = (name: string, language: Language): string =>
  language === 'en' ? name : `${name}${language.charAt(0).toUpperCase()}${language.slice(1)}`

type Written<T> = Exclude<T, Phrase | Phrases>

/** Data in the form of the API: a phrase appears in English under its own name, and in a second member for every other language. */
export const writtenOut = <T>(data: Readonly<Record<string, T>>): Record<string, Written<T> | string> =>
  Object.fromEntries(
    Object.entries(data).flatMap(([name, value]): [string, Written<T> | string][] =>
      isPhrase(value) || isPhrases(value)
        ? [...languages].reverse().map((language) => [memberIn(name, language), phraseText(value, language)])
        : [[name, value as Written<T>]],
    ),
  )

/** A value of an error's data in one language, whether it is already text or still a phrase. */
export const valueIn = <T>(
  data: Readonly<Record<string, T>>,
  name: string,
  language: Language,
): Written<T> | string | undefined => {
  const value = data[memberIn(name, language)] ?? data[name]
  return isPhrase(value) || isPhrases(value) ? phraseText(value, language) : (value as Written<T> | undefined)
}
