import { sql } from 'drizzle-orm'
import { customType, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ArtifactNote } from '#shared/artifact-notes.ts'
import { type CampaignDefinition, definitionDefaults } from '#shared/campaign/definition.ts'
import type { DeviceClass } from '#shared/delta-formats.ts'
import { AUTO_REGISTER_LIMIT } from '#shared/limits.ts'
import type { Protocol } from '#shared/protocols/index.ts'
import type { CampaignStatus } from '#shared/states/campaign.ts'
import type { JobState } from '#shared/states/job.ts'
import type { VerificationState } from '#shared/states/verification.ts'

/*
 * The tables for queries; `migrations.ts` creates them, and a test compares the two. Times are milliseconds since 1970 UTC, sizes
 * bytes, digests lower-case hex.
 */

export const products = sqliteTable('products', {
  id: integer().primaryKey(),
  key: text().notNull().unique(),
  name: text().notNull().unique(),
  protocol: text().$type<Protocol>().notNull(),
  secret: text().notNull(),
  autoRegister: integer('auto_register', { mode: 'boolean' }).notNull(),
  /** Whether a device may log in with its plain secret. */
  plainLogin: integer('plain_login', { mode: 'boolean' }).notNull().default(true),
  successCriterion: text('success_criterion').$type<'version' | 'progress'>().notNull(),
  /** The maximum number of devices that may register with the product's secret. */
  autoRegisterLimit: integer('auto_register_limit').notNull().default(AUTO_REGISTER_LIMIT),
  createdAt: integer('created_at').notNull(),
})

export const modules = sqliteTable(
  'modules',
  {
    id: integer().primaryKey(),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    alias: text(),
    description: text(),
    kind: text().$type<'FOTA' | 'SOTA'>().notNull(),
    vendor: text(),
    model: text(),
    deviceClass: text('device_class').$type<DeviceClass>().notNull().default('linux'),
    ramBytes: integer('ram_bytes'),
  },
  (t) => [uniqueIndex('modules_by_name').on(t.productId, t.name)],
)

export const devices = sqliteTable(
  'devices',
  {
    id: integer().primaryKey(),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    secret: text().notNull(),
    accessToken: text('access_token').notNull().unique(),
    lastSeenAt: integer('last_seen_at'),
    createdAt: integer('created_at').notNull(),
    /** Whether it registered with its product's secret. */
    selfRegistered: integer('self_registered', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [uniqueIndex('devices_by_name').on(t.productId, t.name)],
)

/** The last reported version of each module of a device; the product is repeated so that a version distribution is one index scan. */
export const deviceVersions = sqliteTable(
  'device_versions',
  {
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    module: text().notNull(),
    productId: integer('product_id').notNull(),
    version: text().notNull(),
    reportedAt: integer('reported_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.deviceId, t.module] }),
    index('device_versions_by_version').on(t.productId, t.module, t.version),
  ],
)

export const packages = sqliteTable(
  'packages',
  {
    id: integer().primaryKey(),
    productId: integer('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    module: text().notNull(),
    name: text().notNull(),
    version: text().notNull(),
    signMethod: text('sign_method').$type<'MD5' | 'SHA256'>().notNull(),
    verification: text().$type<VerificationState>().notNull(),
    description: text(),
    customInfo: text('custom_info', { mode: 'json' }).$type<Record<string, unknown>>(),
    createdAt: integer('created_at').notNull(),
    /** Why its verification was skipped, as the operator wrote it. */
    skipReason: text('skip_reason'),
    /** The verification was skipped on purpose: it is skipped again when a later verification has no result. */
    skipped: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    uniqueIndex('packages_by_version').on(t.productId, t.module, t.version),
    uniqueIndex('packages_by_name').on(t.productId, t.name),
  ],
)

export const packageFiles = sqliteTable(
  'package_files',
  {
    packageId: integer('package_id')
      .notNull()
      .references(() => packages.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    name: text().notNull(),
    size: integer().notNull(),
    md5: text().notNull(),
    sha256: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.packageId, t.position] }), index('package_files_by_content').on(t.sha256)],
)

/** A campaign's definition as JSON; an option that a campaign of an earlier program lacks is read as its default. */
const campaignDefinition = customType<{ data: CampaignDefinition; driverData: string }>({
  dataType: () => 'text',
  toDriver: (definition) => JSON.stringify(definition),
  fromDriver: (json) => ({ ...definitionDefaults, ...(JSON.parse(json) as Partial<CampaignDefinition>) }),
})

const stored = { mode: 'stored' } as const

export const campaigns = sqliteTable('campaigns', {
  id: integer().primaryKey(),
  packageId: integer('package_id')
    .notNull()
    .references(() => packages.id, { onDelete: 'cascade' }),
  name: text().notNull(),
  status: text().$type<CampaignStatus>().notNull(),
  createdAt: integer('created_at').notNull(),
  startedAt: integer('started_at'),
  finishedAt: integer('finished_at'),
  /** Jobs by state, updated in the transaction that changes a job, so that a campaign list need not count a million rows. */
  pending: integer().notNull().default(0),
  notified: integer().notNull().default(0),
  downloading: integer().notNull().default(0),
  installing: integer().notNull().default(0),
  succeeded: integer().notNull().default(0),
  failed: integer().notNull().default(0),
  cancelled: integer().notNull().default(0),
  skipped: integer().notNull().default(0),
  startAt: integer('start_at'),
  /** Whether it is a dynamic campaign that accepts later devices. */
  joining: integer({ mode: 'boolean' }).notNull().default(false),
  /** The state of its job creation; null once all jobs are created. */
  making: text({ mode: 'json' }).$type<CampaignMaking>(),
  /** The counts of ended and failed jobs when an operator last resumed it after a halt. */
  baseEnded: integer('base_ended').notNull().default(0),
  baseFailed: integer('base_failed').notNull().default(0),
  /** Why it was halted automatically, until somebody changes the campaign. */
  halt: text({ mode: 'json' }).$type<CampaignHalt>(),
  /** The token bucket of the rate limit. */
  rateTokens: real('rate_tokens'),
  rateAt: integer('rate_at'),
  /** When the scheduler checks it next. */
  wakeAt: integer('wake_at'),
  bytesServed: integer('bytes_served').notNull().default(0),
  bytesSaved: integer('bytes_saved').notNull().default(0),
  /** What the operator requested; it never changes. */
  definition: campaignDefinition().notNull(),
  /** Taken from the definition, for queries: generated by SQLite. */
  kind: text().$type<CampaignDefinition['kind']>().notNull().generatedAlwaysAs(sql`(definition ->> '$.kind')`, stored),
  mode: text().$type<CampaignDefinition['mode']>().notNull().generatedAlwaysAs(sql`(definition ->> '$.mode')`, stored),
  transport: text()
    .$type<CampaignDefinition['transport']>()
    .notNull()
    .generatedAlwaysAs(sql`(definition ->> '$.transport')`, stored),
  push: integer({ mode: 'boolean' }).notNull().generatedAlwaysAs(sql`(definition ->> '$.push')`, stored),
  pushTimeoutMinutes: integer('push_timeout_minutes')
    .notNull()
    .generatedAlwaysAs(sql`(definition ->> '$.pushTimeoutMinutes')`, stored),
})

/** The parameters of a campaign's job creation, stored so that a crash does not change them. */
export interface CampaignMaking {
  /** The number of devices that get an upgrade, and of those in each group. */
  readonly total: number
  readonly sizes: readonly number[]
  /** The last device examined, and the number of matches up to it. */
  readonly afterId: number
  readonly matched: number
}

/** Why a campaign was halted automatically, with the counts of that moment: late successes are subtracted from them. */
export interface CampaignHalt {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The counts that the failure threshold saw; null: the threshold was not the cause. */
  readonly threshold: { readonly ended: number; readonly failed: number } | null
  /** The group that failed its success threshold, as it ended; null: none. */
  readonly group: { readonly position: number; readonly succeeded: number; readonly outcomes: number } | null
}

/**
 * The devices that were named for a campaign, in ascending order, kept while its jobs are created; a separate table, because
 * campaigns are read often.
 */
export const campaignDevices = sqliteTable('campaign_devices', {
  campaignId: integer('campaign_id')
    .primaryKey()
    .references(() => campaigns.id, { onDelete: 'cascade' }),
  deviceIds: text('device_ids', { mode: 'json' }).$type<readonly number[]>().notNull(),
})

/** The groups of a rollout in order, the rest last; a campaign without groups has only the rest. */
export const campaignGroups = sqliteTable(
  'campaign_groups',
  {
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    name: text().notNull(),
    /** Null: the rest. */
    successPercent: integer('success_percent'),
    proceed: text().$type<'auto' | 'person'>().notNull(),
    status: text().$type<'closed' | 'open' | 'passed' | 'failed' | 'waiting'>().notNull(),
    openedAt: integer('opened_at'),
    /** Jobs among `pending` that wait for their next try. */
    retrying: integer().notNull().default(0),
    /** Jobs among `installing` in their patience time, which take no place in the concurrency. */
    patient: integer().notNull().default(0),
    pending: integer().notNull().default(0),
    notified: integer().notNull().default(0),
    downloading: integer().notNull().default(0),
    installing: integer().notNull().default(0),
    succeeded: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    cancelled: integer().notNull().default(0),
    skipped: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.campaignId, t.position] })],
)

/** Tags by which devices are grouped; the product is repeated so that its tags are one index scan. */
export const deviceTags = sqliteTable(
  'device_tags',
  {
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    tag: text().notNull(),
    productId: integer('product_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.deviceId, t.tag] }), index('device_tags_by_tag').on(t.productId, t.tag, t.deviceId)],
)

export const jobs = sqliteTable(
  'jobs',
  {
    id: integer().primaryKey(),
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
    /** Until this time the old version, reported while the device installs, does not end the job. */
    patienceUntil: integer('patience_until'),
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
  },
  (t) => [
    index('jobs_by_campaign').on(t.campaignId, t.id),
    index('jobs_by_campaign_state').on(t.campaignId, t.state, t.id),
    index('jobs_by_device').on(t.deviceId, t.id),
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

/** Settings that a user changed, and values that the station generated for itself (keys): name → JSON. */
export const keyValues = sqliteTable('key_values', {
  key: text().primaryKey(),
  value: text({ mode: 'json' }).$type<unknown>().notNull(),
})

export * from './bench-tables.ts'
