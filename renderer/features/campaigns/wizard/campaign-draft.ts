import type { z } from 'zod'
import { tagLimits } from '#shared/limits.ts'
import { MQTT_DOWNLOAD_BYTES, type ProtocolFeatures } from '#shared/protocols/index.ts'
import type { CampaignInput, CampaignMode, Delta, Package } from '#shared/schema.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import { upgradeable, type VerificationState } from '#shared/states/verification.ts'
import { emptyPlan, type Plan, planFaults, planInput } from './plan/plan.ts'

export interface TagRow {
  /** Of the row on screen, not of the tag. */
  readonly id: number
  readonly key: string
  readonly value: string
}

/** What devices heed by themselves, where their protocol carries it; null: not told. */
export interface HintsDraft {
  readonly signal: number | null
  readonly battery: number | null
}

const noHints: HintsDraft = { signal: null, battery: null }

export const transfers = ['http', 'https', 'mqtt'] as const
export type Transfer = (typeof transfers)[number]

/** A campaign as it is being put together. */
export interface Draft {
  readonly pack: Package | null
  readonly kind: 'upgrade' | 'verify'
  readonly scope: 'all' | 'devices'
  readonly fromVersions: readonly string[]
  readonly deviceIds: ReadonlySet<number>
  readonly deviceTags: readonly string[]
  /** Grey: how much of what matches; 100 is all. */
  readonly percent: number
  readonly overwrite: boolean
  readonly plan: Plan
  readonly push: boolean
  readonly transfer: Transfer
  /** What is sent; null: automatic where there are deltas, else full. */
  readonly mode: CampaignMode | null
  readonly policy: 'standard' | 'silent'
  readonly hints: HintsDraft
  readonly tags: readonly TagRow[]
  /** Null: the name made from package and time. */
  readonly name: string | null
}

export const emptyDraft: Draft = {
  pack: null,
  kind: 'upgrade',
  scope: 'all',
  fromVersions: [],
  deviceIds: new Set(),
  deviceTags: [],
  percent: 100,
  overwrite: false,
  plan: emptyPlan,
  push: true,
  transfer: 'http',
  mode: null,
  policy: 'standard',
  hints: noHints,
  tags: [],
  name: null,
}

/** Whether an upgrade may be made of a package in this state (docs/product.md §5.1: verification precedes upgrades). */
export const mayUpgrade = (state: VerificationState): boolean => isOneOf<VerificationState>(upgradeable, state)

/** Takes another package: devices and versions of the one before do not fit it. */
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
    // What another protocol can do is not this one's.
    push: true,
    transfer: 'http',
    mode: null,
    policy: 'standard',
    hints: noHints,
  }
}

/** Takes deltas where there are any that may come, unless a person has chosen already. */
export const withDeltas = (draft: Draft, patches: readonly Pick<Delta, 'packageId' | 'status'>[]): Draft =>
  draft.mode === null && draft.pack !== null
    ? {
        ...draft,
        mode: patches.some(({ packageId, status }) => packageId === draft.pack?.id && status !== 'failed')
          ? 'auto'
          : 'full',
      }
    : draft

/** A verification is made on chosen devices, never on all. */
export const withKind = (draft: Draft, kind: Draft['kind']): Draft => ({
  ...draft,
  kind,
  scope: kind === 'verify' ? 'devices' : 'all',
  // A trial on chosen devices needs no rollout, and waits for nobody who comes later.
  plan: kind === 'verify' ? { ...draft.plan, groups: [], strategy: 'static' } : draft.plan,
})

export type TransferFault = 'tls' | 'protocol' | 'files' | 'size'

/** Why a package cannot be fetched that way; undefined: it can (docs/protocols/sagoo.md §8.1: over MQTT one file of at most 16 MB). */
export const transferFault = (
  transfer: Transfer,
  pack: Pick<Package, 'files' | 'size'>,
  { features, tls }: { readonly features: ProtocolFeatures; readonly tls: boolean },
): TransferFault | undefined => {
  if (transfer === 'https') return tls ? undefined : 'tls'
  if (transfer === 'http') return undefined
  if (!features.mqttDownload) return 'protocol'
  if (pack.files.length > 1) return 'files'
  return pack.size > MQTT_DOWNLOAD_BYTES ? 'size' : undefined
}

/** What of the hints is told; undefined where nothing is. */
const toldConditions = ({ signal, battery }: HintsDraft) =>
  signal === null && battery === null ? undefined : { signal: signal ?? undefined, battery: battery ?? undefined }

export type TagFault = 'key' | 'twice' | 'value'

/** What is wrong with a tag row; rows with neither key nor value are ignored. */
export const tagFault = (row: TagRow, rows: readonly TagRow[]): TagFault | undefined => {
  if (row.key === '' && row.value === '') return undefined
  if (!tagLimits.keyPattern.test(row.key)) return 'key'
  if (rows.some((other) => other.id < row.id && other.key === row.key)) return 'twice'
  if (row.value.length < 1 || row.value.length > tagLimits.valueMax) return 'value'
  return undefined
}

/** Package, version (unless the name says it) and time: `网关固件 2.4.1 · 11-21 08:30`, at most the 64 characters of a label. */
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

/** The question of `campaigns.preview`, or null while it cannot be asked. */
export const targetOf = (draft: Draft) => {
  const { pack, kind, mode, scope, fromVersions, deviceIds, deviceTags, percent, overwrite } = draft
  return pack === null || (scope === 'devices' && deviceIds.size === 0)
    ? null
    : {
        packageId: pack.id,
        kind,
        mode: mode ?? ('full' as const),
        scope,
        fromVersions: [...fromVersions],
        deviceIds: scope === 'devices' ? [...deviceIds] : undefined,
        deviceTags: deviceTags.length === 0 ? undefined : [...deviceTags],
        percent: percent === 100 ? undefined : percent,
        overwrite,
      }
}

/** The campaign to create, or null while something is missing. */
export const inputOf = (draft: Draft, name: string): z.input<typeof CampaignInput> | null => {
  const target = targetOf(draft)
  if (target === null || name.trim() === '') return null
  const tags = Object.fromEntries(draft.tags.filter((row) => row.key !== '').map((row) => [row.key, row.value]))
  return {
    ...target,
    name: name.trim(),
    protocol: draft.transfer,
    push: draft.push,
    policy: draft.policy,
    conditions: toldConditions(draft.hints),
    ...planInput(draft.plan),
    tags: Object.keys(tags).length === 0 ? undefined : tags,
  }
}

export const wizardSteps = ['package', 'devices', 'how', 'review'] as const
export type WizardStep = (typeof wizardSteps)[number]

/** Whether a step has what the next one needs. @param now milliseconds since the epoch */
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
        planFaults(draft.plan, now).length === 0
      )
    case 'review':
      return true
  }
}
