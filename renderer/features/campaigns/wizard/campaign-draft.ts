import type { z } from 'zod'
import { campaignOptions, optionFacts } from '#shared/campaign/definition.ts'
import { tagLimits } from '#shared/limits.ts'
import { MQTT_DOWNLOAD_BYTES, type ProtocolFeatures } from '#shared/protocols/index.ts'
import { type CampaignInput, CampaignTarget, type Delta, type Package } from '#shared/schema.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import { upgradeable, type VerificationState } from '#shared/states/verification.ts'
import { chosenOptions, emptyForms, type OptionForms, type TagRow } from './draft-forms.ts'
import { planFaults } from './plan/plan.ts'

/** A campaign in the wizard: its options, and the values that are no options. */
export interface Draft extends OptionForms {
  readonly pack: Package | null
  readonly deviceIds: ReadonlySet<number>
  /** The field's value, `2026-11-21T22:00` by this machine's clock; null: now. */
  readonly startAt: string | null
  /** Null: the name generated from package and time. */
  readonly name: string | null
}

export const emptyDraft: Draft = { ...emptyForms, pack: null, deviceIds: new Set(), startAt: null, name: null }

/** Options whose allowed values depend on the protocol. */
const protocolOptions = new Set(['transport', ...campaignOptions.filter((option) => 'feature' in optionFacts[option])])
const emptyProtocolOptions = Object.fromEntries(
  Object.entries(emptyForms).filter(([option]) => protocolOptions.has(option)),
) as Partial<OptionForms>

/** Whether a package in this state may be used in an upgrade (docs/product.md §5.1: verification comes before upgrades). */
export const mayUpgrade = (state: VerificationState): boolean => isOneOf<VerificationState>(upgradeable, state)

/** A verification runs on chosen devices now: it needs no groups, and no device joins it later. */
const kindOptions = (kind: Draft['kind']): Partial<OptionForms> =>
  kind === 'verify' ? { groups: [], strategy: 'static' } : {}

/** Selects another package and resets devices, versions and options of the protocol that may not fit it. */
export const withPackage = (draft: Draft, pack: Package): Draft => {
  const kind = mayUpgrade(pack.verification) ? draft.kind : 'verify'
  return {
    ...draft,
    pack,
    kind,
    scope: kind === 'verify' ? 'devices' : draft.scope,
    fromVersions: [],
    deviceIds: new Set(),
    deviceTags: [],
    ...kindOptions(kind),
    mode: null,
    ...emptyProtocolOptions,
  }
}

/** Selects deltas where there are any or some are in preparation, unless the user has chosen already. */
export const withDeltas = (draft: Draft, deltas: readonly Pick<Delta, 'packageId' | 'status'>[]): Draft =>
  draft.mode === null && draft.pack !== null
    ? {
        ...draft,
        mode: deltas.some(({ packageId, status }) => packageId === draft.pack?.id && status !== 'failed')
          ? 'auto'
          : 'full',
      }
    : draft

/** A verification is made on chosen devices, never on all. */
export const withKind = (draft: Draft, kind: Draft['kind']): Draft => ({
  ...draft,
  kind,
  scope: kind === 'verify' ? 'devices' : 'all',
  ...kindOptions(kind),
})

type TransportFault = 'tls' | 'protocol' | 'files' | 'size'

/** Why a package cannot be downloaded that way; undefined: it can (docs/protocols/sagoo.md §8.1: over MQTT one file of at most 16 MB). */
export const transportFault = (
  transport: Draft['transport'],
  pack: Pick<Package, 'files' | 'size'>,
  { features, tls }: { readonly features: ProtocolFeatures; readonly tls: boolean },
): TransportFault | undefined => {
  if (transport === 'https') return tls ? undefined : 'tls'
  if (transport === 'http') return undefined
  if (!features.mqttDownload) return 'protocol'
  if (pack.files.length > 1) return 'files'
  return pack.size > MQTT_DOWNLOAD_BYTES ? 'size' : undefined
}

type TagFault = 'key' | 'twice' | 'value'

/** The faults of a tag row; rows without key and value are ignored. */
export const tagFault = (row: TagRow, rows: readonly TagRow[]): TagFault | undefined => {
  if (row.key === '' && row.value === '') return undefined
  if (!tagLimits.keyPattern.test(row.key)) return 'key'
  if (rows.some((other) => other.id < row.id && other.key === row.key)) return 'twice'
  if (row.value.length < 1 || row.value.length > tagLimits.valueMax) return 'value'
  return undefined
}

/** Package, version (unless the name contains it) and time: `网关固件 2.4.1 · 11-21 08:30`, at most the 64 characters of a label. */
export const defaultName = (pack: Pick<Package, 'name' | 'version'>, now: Date): string => {
  const two = (value: number) => String(value).padStart(2, '0')
  const time = `${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}`
  const what = pack.name.includes(pack.version) ? pack.name : `${pack.name} ${pack.version}`
  const rest = ` · ${time}`
  return `${[...what]
    .slice(0, 64 - rest.length)
    .join('')
    .trim()}${rest}`
}

type Target = z.input<typeof CampaignTarget>
const targetMembers = new Set<string>(Object.keys(CampaignTarget.shape))

/** The input of `campaigns.preview`, or null while it is incomplete. */
export const targetOf = (draft: Draft): Target | null => {
  const { pack, scope, deviceIds } = draft
  if (pack === null || (scope === 'devices' && deviceIds.size === 0)) return null
  const options = Object.entries(chosenOptions(draft)).filter(([option]) => targetMembers.has(option))
  return {
    ...Object.fromEntries(options),
    packageId: pack.id,
    deviceIds: scope === 'devices' ? [...deviceIds] : undefined,
  }
}

/** The campaign to create, or null while something is missing. */
export const inputOf = (draft: Draft, name: string): z.input<typeof CampaignInput> | null => {
  const target = targetOf(draft)
  if (target === null || name.trim() === '') return null
  const { transport, ...options } = chosenOptions(draft)
  return {
    ...options,
    ...target,
    name: name.trim(),
    protocol: transport,
    startAt: draft.startAt === null ? undefined : new Date(draft.startAt).toISOString(),
  }
}

export const wizardSteps = ['package', 'devices', 'how', 'review'] as const
type WizardStep = (typeof wizardSteps)[number]

/** Whether a step is complete. @param now milliseconds since the epoch */
export const isReady = (step: WizardStep, draft: Draft, now: number): boolean => {
  switch (step) {
    case 'package':
      return draft.pack !== null
    case 'devices':
      return targetOf(draft) !== null
    case 'how':
      return (
        draft.tags.length <= tagLimits.count &&
        draft.tags.every((row) => tagFault(row, draft.tags) === undefined) &&
        planFaults(draft, now).length === 0
      )
    case 'review':
      return true
  }
}
