import { z } from 'zod'
import { artifactNotes } from '../artifact-notes.ts'
import { CampaignDefinition, campaignOptions } from '../campaign/definition.ts'
import { campaignStatuses } from '../states/campaign.ts'
import { VersionShare } from './devices.ts'
import { JobCounts } from './jobs.ts'
import { Id, Label, Timestamp } from './values.ts'

const { transport, ...others } = CampaignDefinition.shape
const { kind, mode, scope, fromVersions, deviceTags, percent, overwrite } = CampaignDefinition.shape

/** The devices that a campaign addresses; also the input of `campaigns.preview` before a start. */
export const CampaignTarget = z.strictObject({
  packageId: Id,
  kind,
  mode,
  scope,
  fromVersions,
  /** With scope `devices`. */
  deviceIds: z.array(Id).max(100_000).optional(),
  deviceTags,
  percent,
  overwrite,
})

/** A campaign to create: its definition, with `transport` under the name `protocol`. */
export const CampaignInput = CampaignTarget.extend({
  name: Label,
  ...others,
  protocol: transport,
  /** Left out: now. 1 minute to 30 days ahead. */
  startAt: Timestamp.optional(),
})
export type CampaignInput = z.infer<typeof CampaignInput>

/** The present state of a rollout group. */
export const CampaignGroup = z.object({
  name: z.string(),
  /** `rest`: the last group, which the screen names. */
  kind: z.enum(['group', 'rest']),
  size: z.number(),
  successPercent: z.number().nullable(),
  proceed: z.enum(['auto', 'person']),
  status: z.enum(['closed', 'open', 'passed', 'failed', 'waiting']),
  openedAt: Timestamp.nullable(),
  counts: JobCounts,
})
export type CampaignGroup = z.infer<typeof CampaignGroup>

/** A schema in the form of a view: an optional member is null when missing, a member with a default is always present. */
type Shown<S> =
  S extends z.ZodOptional<infer Inner> ? z.ZodNullable<Inner> : S extends z.ZodDefault<infer Inner> ? Inner : S

const shown = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodOptional) return (schema.unwrap() as z.ZodType).nullable()
  return schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema
}

type Shape = typeof CampaignDefinition.shape
type ShownShape = { [K in Exclude<keyof Shape, 'groups' | 'transport'>]: Shown<Shape[K]> } & {
  protocol: Shown<Shape['transport']>
}

/** The name of each option in a view; groups appear there with their state. */
const shownNames = campaignOptions.flatMap((option) =>
  option === 'groups' ? [] : [[option, option === 'transport' ? 'protocol' : option] as const],
)

/** The options of a campaign as a view shows them. */
const ShownOptions = z.object(
  Object.fromEntries(
    shownNames.map(([option, name]) => [name, shown(CampaignDefinition.shape[option])]),
  ) as unknown as ShownShape,
)
type ShownOptions = z.infer<typeof ShownOptions>

/** A definition as a view shows it. */
export const shownOptions = (definition: CampaignDefinition): ShownOptions =>
  Object.fromEntries(shownNames.map(([option, name]) => [name, definition[option] ?? null])) as ShownOptions

export const Campaign = z.object({
  id: Id,
  packageId: Id,
  packageName: z.string(),
  productId: Id,
  productName: z.string(),
  module: z.string(),
  toVersion: z.string(),
  name: z.string(),
  ...ShownOptions.shape,
  startAt: Timestamp.nullable(),
  /** In order; the last one is the rest. Only one where no groups were defined. */
  groups: z.array(CampaignGroup),
  /** Why no new upgrade starts now, as text; null: one does, or none is left. */
  waitsFor: z
    .enum(['start', 'window', 'rate', 'concurrency', 'devices', 'group', 'person', 'retry', 'diff'])
    .nullable(),
  /** When that wait ends by itself. */
  nextAt: Timestamp.nullable(),
  /** Bytes that its devices have downloaded, and bytes saved by deltas. */
  bytesServed: z.number(),
  bytesSaved: z.number(),
  status: z.enum(campaignStatuses),
  counts: JobCounts,
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})
export type Campaign = z.infer<typeof Campaign>

export const CampaignPreview = z.object({
  /** Devices that would get a job and be upgraded. */
  matching: z.number(),
  /** Those of them that are connected now. */
  online: z.number(),
  alreadyOnTarget: z.number(),
  otherJobOpen: z.number(),
  /** Devices of the product that are excluded because of their version, or because they have reported none. */
  versionNotSelected: z.number(),
  /** Excluded because they have none of the selected tags, or because of the percentage. */
  tagNotSelected: z.number().optional(),
  beyondPercent: z.number().optional(),
  /** Part of `matching`: taken over from campaigns that have not started with them. */
  takenOver: z.number().optional(),
  versions: z.array(VersionShare),
  /** The devices of `matching` by what each would get now: ordered by version, null: none reported. */
  artifacts: z.array(
    z.object({
      fromVersion: z.string().nullable(),
      devices: z.number(),
      /** `wait`: a delta in preparation; `none`: nothing, these devices would be skipped. */
      artifact: z.enum(['full', 'diff', 'wait', 'none']),
      diffId: Id.nullable(),
      /** Its size in bytes, for one device. */
      size: z.number().nullable(),
      note: z.enum(artifactNotes).nullable(),
    }),
  ),
})
export type CampaignPreview = z.infer<typeof CampaignPreview>
