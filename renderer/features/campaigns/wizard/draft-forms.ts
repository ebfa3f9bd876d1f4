import type { z } from 'zod'
import {
  type CampaignDefinition,
  type CampaignOption,
  campaignOptions,
  definitionDefaults,
} from '#shared/campaign/definition.ts'
import { type CampaignMode, RetryClass } from '#shared/schema.ts'
import { fieldOf, isField } from './option-fields.ts'

export interface GroupRow {
  /** The key of the row on screen. */
  readonly id: number
  readonly name: string
  readonly percent: number | null
  readonly successPercent: number | null
  readonly proceed: 'auto' | 'person'
}

export const retryClasses = RetryClass.options

/** Stops a bad image before it fails on a fifth of the devices, but not because of a few single failures. */
export const defaultThreshold = { percent: 20, minimum: 10 } as const

export interface TagRow {
  /** The key of the row on screen, not of the tag. */
  readonly id: number
  readonly key: string
  readonly value: string
}

/** Options whose form in the wizard differs from the definition. Null: an empty field, or a part that is switched off. */
interface OwnForms {
  /** The package type; null: automatic where there are deltas, else full. */
  readonly mode: CampaignMode | null
  /** 100 means all. */
  readonly percent: number
  readonly tags: readonly TagRow[]
  readonly retry: { readonly times: number; readonly intervalMinutes: number; readonly on: readonly RetryClass[] }
  readonly window: { readonly from: string; readonly to: string } | null
  readonly groups: readonly GroupRow[]
  /** Null: never halts. */
  readonly failureThreshold: { readonly percent: number | null; readonly minimum: number | null } | null
}

/** The form of an option's value while it is edited: a number may be an empty field. */
type FormOf<Value> = [Value] extends [number]
  ? number | null
  : [Value] extends [string | boolean | readonly unknown[]]
    ? Readonly<Value>
    : { readonly [Part in keyof Value]-?: NonNullable<Value[Part]> | null }

/** The form of every option in the wizard. */
export type OptionForms = {
  readonly [K in CampaignOption]: K extends keyof OwnForms ? OwnForms[K] : FormOf<NonNullable<CampaignDefinition[K]>>
}

const emptyOwnForms: OwnForms = {
  mode: null,
  percent: 100,
  tags: [],
  retry: { times: 0, intervalMinutes: 10, on: retryClasses },
  window: null,
  groups: [],
  failureThreshold: defaultThreshold,
}

/** A number becomes an empty field, which means its default; other options have their defaults. */
const emptyForm = (option: CampaignOption): unknown => {
  if (option in emptyOwnForms) return emptyOwnForms[option as keyof OwnForms]
  const field = isField(option) ? fieldOf(option) : undefined
  if (field?.kind !== 'numbers') return definitionDefaults[option]
  const parts = field.parts.flatMap(({ part }) => (part === undefined ? [] : [[part, null]]))
  return parts.length === 0 ? null : Object.fromEntries(parts)
}

/** The initial state of the wizard. */
export const emptyForms = Object.fromEntries(
  campaignOptions.map((option) => [option, emptyForm(option)]),
) as unknown as OptionForms

/** The options of a campaign to create; an option at its default may be left out. */
type ChosenOptions = z.input<typeof CampaignDefinition>

/** Converts each form to its option: a missing one is a compile error. */
const readers: { readonly [K in keyof OwnForms]: (forms: OptionForms) => ChosenOptions[K] } = {
  mode: ({ mode }) => mode ?? 'full',
  percent: ({ percent }) => (percent === 100 ? undefined : percent),
  tags: ({ tags }) => {
    const filled = tags.filter((row) => row.key !== '').map((row) => [row.key, row.value] as const)
    return filled.length === 0 ? undefined : Object.fromEntries(filled)
  },
  retry: ({ retry: { times, intervalMinutes, on } }) =>
    times === 0 ? undefined : { times, intervalMinutes, on: on.length === retryClasses.length ? undefined : [...on] },
  window: ({ window }) => window ?? undefined,
  groups: ({ groups, strategy }) =>
    groups.length === 0 || strategy === 'dynamic'
      ? undefined
      : groups.map(({ name, percent, successPercent, proceed }) => ({
          name: name.trim(),
          percent: percent ?? 1,
          successPercent: successPercent ?? 100,
          proceed,
        })),
  failureThreshold: ({ failureThreshold }) =>
    failureThreshold === null
      ? undefined
      : { percent: failureThreshold.percent ?? 100, minimum: failureThreshold.minimum ?? 1 },
}

/** Leaves out an empty field, and an option with only empty parts. */
const readField = (value: unknown): unknown => {
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return value
  const filled = Object.entries(value).filter(([, part]) => part !== null)
  return filled.length === 0 ? undefined : Object.fromEntries(filled)
}

/** The selected options in the wizard. */
export const chosenOptions = (forms: OptionForms): ChosenOptions =>
  Object.fromEntries(
    campaignOptions.map((option) => [
      option,
      option in readers ? readers[option as keyof OwnForms](forms) : readField(forms[option]),
    ]),
  )
