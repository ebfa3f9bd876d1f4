import { z } from 'zod'
import { campaignStatuses } from '../states/campaign.ts'
import { jobStates } from '../states/job.ts'
import { UnitRecord, WrittenImage } from './bench-runs.ts'
import { MeasuredValue } from './bench-values.ts'
import { Timestamp } from './values.ts'

/*
 * What leaves the station, documented in docs/sinks.md. A field is added without a new version; one that changes its meaning or goes makes
 * a new version of its kind.
 */

const text = z.string().nullable()
const time = Timestamp.nullable()

/** One attempt at one unit, version 1. */
export const UnitRecordPayload = z.object({
  recordId: z.number(),
  runId: z.number(),
  attempt: z.number(),
  unit: text,
  serial: text,
  chip: text,
  line: z.string(),
  slot: z.string(),
  recipe: z.string(),
  recipeVersion: z.number(),
  images: z.array(WrittenImage),
  state: UnitRecord.shape.state,
  errorCode: text,
  errorData: z.record(z.string(), z.union([z.string(), z.number()])),
  operator: text,
  /** What its checks measured, in the order in which they read it. */
  values: z.array(MeasuredValue),
  /** The first attempt at this unit with this recipe. */
  first: z.boolean(),
  startedAt: Timestamp,
  finishedAt: Timestamp,
})
export type UnitRecordPayload = z.infer<typeof UnitRecordPayload>

/** A job that ended, or an ended one that is open again (retry, late version report), version 1. */
export const JobPayload = z.object({
  jobId: z.number(),
  campaignId: z.number(),
  campaign: z.string(),
  productKey: z.string(),
  product: z.string(),
  device: z.string(),
  module: z.string(),
  fromVersion: text,
  toVersion: z.string(),
  artifact: z.enum(['full', 'diff']).nullable(),
  /** Bytes. */
  artifactSize: z.number().nullable(),
  state: z.enum(jobStates),
  errorCode: text,
  /** What the device reported with it. */
  description: text,
  attempt: z.number(),
  notifiedAt: time,
  startedAt: time,
  finishedAt: time,
})
export type JobPayload = z.infer<typeof JobPayload>

/** A campaign that was created or changed its status, version 1. */
export const CampaignPayload = z.object({
  campaignId: z.number(),
  campaign: z.string(),
  kind: z.enum(['verify', 'upgrade']),
  productKey: z.string(),
  product: z.string(),
  module: z.string(),
  package: z.string(),
  toVersion: z.string(),
  /** Null: it was created. */
  previousStatus: z.enum(campaignStatuses).nullable(),
  status: z.enum(campaignStatuses),
  counts: z.record(z.enum(jobStates), z.number()),
  createdAt: Timestamp,
  startedAt: time,
  finishedAt: time,
})
export type CampaignPayload = z.infer<typeof CampaignPayload>

const envelope = <K extends string, P extends z.ZodType>(kind: K, payload: P) =>
  z.object({
    /** With `id` the key of the event: an event may come more than once. */
    station: z.string(),
    /** Rises with every event of the station; not without gaps. */
    id: z.number(),
    kind: z.literal(kind),
    at: Timestamp,
    /** Of the payload's shape. */
    version: z.literal(1),
    payload,
  })

export const OutgoingEvent = z.discriminatedUnion('kind', [
  envelope('unit-record', UnitRecordPayload),
  envelope('job', JobPayload),
  envelope('campaign', CampaignPayload),
])
export type OutgoingEvent = z.infer<typeof OutgoingEvent>
export type OutgoingKind = OutgoingEvent['kind']
