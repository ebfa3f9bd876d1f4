import { z } from 'zod'
import { artifactNotes } from '../artifact-notes.ts'
import { jobStates } from '../states/job.ts'
import { Id, Timestamp } from './values.ts'

export const JobCounts = z.object(
  Object.fromEntries(jobStates.map((state) => [state, z.number()])) as Record<(typeof jobStates)[number], z.ZodNumber>,
)
export type JobCounts = z.infer<typeof JobCounts>

export const JobEvent = z.object({
  at: Timestamp,
  /** The state after the event. */
  state: z.enum(jobStates),
  /** What happened, as a code the screen explains: `created`, `notice`, `download`, `progress`, `version`, `stillOld` (the old version while it installs), `failed`, `retry` (by a person), `autoRetry`, `cancelled`, `skipped` … */
  what: z.string(),
  /** Details in the device's words or as values. */
  detail: z.string().nullable(),
  /** Why, where it ended for a reason: a code of `reasons.ts`. */
  reason: z.string().nullable(),
})
export type JobEvent = z.infer<typeof JobEvent>

export const Job = z.object({
  id: Id,
  campaignId: Id,
  deviceId: Id,
  deviceName: z.string(),
  module: z.string(),
  fromVersion: z.string().nullable(),
  toVersion: z.string(),
  /** What the device gets, or would get by what it reports now: the full image or a delta. Null: it ended before it was told of anything. */
  artifact: z.enum(['full', 'diff']).nullable(),
  /** Bytes of that; null where there is none, or none yet. */
  artifactSize: z.number().nullable(),
  /** Bytes that a delta spared an upgrade that is proven; 0 for any other. */
  bytesSaved: z.number(),
  /** The delta, ready or still being made; null: the full image, or nothing. */
  diffId: Id.nullable(),
  /** Why it is that, in `artifact-notes.ts`; null: nothing to say. */
  artifactNote: z.enum(artifactNotes).nullable(),
  state: z.enum(jobStates),
  /** Percent, 0-100, as the device reports it. */
  progress: z.number(),
  /** A code of `reasons.ts`; null unless failed, skipped, or cancelled with a reason. */
  errorCode: z.string().nullable(),
  /** The device's own last words, or the values our explanation is filled with. */
  description: z.string().nullable(),
  attempt: z.number(),
  /** Whether the device is connected now. */
  online: z.boolean(),
  notifiedAt: Timestamp.nullable(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  updatedAt: Timestamp,
  /** Place of its group in `Campaign.groups`. */
  group: z.number(),
  /** When it is tried again; null unless it waits for that. */
  retryAt: Timestamp.nullable(),
  /**
   * Its device still reports `fromVersion` while it installs, and counts as rolled back then; null: it does not report it.
   */
  patienceUntil: Timestamp.nullable(),
  /** When it fails if nothing is heard. */
  deadlineAt: Timestamp.nullable(),
})
export type Job = z.infer<typeof Job>

export const JobWithEvents = Job.extend({ events: z.array(JobEvent) })
