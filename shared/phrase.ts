import type { badArchives } from './texts/en/bad-archives.ts'
import type { deviceList } from './texts/en/device-list.ts'
import type { language } from './texts/en/language.ts'
import type { phrases } from './texts/en/phrases.ts'
import type { rules } from './texts/en/rules.ts'
import type { startFailures } from './texts/en/start-failures.ts'

type Paths<T, P extends string> = {
  [K in keyof T & string]: T[K] extends string ? `${P}.${K}` : Paths<T[K], `${P}.${K}`>
}[keyof T & string]

/** The path of a text, the same in every language. */
type PhraseCode =
  | Paths<typeof badArchives, 'badArchives'>
  | Paths<typeof deviceList, 'deviceList'>
  | Paths<Pick<typeof language, 'inBrackets'>, 'language'>
  | Paths<typeof phrases, 'phrases'>
  | Paths<typeof rules, 'rules'>
  | Paths<typeof startFailures, 'startFailures'>

/** A text as a value in an error's data: inside the station only its name, as text in every language when the error leaves the station. */
export interface Phrase {
  readonly phrase: PhraseCode
  readonly fill: PhraseFill
}
/** Values for the `{name}` places of a phrase; several values are a list. */
export type PhraseFill = Readonly<Record<string, string | number | readonly string[] | Phrase>>

/** Several phrases in one text, and the number of further ones that it does not name. */
export interface Phrases {
  readonly phrases: readonly Phrase[]
  readonly more: number
}

export const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'phrase' in value

export const phrase = (code: PhraseCode, fill: PhraseFill = {}): Phrase => ({ phrase: code, fill })

export type RuleCode = keyof typeof rules
/** A rule for fields, in the form of a schema's message; `ruleText` turns it into text. */
type RuleName = `rules.${RuleCode}`
export const rule = (code: RuleCode): RuleName => `rules.${code}`

/** Whether the message of a schema names one of our rules. */
export const isRuleName = (message: string): message is RuleName => message.startsWith('rules.')

/** The rule as a value in an error's data. */
export const rulePhrase = (code: RuleCode): Phrase => phrase(`rules.${code}`)
