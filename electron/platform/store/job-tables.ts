import { inArray, isNotNull } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ArtifactNote } from '#shared/artifact-notes.ts'
import { type JobState, openJobStates } from '#shared/states/job.ts'
import { campaigns } from './campaign-tables.ts'
import { devices } from './device-tables.ts'

export const jobs = sqliteTable(
  'jobs',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id, { onDelete: 'cascade' }),
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    module: text().notNull(),
    fromVersion: text('from_version'),
    toVersion: text('to_version').notNull(),
    state: text().$type<JobState>().notNull(),
    progress: integer().notNull().default(0),
    errorCode: text('error_code'),
    description: text(),
    attempt: integer().notNull().default(1),
    notifiedAt: integer('notified_at'),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
    updatedAt: integer('updated_at').notNull(),
    groupIndex: integer('group_index').notNull().default(0),
    retryAt: integer('retry_at'),
    deadlineAt: integer('deadline_at'),
    /** When the job entered its state. */
    enteredAt: integer('entered_at').notNull().default(0),
    /** Until when the device must acknowledge its notice. */
    acknowledgeBy: integer('acknowledge_by'),
    /** The number of automatic retries. */
    autoRetries: integer('auto_retries').notNull().default(0),
    /** What the device was notified to download; null: not notified yet, or it has reported another version since. */
    artifact: text().$type<'full' | 'diff'>(),
    diffId: integer('diff_id'),
    artifactSize: integer('artifact_size'),
    artifactNote: text('artifact_note').$type<ArtifactNote>(),
    /** A delta has failed on the device, so the next attempt uses the full image. */
    fullNext: integer('full_next', { mode: 'boolean' }).notNull().default(false),
    /** Until this time the old version, reported while the device installs, does not end the job. */
    patienceUntil: integer('patience_until'),
  },
  (t) => [
    index('jobs_by_campaign').on(t.campaignId, t.id),
    index('jobs_by_campaign_state').on(t.campaignId, t.state, t.id),
    index('jobs_by_device').on(t.deviceId, t.id),
    // A day's results by state, without the cancelled ones of a whole campaign.
    index('jobs_by_result').on(t.state, t.finishedAt).where(isNotNull(t.finishedAt)),
    // The invariant itself: a device has at most one open job per module (docs/product.md §4.3).
    uniqueIndex('jobs_one_open').on(t.deviceId, t.module).where(inArray(t.state, openJobStates)),
    index('jobs_retry').on(t.retryAt).where(isNotNull(t.retryAt)),
    index('jobs_retry_by_campaign').on(t.campaignId, t.retryAt).where(isNotNull(t.retryAt)),
    index('jobs_deadline').on(t.deadlineAt).where(isNotNull(t.deadlineAt)),
    index('jobs_by_diff').on(t.diffId).where(isNotNull(t.diffId)),
  ],
)

export const jobEvents = sqliteTable(
  'job_events',
  {
    id: integer().primaryKey(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    at: integer().notNull(),
    state: text().$type<JobState>().notNull(),
    what: text().notNull(),
    detail: text(),
    /** The reason, when it ended for one. */
    reason: text(),
  },
  (t) => [index('job_events_by_job').on(t.jobId, t.id)],
)

/** Download tokens of protocols with their own tokens (OneNET): each stands for one attempt of one job. */
export const jobTokens = sqliteTable(
  'job_tokens',
  {
    token: text().primaryKey(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    attempt: integer().notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('job_tokens_by_job').on(t.jobId, t.attempt)],
)
