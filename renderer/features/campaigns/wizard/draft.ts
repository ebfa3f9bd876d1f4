import type { z } from 'zod'
import { tagLimits } from '#shared/limits.ts'
import type { CampaignInput, Package } from '#shared/schema.ts'
import { isOneOf } from '#shared/states/table.ts'
import { upgradeable, type VerificationState } from '#shared/states/verification.ts'

export interface TagRow {
  /** Of the row on screen, not of the tag. */
  readonly id: number
  readonly key: string
  readonly value: string
}

/** A campaign as it is being put together. */
export interface Draft {
  readonly pack: Package | null
  readonly kind: 'upgrade' | 'verify'
  readonly scope: 'all' | 'devices'
  readonly fromVersions: readonly string[]
  readonly deviceIds: ReadonlySet<number>
  readonly push: boolean
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
  push: true,
  tags: [],
  name: null,
}

/** Whether an upgrade may be made of a package in this state (product.md: verification precedes upgrading). */
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
  }
}

/** A verification is made on chosen devices, never on all. */
export const withKind = (draft: Draft, kind: Draft['kind']): Draft => ({
  ...draft,
  kind,
  scope: kind === 'verify' ? 'devices' : 'all',
})

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
export const targetOf = ({ pack, kind, scope, fromVersions, deviceIds }: Draft) =>
  pack === null || (scope === 'devices' && deviceIds.size === 0)
    ? null
    : {
        packageId: pack.id,
        kind,
        scope,
        fromVersions: [...fromVersions],
        deviceIds: scope === 'devices' ? [...deviceIds] : undefined,
      }

/** The campaign to create, or null while something is missing. */
export const inputOf = (draft: Draft, name: string): z.input<typeof CampaignInput> | null => {
  const target = targetOf(draft)
  if (target === null || name.trim() === '') return null
  const tags = Object.fromEntries(draft.tags.filter((row) => row.key !== '').map((row) => [row.key, row.value]))
  return {
    ...target,
    name: name.trim(),
    mode: 'full',
    strategy: 'static',
    protocol: 'http',
    push: draft.push,
    tags: Object.keys(tags).length === 0 ? undefined : tags,
  }
}

export const wizardSteps = ['package', 'devices', 'how', 'review'] as const
export type WizardStep = (typeof wizardSteps)[number]

/** Whether a step has what the next one needs. */
export const isReady = (step: WizardStep, draft: Draft): boolean => {
  switch (step) {
    case 'package':
      return draft.pack !== null
    case 'devices':
      return targetOf(draft) !== null
    case 'how':
      return draft.tags.length <= tagLimits.count && draft.tags.every((row) => tagFault(row, draft.tags) === undefined)
    case 'review':
      return true
  }
}
