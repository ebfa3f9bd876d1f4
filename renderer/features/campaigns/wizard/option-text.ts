import type { TFunction } from 'i18next'
import { type CampaignDefinition, type OptionFacts, optionFacts } from '#shared/campaign/definition.ts'
import type { Language } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'
import { formatCount } from '../../../i18n/format.ts'
import type { OptionForms } from './draft-forms.ts'
import { type FieldOption, fieldOf, type NumberPart } from './option-fields.ts'

/** The texts of a field, by the type of its value: a switch, a choice, a number, several optional numbers. */
type TextsOf<Value> = [Value] extends [boolean]
  ? { readonly name: string; readonly hint: string }
  : [Value] extends [string]
    ? { readonly name: string; readonly values: ByValue<Value>; readonly hints: ByValue<Value> }
    : [Value] extends [number]
      ? { readonly name: string; readonly hint?: string }
      : {
          readonly name: string
          readonly hint: string
          /** The meaning of an empty field. */
          readonly none: string
          readonly parts: { readonly [Part in keyof Value]-?: string }
        }
type ByValue<Value extends string> = Readonly<Record<Value, string>>

/** Texts for every field that is generated from the schema: a missing one is a compile error. */
type FieldTexts = { readonly [K in FieldOption]: TextsOf<NonNullable<CampaignDefinition[K]>> }

const fieldTexts = (language: Language): FieldTexts => texts[language].screen.campaigns.options

interface OptionTexts {
  readonly name: string
  readonly hint: string | undefined
  /** The meaning of an empty field. */
  readonly none: string | undefined
  /** For the values of a choice, or the parts of an option with several numbers. */
  readonly labels: Readonly<Record<string, string>>
  readonly hints: Readonly<Record<string, string>>
}

interface AnyTexts {
  readonly name: string
  readonly hint?: string
  readonly none?: string
  readonly values?: Readonly<Record<string, string>>
  readonly hints?: Readonly<Record<string, string>>
  readonly parts?: Readonly<Record<string, string>>
}

/** The texts of an option whose field is generated from the schema. */
export const optionTexts = (option: FieldOption, language: Language): OptionTexts => {
  const { name, hint, none, values, hints, parts }: AnyTexts = fieldTexts(language)[option]
  return { name, hint, none, labels: values ?? parts ?? {}, hints: hints ?? {} }
}

/** The unit after a number; undefined: it has none. */
export const unitText = (
  option: FieldOption,
  part: string | undefined,
  count: number,
  t: TFunction,
): string | undefined => {
  const { unit }: OptionFacts = optionFacts[option]
  switch (typeof unit === 'object' ? unit[part ?? ''] : unit) {
    case 'minutes':
      return t('campaigns.wizard.minutes')
    case 'devices':
      return t('campaigns.plan.unitDevices', { count })
    case 'percent':
      return '%'
    default:
      return undefined
  }
}

/** A number with its name and unit: `Max. concurrent 50 devices`; an empty one with its default; undefined: it has none. */
const numberText = (
  option: FieldOption,
  { part, default: byDefault }: NumberPart,
  form: unknown,
  t: TFunction,
  language: Language,
  named: boolean,
): string | undefined => {
  const member = part === undefined ? form : (form as Readonly<Record<string, unknown>>)[part]
  const value = typeof member === 'number' ? member : byDefault
  if (value === undefined) return undefined
  const { name, labels } = optionTexts(option, language)
  const unit = unitText(option, part, value, t)
  const label = part === undefined ? name : (labels[part] ?? part)
  const number = `${formatCount(value, language)}${unit === undefined ? '' : unit === '%' ? unit : ` ${unit}`}`
  return named || part !== undefined ? `${label} ${number}` : number
}

/**
 * The selected value of an option, for a fold's summary and for the review; undefined: none. @param named false: its name is already
 * shown
 */
export const optionValueText = (
  option: FieldOption,
  draft: OptionForms,
  t: TFunction,
  language: Language,
  named = true,
): string | undefined => {
  const field = fieldOf(option)
  const form: unknown = draft[option]
  switch (field.kind) {
    case 'switch':
      return form !== true ? undefined : named ? optionTexts(option, language).name : '✓'
    case 'choice':
      return optionTexts(option, language).labels[String(form)]
    case 'numbers': {
      const set = field.parts
        .map((part) => numberText(option, part, form, t, language, named))
        .filter((text) => text !== undefined)
      return set.length === 0 ? undefined : set.join(' · ')
    }
  }
}
