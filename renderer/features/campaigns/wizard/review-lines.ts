import type { TFunction } from 'i18next'
import { type CampaignOption, campaignOptions, unmetBy } from '#shared/campaign/definition.ts'
import { groupSizes } from '#shared/campaign/group-sizes.ts'
import type { Language } from '#shared/languages.ts'
import { type ProtocolFeatures, protocolFacts } from '#shared/protocols/index.ts'
import type { Product } from '#shared/schema.ts'
import { formatBytes, formatCount, formatPercent } from '../../../i18n/format.ts'
import type { Draft } from './campaign-draft.ts'
import { type FieldOption, isField } from './option-fields.ts'
import { optionTexts, optionValueText } from './option-text.ts'
import { timeoutsOf } from './plan/plan.ts'

export interface ReviewContext {
  readonly draft: Draft
  /** The package, once known. */
  readonly product: Product | undefined
  /** Number of matching devices. */
  readonly matching: number
  readonly t: TFunction
  readonly language: Language
}

/** A label with its value; an undefined value is not shown. */
type Fact = readonly [label: string, value: string | undefined]

interface ReviewLine {
  /** Shown among the facts. */
  readonly fact?: (context: ReviewContext) => Fact
  /** Shown among the sentences about what will happen. */
  readonly sentence?: (context: ReviewContext) => string | readonly string[] | undefined
}

const featuresOf = ({ product }: ReviewContext): ProtocolFeatures | undefined =>
  product && protocolFacts[product.protocol].features

/** Whether devices are notified; otherwise they query. */
const isPushed = (context: ReviewContext): boolean => context.draft.push && (featuresOf(context)?.push ?? true)

const joined = (values: readonly string[]): string | undefined => (values.length === 0 ? undefined : values.join(', '))

const groupSentences = ({ draft, matching, t, language }: ReviewContext): string[] => {
  const { groups, strategy } = draft
  if (matching === 0) return []
  if (groups.length === 0 || strategy === 'dynamic') return [t('campaigns.plan.words.all', { count: matching })]
  const sizes = groupSizes(
    matching,
    groups.map(({ percent }) => ({ percent: percent ?? 1 })),
  )
  return [
    ...groups.flatMap(({ name, proceed, successPercent }, index) => {
      const count = sizes[index] ?? 0
      if (count === 0) return []
      const values = { name, count, percent: formatPercent(successPercent ?? 100, language) }
      return proceed === 'person'
        ? t('campaigns.plan.words.groupPerson', values)
        : t('campaigns.plan.words.group', values)
    }),
    ...(sizes.at(-1) === 0 ? [] : [t('campaigns.plan.words.rest', { count: sizes.at(-1) ?? 0 })]),
  ]
}

const rateSentence = ({ draft, t, language }: ReviewContext): string | undefined => {
  const { perMinute, concurrent } = draft.rate
  const rate = formatCount(perMinute ?? concurrent ?? 0, language)
  if (perMinute !== null && concurrent !== null)
    return t('campaigns.plan.words.both', { rate, concurrent: formatCount(concurrent, language) })
  if (perMinute !== null) return t('campaigns.plan.words.perMinute', { rate })
  return concurrent === null ? undefined : t('campaigns.plan.words.concurrent', { rate })
}

type OwnOption = Exclude<CampaignOption, FieldOption>

/**
 * The review lines of each option, in order. An option with a form of its own must have a line, otherwise it is a compile error; for an
 * option whose field is generated from the schema a fact is generated where no line is defined here.
 */
const lines: Readonly<Record<OwnOption, ReviewLine>> & { readonly [K in FieldOption]?: ReviewLine } = {
  fromVersions: {
    fact: ({ draft, t }) => [
      t('campaigns.wizard.facts.from'),
      joined(draft.fromVersions) ?? t('campaigns.wizard.anyVersion'),
    ],
  },
  scope: {
    fact: ({ draft, t }) => [
      t('campaigns.wizard.facts.scope'),
      draft.scope === 'all'
        ? t('campaigns.wizard.scopeAll')
        : t('campaigns.wizard.chosen', { count: draft.deviceIds.size }),
    ],
  },
  kind: { fact: ({ draft, t }) => [t('campaigns.wizard.kind'), t(`campaigns.kind.${draft.kind}`)] },
  push: {
    fact: (context) => [
      context.t('campaigns.wizard.facts.notice'),
      isPushed(context) ? context.t('campaigns.wizard.push') : context.t('campaigns.wizard.wait'),
    ],
    sentence: (context) => (isPushed(context) ? undefined : context.t('campaigns.plan.words.asks')),
  },
  mode: {
    fact: ({ draft: { mode, pack }, t, language }) => [
      t('campaigns.wizard.facts.artifact'),
      mode === 'auto' || mode === 'diff'
        ? t(`deltas.mode.names.${mode}`)
        : t('campaigns.wizard.facts.artifactValue', { size: formatBytes(pack?.size ?? 0, language) }),
    ],
  },
  transport: {
    fact: ({ draft, t }) => [t('campaigns.wizard.facts.transfer'), t(`campaigns.wizard.transfers.${draft.transport}`)],
  },
  deviceTags: { fact: ({ draft, t }) => [t('campaigns.plan.deviceTags'), joined(draft.deviceTags)] },
  percent: {
    fact: ({ draft, t }) => [t('campaigns.plan.percent'), draft.percent === 100 ? undefined : `${draft.percent}%`],
  },
  tags: {
    fact: ({ draft, t }) => [
      t('campaigns.wizard.facts.tags'),
      joined(draft.tags.filter(({ key }) => key !== '').map(({ key, value }) => `${key}=${value}`)),
    ],
  },
  window: {
    sentence: ({ draft: { window }, t }) => {
      if (window === null) return undefined
      return window.to < window.from
        ? t('campaigns.plan.words.windowNight', window)
        : t('campaigns.plan.words.window', window)
    },
  },
  groups: { sentence: groupSentences },
  strategy: {
    sentence: ({ draft, t }) => (draft.strategy === 'dynamic' ? t('campaigns.plan.words.dynamic') : undefined),
  },
  overwrite: { sentence: ({ draft, t }) => (draft.overwrite ? t('campaigns.plan.words.overwrite') : undefined) },
  rate: { sentence: rateSentence },
  failureThreshold: {
    sentence: ({ draft: { failureThreshold: threshold }, t, language }) =>
      threshold === null
        ? t('campaigns.plan.words.noThreshold')
        : t('campaigns.plan.words.threshold', {
            percent: formatPercent(threshold.percent ?? 100, language),
            minimum: formatCount(threshold.minimum ?? 1, language),
          }),
  },
  retry: {
    sentence: ({ draft: { retry }, t }) =>
      retry.times === 0
        ? undefined
        : t('campaigns.plan.words.retry', { count: retry.times, minutes: retry.intervalMinutes }),
  },
  pushTimeoutMinutes: { sentence: ({ draft, t }) => t('campaigns.plan.words.timeouts', timeoutsOf(draft)) },
  // Included in the previous sentence.
  timeoutMinutes: {},
  stepTimeoutMinutes: {
    sentence: ({ draft: { stepTimeoutMinutes: limits }, t }) =>
      (['downloading', 'installing'] as const).flatMap((step) => {
        const minutes = limits[step]
        return minutes === null ? [] : [t(`campaigns.plan.words.${step}`, { minutes })]
      }),
  },
}

/** The generated fact of an option without a line: its name and selected value, where the protocol has it. */
const derivedFact = (option: FieldOption, context: ReviewContext): Fact => {
  const { draft, t, language } = context
  const features = featuresOf(context)
  const applies = features !== undefined && unmetBy(option, { features, strategy: draft.strategy }) === undefined
  return [optionTexts(option, language).name, applies ? optionValueText(option, draft, t, language, false) : undefined]
}

/** The options in the order of their lines, then those with generated lines. */
const ordered = [
  ...(Object.keys(lines) as CampaignOption[]),
  ...campaignOptions.filter((option) => lines[option] === undefined),
]

export const optionFacts = (context: ReviewContext): readonly Fact[] =>
  ordered.flatMap((option) => {
    const line = lines[option]
    if (line !== undefined) return line.fact === undefined ? [] : [line.fact(context)]
    return isField(option) ? [derivedFact(option, context)] : []
  })

/** What will happen, one sentence each: the first group, when the rest opens, what halts it. */
export const optionSentences = (context: ReviewContext): readonly string[] =>
  ordered.flatMap((option) => lines[option]?.sentence?.(context) ?? [])
