import { z } from 'zod'
import { DEVICE_TAGS_MAX, tagLimits } from '../limits.ts'
import { rule } from '../phrase.ts'
import type { ProtocolFeatures } from '../protocols/index.ts'
import { Label, ReportedVersion } from '../schema/values.ts'
import { ConditionsHint, DailyWindow, FailureThreshold, Rate, Retry, RolloutGroups, StepTimeouts } from './parts.ts'

const CampaignKind = z.enum(['verify', 'upgrade'])
/**
 * What devices receive: the full package, the delta from their version, or the delta where one exists and saves bytes, else the full
 * package.
 */
export const CampaignMode = z.enum(['full', 'diff', 'auto'])
export type CampaignMode = z.infer<typeof CampaignMode>
const CampaignScope = z.enum(['all', 'devices'])
export const Strategy = z.enum(['static', 'dynamic'])
/** How devices download the files; `mqtt` only where the product's protocol supports it. */
export const Transport = z.enum(['http', 'https', 'mqtt'])
/** Whether a device upgrades at once or at a time of its own choice; sent only by protocols that carry it (iot-engine). */
const UpgradePolicy = z.enum(['standard', 'silent'])
export const Tags = z
  .record(z.string().regex(tagLimits.keyPattern, rule('tagKey')), z.string().min(1).max(tagLimits.valueMax))
  .refine((tags) => Object.keys(tags).length <= tagLimits.count, rule('tagCount'))
  .refine((tags) => Object.entries(tags).flat().join('').length <= tagLimits.sumMax, rule('tagSum'))

/** Limits of a timeout in minutes: one minute to a week. */
const Minutes = z.number().int().min(1).max(10_080)

/**
 * All options of a campaign: value, limits and default, each defined once. The REST members, the stored definition, the view, the clone,
 * the wizard's fields and `docs/operator-api.md` §12.1 are derived from them; `optionFacts` below defines where each appears and when it
 * applies.
 */
export const CampaignDefinition = z.strictObject({
  kind: CampaignKind.default('upgrade'),
  scope: CampaignScope.default('all'),
  /** Only devices that report one of these; empty: every version. */
  fromVersions: z.array(ReportedVersion).max(1000).default([]),
  mode: CampaignMode.default('full'),
  /** `dynamic`: devices that match later join as well; at most one per package and module, the newest wins. */
  strategy: Strategy.default('static'),
  /** The REST member is `protocol`. */
  transport: Transport.default('http'),
  /** Whether devices are notified; without it they have to query. */
  push: z.boolean().default(true),
  policy: UpgradePolicy.default('standard'),
  tags: Tags.default({}),
  retry: Retry.optional(),
  conditions: ConditionsHint.optional(),
  /** Only devices that carry one of these tags; empty: with any tags or none. */
  deviceTags: z.array(Label).max(DEVICE_TAGS_MAX).default([]),
  /** Only this percentage of the matching devices, rounded down, at least one. */
  percent: z.number().int().min(1).max(100).optional(),
  /** Take over devices that another campaign has not started; an upgrade in progress is never replaced. */
  overwrite: z.boolean().default(false),
  window: DailyWindow.optional(),
  rate: Rate.optional(),
  /** Groups before the rest; empty: all devices start together. Static campaigns only. */
  groups: RolloutGroups.default([]),
  failureThreshold: FailureThreshold.optional(),
  /** Measured from the first progress (docs/protocols/README.md §8.4). */
  timeoutMinutes: Minutes.default(120),
  /** Measured from the notice to the first response, so that a device without response cannot block a campaign. */
  pushTimeoutMinutes: Minutes.default(60),
  stepTimeoutMinutes: StepTimeouts.default({}),
})
export type CampaignDefinition = z.output<typeof CampaignDefinition>
export type CampaignOption = keyof CampaignDefinition

/** The options in the order of the screens. */
export const campaignOptions = Object.keys(CampaignDefinition.shape) as readonly CampaignOption[]

/** The definition of a campaign with every option at its default. */
export const definitionDefaults: CampaignDefinition = CampaignDefinition.parse({})

/** The properties of a campaign on which options depend. */
interface OptionContext {
  readonly features: ProtocolFeatures
  readonly strategy: CampaignDefinition['strategy']
}

/** The unit of a number. */
type OptionUnit = 'minutes' | 'devices' | 'percent'

export interface OptionFacts {
  /** Where the wizard shows it: in a form of its own, or as a field made from the schema in this section. */
  readonly section: 'own' | 'narrow' | 'delivery' | 'strategy' | 'speed' | 'timeouts' | 'conditions'
  /** The unit of its number, or of each of its numbers. */
  readonly unit?: OptionUnit | Readonly<Record<string, OptionUnit>>
  /** Only where the protocol has this feature. */
  readonly feature?: keyof ProtocolFeatures
  /** Only with this upgrade type. */
  readonly strategy?: CampaignDefinition['strategy']
}

/**
 * Where each option appears, in the order of a section's fields, and when it applies; an option that does not apply must have its
 * default.
 */
export const optionFacts = {
  kind: { section: 'own' },
  scope: { section: 'own' },
  fromVersions: { section: 'own' },
  mode: { section: 'own' },
  strategy: { section: 'strategy' },
  transport: { section: 'own' },
  push: { section: 'own', feature: 'queries' },
  policy: { section: 'delivery', feature: 'policy' },
  tags: { section: 'own' },
  retry: { section: 'own' },
  conditions: { section: 'conditions', unit: { battery: 'percent' }, feature: 'hints' },
  deviceTags: { section: 'own' },
  percent: { section: 'own', strategy: 'static' },
  overwrite: { section: 'narrow' },
  window: { section: 'own' },
  rate: { section: 'speed', unit: 'devices' },
  groups: { section: 'own', strategy: 'static' },
  failureThreshold: { section: 'own' },
  pushTimeoutMinutes: { section: 'timeouts', unit: 'minutes' },
  timeoutMinutes: { section: 'timeouts', unit: 'minutes' },
  stepTimeoutMinutes: { section: 'timeouts', unit: 'minutes' },
} as const satisfies Readonly<Record<CampaignOption, OptionFacts>>

/** The condition of an option that a campaign does not meet; undefined: the option applies. */
export const unmetBy = (
  option: CampaignOption,
  { features, strategy }: OptionContext,
): 'feature' | 'strategy' | undefined => {
  const facts: OptionFacts = optionFacts[option]
  if (facts.feature !== undefined && !features[facts.feature]) return 'feature'
  return facts.strategy !== undefined && facts.strategy !== strategy ? 'strategy' : undefined
}
