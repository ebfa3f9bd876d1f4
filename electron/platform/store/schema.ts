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
 * The tables as queries see them; `migrations.ts` makes them, and a test holds the two together.
 * Times are milliseconds since 1970 UTC, sizes bytes, digests lower-case hex.
 */

export const products = sqliteTable('products', {
  id: integer().primaryKey(),
  key: text().notNull().unique(),
  name: text().notNull().unique(),
  protocol: text().$type<Protocol>().notNull(),
  secret: text().notNull(),
  autoRegister: integer('auto_register', { mode: 'boolean' }).notNull(),
  /** Whether a device may log in with its secret as it is. */
  plainLogin: integer('plain_login', { mode: 'boolean' }).notNull().default(true),
  successCriterion: text('success_criterion').$type<'version' | 'progress'>().notNull(),
  /** So many devices at most are made by knowing the product's secret. */
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
    /** Its product's secret made it. */
    selfRegistered: integer('self_registered', { mode: 'boolean' }).notNull().default(false),
  },
  (t) => [uniqueIndex('devices_by_name').on(t.productId, t.name)],
)

/** What each module of a device last reported; the product is repeated so that a distribution is one index scan. */
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
    /** Why its verification was skipped, in a person's words. */
    skipReason: text('skip_reason'),
    /** Its verification was skipped on purpose: so it is again when a later one comes to nothing. */
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

/** A campaign's definition as JSON; an option that a campaign of an earlier program lacks is read at its default. */
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
  /** Jobs by state, kept in the transaction that moves a job: a list of campaigns must not count a million rows. */
  pending: integer().notNull().default(0),
  notified: integer().notNull().default(0),
  downloading: integer().notNull().default(0),
  installing: integer().notNull().default(0),
  succeeded: integer().notNull().default(0),
  failed: integer().notNull().default(0),
  cancelled: integer().notNull().default(0),
  skipped: integer().notNull().default(0),
  startAt: integer('start_at'),
  /** A dynamic campaign that takes later arrivals. */
  joining: integer({ mode: 'boolean' }).notNull().default(false),
  /** How its jobs are being made; null once they are. */
  making: text({ mode: 'json' }).$type<CampaignMaking>(),
  /** What had ended and failed when a person last went on after a halt. */
  baseEnded: integer('base_ended').notNull().default(0),
  baseFailed: integer('base_failed').notNull().default(0),
  /** What it halted for by itself, as long as nobody has touched it since. */
  halt: text({ mode: 'json' }).$type<CampaignHalt>(),
  /** The bucket of the rate. */
  rateTokens: real('rate_tokens'),
  rateAt: integer('rate_at'),
  /** When the scheduler looks again. */
  wakeAt: integer('wake_at'),
  bytesServed: integer('bytes_served').notNull().default(0),
  bytesSaved: integer('bytes_saved').notNull().default(0),
  /** What a person asked for; it never changes. */
  definition: campaignDefinition().notNull(),
  /** Of the definition, for statements: SQLite fills them in. */
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

/** What making a campaign's jobs goes by, kept so that a crash does not change it. */
export interface CampaignMaking {
  /** Devices that get an upgrade, and those of each group. */
  readonly total: number
  readonly sizes: readonly number[]
  /** The last device looked at, and how many matched up to it. */
  readonly afterId: number
  readonly matched: number
}

/** Why a campaign halted by itself, in the numbers of then: what is proven late is counted off them. */
export interface CampaignHalt {
  /** Milliseconds since 1970. */
  readonly at: number
  /** What the failure threshold saw; null: it had no part in it. */
  readonly threshold: { readonly ended: number; readonly failed: number } | null
  /** The group that was not good enough, as it ended; null: none. */
  readonly group: { readonly position: number; readonly succeeded: number; readonly outcomes: number } | null
}

/** The devices that were named for a campaign, in ascending order, while its jobs are made: beside it, as it is read all the time. */
export const campaignDevices = sqliteTable('campaign_devices', {
  campaignId: integer('campaign_id')
    .primaryKey()
    .references(() => campaigns.id, { onDelete: 'cascade' }),
  deviceIds: text('device_ids', { mode: 'json' }).$type<readonly number[]>().notNull(),
})

/** The groups of a rollout in order, the rest last; a campaign without groups has the rest alone. */
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
    /** Of `pending`: waiting for their next try. */
    retrying: integer().notNull().default(0),
    /** Of `installing`: in their patience, holding no place. */
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

/** Words by which devices are grouped; the product is repeated so that its tags are one index scan. */
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
    /** Until when the old version, which its device has reported while it installs, is no verdict. */
    patienceUntil: integer('patience_until'),
    deadlineAt: integer('deadline_at'),
    /** When it entered its state. */
    enteredAt: integer('entered_at').notNull().default(0),
    /** Until when the device has to take note of its notice. */
    acknowledgeBy: integer('acknowledge_by'),
    /** How often it was tried again without a person. */
    autoRetries: integer('auto_retries').notNull().default(0),
    /** What the device was told to fetch; null: it has not been told, or has reported another version since. */
    artifact: text().$type<'full' | 'diff'>(),
    diffId: integer('diff_id'),
    artifactSize: integer('artifact_size'),
    artifactNote: text('artifact_note').$type<ArtifactNote>(),
    /** A delta has failed on the device: the next attempt takes the full image. */
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
    /** Why, where it ended for a reason. */
    reason: text(),
  },
  (t) => [index('job_events_by_job').on(t.jobId, t.id)],
)

/** Download tokens handed out by protocols whose tokens are theirs (OneNET): each stands for one attempt of one job. */
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

/** Settings a person changed, and values the station made for itself (keys): name → JSON. */
export const keyValues = sqliteTable('key_values', {
  key: text().primaryKey(),
  value: text({ mode: 'json' }).$type<unknown>().notNull(),
})

export * from './bench-tables.ts'
