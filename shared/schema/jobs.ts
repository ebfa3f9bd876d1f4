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
  /**
   * The event as a code that the screen explains: `created`, `notice`, `download`, `progress`, `version`, `stillOld` (the old version
   * while it installs), `failed`, `retry` (by an operator), `autoRetry`, `cancelled`, `skipped` …
   */
  what: z.string(),
  /** Details: the device's own text, or values. */
  detail: z.string().nullable(),
  /** Why the job ended, where there is a reason: a code of `reasons.ts`. */
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
  /**
   * What the device gets, or would get for its present version: the full image or a delta. Null: the job ended before the device was
   * notified.
   */
  artifact: z.enum(['full', 'diff']).nullable(),
  /** Its size in bytes; null where there is nothing, or nothing yet. */
  artifactSize: z.number().nullable(),
  /** Bytes that a delta saved in a successful upgrade; 0 for any other. */
  bytesSaved: z.number(),
  /** The delta, ready or in preparation; null: the full image, or nothing. */
  diffId: Id.nullable(),
  /** Why the device gets this, a code of `artifact-notes.ts`; null: no remark. */
  artifactNote: z.enum(artifactNotes).nullable(),
  state: z.enum(jobStates),
  /** Percent, 0-100, as the device reports it. */
  progress: z.number(),
  /** A code of `reasons.ts`; null unless failed, skipped, or cancelled with a reason. */
  errorCode: z.string().nullable(),
  /** The last text that the device reported, or the values for the reason's text. */
  description: z.string().nullable(),
  attempt: z.number(),
  /** Whether the device is connected now. */
  online: z.boolean(),
  notifiedAt: Timestamp.nullable(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  updatedAt: Timestamp,
  /** Index of its group in `Campaign.groups`. */
  group: z.number(),
  /** When it is retried; null unless it waits for a retry. */
  retryAt: Timestamp.nullable(),
  /** The device still reports `fromVersion` while it installs, and counts as rolled back at this time; null: it does not report it. */
  patienceUntil: Timestamp.nullable(),
  /** When it fails if the device does not respond. */
  deadlineAt: Timestamp.nullable(),
})
export type Job = z.infer<typeof Job>

export const JobWithEvents = Job.extend({ events: z.array(JobEvent) })
