import { z } from 'zod'
import { artifactNotes } from '../artifact-notes.ts'
import { CampaignDefinition, campaignOptions } from '../campaign/definition.ts'
import { campaignStatuses } from '../states/campaign.ts'
import { VersionShare } from './devices.ts'
import { JobCounts } from './jobs.ts'
import { Id, Label, Timestamp } from './values.ts'

const { transport, ...others } = CampaignDefinition.shape
const { kind, mode, scope, fromVersions, deviceTags, percent, overwrite } = CampaignDefinition.shape

/** Which devices a campaign addresses; also the question that `campaigns.preview` answers before one starts. */
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
  /** Left out: at once. 1 minute to 30 days ahead. */
  startAt: Timestamp.optional(),
})
export type CampaignInput = z.infer<typeof CampaignInput>

/** A group of a rollout as it stands. */
export const CampaignGroup = z.object({
  name: z.string(),
  /** `rest`: the last one, named by the screen. */
  kind: z.enum(['group', 'rest']),
  size: z.number(),
  successPercent: z.number().nullable(),
  proceed: z.enum(['auto', 'person']),
  status: z.enum(['closed', 'open', 'passed', 'failed', 'waiting']),
  openedAt: Timestamp.nullable(),
  counts: JobCounts,
})
export type CampaignGroup = z.infer<typeof CampaignGroup>

/** A schema as a view shows it: what may be left out is null there, what has a default is always there. */
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

/** What each option is called in a view; groups stand there with their state. */
const shownNames = campaignOptions.flatMap((option) =>
  option === 'groups' ? [] : [[option, option === 'transport' ? 'protocol' : option] as const],
)

/** The options of a campaign as a view shows them. */
const ShownOptions = z.object(
  Object.fromEntries(
    shownNames.map(([option, name]) => [name, shown(CampaignDefinition.shape[option])]),
  ) as unknown as ShownShape,
)
export type ShownOptions = z.infer<typeof ShownOptions>

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
  /** In order; the last one is the rest. One alone where no groups were asked for. */
  groups: z.array(CampaignGroup),
  /** Why nothing new is offered just now, for a person to read; null: something is, or nothing is left. */
  waitsFor: z
    .enum(['start', 'window', 'rate', 'concurrency', 'devices', 'group', 'person', 'retry', 'diff'])
    .nullable(),
  /** When that ends by itself. */
  nextAt: Timestamp.nullable(),
  /** Bytes its devices have fetched, and those they did not have to, as they were upgraded by a delta. */
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
  /** Of those, connected now. */
  online: z.number(),
  alreadyOnTarget: z.number(),
  otherJobOpen: z.number(),
  /** Of the product's devices: left out because of their version, or because none was reported. */
  versionNotSelected: z.number(),
  /** Left out because they carry none of the chosen tags, or because of the percentage. */
  tagNotSelected: z.number().optional(),
  beyondPercent: z.number().optional(),
  /** Of `matching`: taken over from campaigns that have not begun with them. */
  takenOver: z.number().optional(),
  versions: z.array(VersionShare),
  /** Of `matching`, by what each would get as things are: in order of version, null: none reported. */
  artifacts: z.array(
    z.object({
      fromVersion: z.string().nullable(),
      devices: z.number(),
      /** `wait`: a delta that is being made; `none`: nothing, they would be skipped. */
      artifact: z.enum(['full', 'diff', 'wait', 'none']),
      diffId: Id.nullable(),
      /** Bytes of it for one device. */
      size: z.number().nullable(),
      note: z.enum(artifactNotes).nullable(),
    }),
  ),
})
export type CampaignPreview = z.infer<typeof CampaignPreview>
