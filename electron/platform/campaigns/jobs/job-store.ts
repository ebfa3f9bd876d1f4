import type Database from 'better-sqlite3'
import { and, desc, eq, gt, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Protocol } from '#shared/protocols/index.ts'
import type { CampaignMode } from '#shared/schema.ts'
import { type JobState, openJobStates } from '#shared/states/job.ts'
import type { JobArtifact } from '../../deltas/artifact-selector.ts'
import { createRowCache } from '../../store/row-cache.ts'
import { campaigns, jobEvents, jobs, packages, products } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { jobColumns } from './job-columns.ts'
import type { JobHappening, JobRecord } from './job-machine.ts'

/** A job with the data that decisions about it need. */
export interface JobRow extends JobRecord, JobArtifact {
  readonly id: number
  readonly campaignId: number
  readonly deviceId: number
  readonly module: string
  readonly campaignStatus: typeof campaigns.$inferSelect.status
  readonly push: boolean
  readonly packageId: number
  readonly mode: CampaignMode
  readonly successCriterion: 'version' | 'progress'
  readonly protocol: Protocol
  readonly groupIndex: number
}

/** The literal list lets SQLite use the partial index `jobs_one_open`. */
const isOpen = sql.raw(`"jobs"."state" IN (${openJobStates.map((state) => `'${state}'`).join(', ')})`)

export type JobStore = ReturnType<typeof createJobStore>

/**
 * Reads and writes single jobs. Statements are prepared once, because they run for every report of every device. Writes must run
 * within `store.write`.
 */
export const createJobStore = (store: Store) => {
  const { db, sql: raw } = store
  const select = () =>
    db
      .select({
        ...jobColumns,
        fullNext: jobs.fullNext,
        mode: campaigns.mode,
        campaignStatus: campaigns.status,
        push: campaigns.push,
        packageId: campaigns.packageId,
        successCriterion: products.successCriterion,
        protocol: products.protocol,
      })
      .from(jobs)
      .innerJoin(campaigns, eq(campaigns.id, jobs.campaignId))
      .innerJoin(packages, eq(packages.id, campaigns.packageId))
      .innerJoin(products, eq(products.id, packages.productId))

  const ofDevice = eq(jobs.deviceId, sql.placeholder('deviceId'))
  const ofModule = eq(jobs.module, sql.placeholder('module'))
  const byId = select()
    .where(eq(jobs.id, sql.placeholder('id')))
    .prepare()
  const openOfDevice = select().where(and(ofDevice, isOpen)).prepare()
  const newestOf = select().where(and(ofDevice, ofModule)).orderBy(desc(jobs.id)).limit(1).prepare()
  const newer = alias(jobs, 'newer')
  const succeededSince = db
    .select({ id: newer.id })
    .from(newer)
    .where(
      and(
        eq(newer.deviceId, jobs.deviceId),
        eq(newer.module, jobs.module),
        eq(newer.state, 'succeeded'),
        gt(newer.id, jobs.id),
      ),
    )
  const disprovedBy = select()
    .where(
      and(
        ofDevice,
        ofModule,
        // A device whose job was cancelled in progress may have installed nevertheless, and the operator must be informed of that.
        or(eq(jobs.state, 'failed'), eq(jobs.errorCode, 'CANCELLED_IN_PROGRESS')),
        eq(jobs.toVersion, sql.placeholder('version')),
        notExists(succeededSince),
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(1)
    .prepare()

  const update = raw.prepare(`
    UPDATE jobs SET state = :state, progress = :progress, from_version = :fromVersion, error_code = :errorCode, description = :description,
      attempt = :attempt, notified_at = :notifiedAt, started_at = :startedAt, finished_at = :finishedAt, updated_at = :updatedAt,
      entered_at = :enteredAt, acknowledge_by = :acknowledgeBy, auto_retries = :autoRetries, retry_at = :retryAt, patience_until = :patienceUntil, deadline_at = :deadlineAt
    WHERE id = :id`)
  const updateArtifact = raw.prepare(`
    UPDATE jobs SET artifact = :artifact, diff_id = :diffId, artifact_size = :artifactSize, artifact_note = :artifactNote, full_next = :fullNext
    WHERE id = :id`)
  const addEvent = db
    .insert(jobEvents)
    .values({
      jobId: sql.placeholder('jobId'),
      at: sql.placeholder('at'),
      state: sql.placeholder('state'),
      what: sql.placeholder('what'),
      detail: sql.placeholder('detail'),
      reason: sql.placeholder('reason'),
    })
    .prepare()

  const countMoves = new Map<string, readonly Database.Statement[]>()
  const moveCounts = (from: JobState, to: JobState): readonly Database.Statement[] => {
    const key = `${from} ${to}`
    const known = countMoves.get(key)
    if (known) return known
    const change = `${from} = ${from} - 1, ${to} = ${to} + 1`
    const made = [
      raw.prepare(`UPDATE campaigns SET ${change} WHERE id = :campaignId`),
      raw.prepare(`UPDATE campaign_groups SET ${change} WHERE campaign_id = :campaignId AND position = :groupIndex`),
    ]
    countMoves.set(key, made)
    return made
  }
  const countRetrying = raw.prepare(
    'UPDATE campaign_groups SET retrying = retrying + :by WHERE campaign_id = :campaignId AND position = :groupIndex',
  )
  const countPatient = raw.prepare(
    'UPDATE campaign_groups SET patient = patient + :by WHERE campaign_id = :campaignId AND position = :groupIndex',
  )
  const overdue = raw.prepare<[number, number], { id: number }>(
    'SELECT id FROM jobs WHERE deadline_at <= ? ORDER BY deadline_at LIMIT ?',
  )
  const retriesDue = raw.prepare<[number, number], { id: number }>(
    'SELECT id FROM jobs WHERE retry_at <= ? ORDER BY retry_at LIMIT ?',
  )
  const awaitAgain = raw.prepare(`
    UPDATE jobs SET acknowledge_by = :until, deadline_at = min(:until,
      notified_at + 60000 * (SELECT push_timeout_minutes FROM campaigns c WHERE c.id = jobs.campaign_id))
    WHERE deadline_at IS NOT NULL AND acknowledge_by IS NOT NULL AND state = 'notified'`)
  const timeSet = raw.prepare(`
    UPDATE jobs SET notified_at = notified_at + :ms, started_at = started_at + :ms, updated_at = updated_at + :ms,
      entered_at = entered_at + :ms, acknowledge_by = acknowledge_by + :ms, patience_until = patience_until + :ms,
      retry_at = retry_at + :ms, deadline_at = deadline_at + :ms
    WHERE finished_at IS NULL AND campaign_id IN (SELECT id FROM campaigns WHERE finished_at IS NULL)`)
  // Joins from the devices to their open jobs by the index of the invariant, and never scans all jobs of the campaign.
  const pendingOf = raw
    .prepare<unknown[], number>(`
      SELECT j.id FROM json_each(:deviceIds) ids CROSS JOIN jobs j
        ON j.device_id = ids.value AND j.module = :module AND j.state IN (${openJobStates.map((state) => `'${state}'`).join(', ')})
      WHERE j.campaign_id = :campaignId AND j.state = 'pending' AND j.retry_at IS NULL`)
    .pluck()
  const lastTry = raw
    .prepare<[number], string>(
      "SELECT what FROM job_events WHERE job_id = ? AND what IN ('retry', 'autoRetry') ORDER BY id DESC LIMIT 1",
    )
    .pluck()
  const moduleOf = raw
    .prepare<[number, string], number>(
      'SELECT 1 FROM devices d JOIN modules m ON m.product_id = d.product_id WHERE d.id = ? AND m.name = ?',
    )
    .pluck()
  const pendingFrom = raw
    .prepare<unknown[], number>(`
      SELECT j.id FROM jobs j JOIN campaigns c ON c.id = j.campaign_id
      WHERE c.package_id = :packageId AND c.mode <> 'full' AND j.state = 'pending' AND j.from_version = :fromVersion AND j.id > :afterId
      ORDER BY j.id LIMIT :limit`)
    .pluck()
  const reported = raw
    .prepare<unknown[], string>('SELECT version FROM device_versions WHERE device_id = :deviceId AND module = :module')
    .pluck()
  const firstDue = raw
    .prepare<[], number | null>(
      'SELECT min(at) FROM (SELECT min(deadline_at) AS at FROM jobs WHERE deadline_at IS NOT NULL UNION ALL SELECT min(retry_at) FROM jobs WHERE retry_at IS NOT NULL)',
    )
    .pluck()
  const firstRetry = raw
    .prepare<[number], number | null>('SELECT min(retry_at) FROM jobs WHERE campaign_id = ? AND retry_at IS NOT NULL')
    .pluck()

  // Asked for at every piece of a download, report and log-in; null, as undefined is what is not known.
  const known = createRowCache<JobRow | null>((id) => byId.get({ id }) ?? null)
  const knownOpen = createRowCache<readonly JobRow[]>((deviceId) => openOfDevice.all({ deviceId }))
  const clear = (): void => {
    known.clear()
    knownOpen.clear()
  }
  store.onUndo(clear)
  store.watch({ table: 'jobs', on: ['insert', 'update', 'delete'], keys: ['id', 'device_id'] }, (id, deviceId) => {
    known.forget(id)
    knownOpen.forget(deviceId)
  })
  // The other columns of `select`. Rows of these tables go with their jobs.
  for (const [table, columns] of [
    ['campaigns', ['definition', 'status', 'package_id']],
    ['packages', ['product_id']],
    ['products', ['success_criterion', 'protocol']],
  ] as const)
    store.watch({ table, on: ['update'], columns, keys: ['id'] }, clear)

  return {
    byId: (id: number): JobRow | undefined => known.get(id) ?? undefined,
    /** The device's open jobs: one per module at most. */
    openOfDevice: (deviceId: number): readonly JobRow[] => knownOpen.get(deviceId),
    /** The newest job of a device in a module, open or not. */
    newestOf: (deviceId: number, module: string): JobRow | undefined => newestOf.get({ deviceId, module }),
    /**
     * The newest job of a module that counts as failed to reach the version, or was cancelled on the way to it, unless another job
     * of the module has succeeded since.
     */
    disprovedBy: (deviceId: number, module: string, version: string): JobRow | undefined =>
      disprovedBy.get({ deviceId, module, version }),

    /** Stores a changed job, its history entry, and the counts of campaign and group when the state changed. */
    save(before: JobRow, after: JobRecord, happening: JobHappening | undefined, deadlineAt: number | null): void {
      const { state, updatedAt, retryAt, patienceUntil } = after
      update.run({
        id: before.id,
        state,
        progress: after.progress,
        fromVersion: after.fromVersion,
        errorCode: after.errorCode,
        description: after.description,
        attempt: after.attempt,
        notifiedAt: after.notifiedAt,
        startedAt: after.startedAt,
        finishedAt: after.finishedAt,
        updatedAt,
        enteredAt: after.enteredAt,
        acknowledgeBy: after.acknowledgeBy,
        autoRetries: after.autoRetries,
        retryAt,
        patienceUntil,
        deadlineAt,
      })
      if (happening) {
        const { what, detail, reason = null } = happening
        addEvent.run({ jobId: before.id, at: updatedAt, state, what, detail, reason })
      }
      const { campaignId, groupIndex } = before
      if (before.state !== state)
        for (const statement of moveCounts(before.state, state)) statement.run({ campaignId, groupIndex })
      const retrying = Number(retryAt !== null) - Number(before.retryAt !== null)
      if (retrying !== 0) countRetrying.run({ by: retrying, campaignId, groupIndex })
      const patient = Number(patienceUntil !== null) - Number(before.patienceUntil !== null)
      if (patient !== 0) countPatient.run({ by: patient, campaignId, groupIndex })
    },

    /** Stores which artifact the job's device is to download, or that none is chosen any more. */
    saveArtifact({ id }: JobRow, { artifact, diffId, artifactSize, artifactNote, fullNext }: JobArtifact): void {
      updateArtifact.run({ id, artifact, diffId, artifactSize, artifactNote, fullNext: Number(fullNext) })
    },

    /** Pending jobs from one version in a package's delta-sending campaigns, after a given id. */
    pendingFrom: (packageId: number, fromVersion: string, afterId: number, limit: number): number[] =>
      pendingFrom.all({ packageId, fromVersion, afterId, limit }),

    /** The version that a module of a device reported last; null: none yet. */
    reportedVersion: (deviceId: number, module: string): string | null => reported.get({ deviceId, module }) ?? null,

    /** Jobs whose deadline has passed, and those whose retry is due; the longest due first. */
    overdue: (now: number, limit: number): number[] => overdue.all(now, limit).map(({ id }) => id),
    retriesDue: (now: number, limit: number): number[] => retriesDue.all(now, limit).map(({ id }) => id),
    /**
     * Devices could not acknowledge a notice while the station was down: extends their deadline to this time, in milliseconds
     * since 1970, so that they can reconnect and be notified again. Call within `store.write`.
     */
    awaitAgain: (until: number): void => void awaitAgain.run({ until }),

    /**
     * Shifts the times of open jobs, and of those that wait for a retry, after the clock was set by `ms`: each keeps its remaining
     * time. Call within `store.write`.
     */
    timeSet: (ms: number): void => void timeSet.run({ ms }),

    /** When the first deadline or retry is due; null: none is. */
    firstDue: (): number | null => firstDue.get() ?? null,
    /** When the first retry of a campaign's jobs is due. */
    firstRetry: (campaignId: number): number | null => firstRetry.get(campaignId) ?? null,

    /** Which of these devices' open jobs of a module are pending in a campaign. */
    pendingOf: (campaignId: number, module: string, deviceIds: readonly number[]): number[] =>
      pendingOf.all({ campaignId, module, deviceIds: JSON.stringify(deviceIds) }),

    /** Whether the device's product has a module of that name. */
    isModule: (deviceId: number, name: string): boolean => moduleOf.get(deviceId, name) !== undefined,

    /** Whether the job's current attempt is an automatic retry. */
    isTriedAgainByItself: ({ id, attempt, autoRetries }: JobRow): boolean =>
      attempt > 1 && autoRetries > 0 && lastTry.get(id) === 'autoRetry',

    /** Whether the job's history has such an entry since a given time. */
    hasEvent: (jobId: number, what: string, since: number): boolean =>
      raw.prepare('SELECT 1 FROM job_events WHERE job_id = ? AND what = ? AND at >= ?').get(jobId, what, since) !==
      undefined,

    // Several states are read by the index of ids: with the index of states, each batch would sort all jobs again.
    /** Jobs of a campaign in some states, in a fixed order, after a given id: for iterating over all jobs without holding them in memory. */
    idsFrom: (
      campaignId: number,
      states: readonly string[],
      afterId: number,
      limit: number,
    ): { id: number; deviceId: number }[] =>
      raw
        .prepare<unknown[], { id: number; deviceId: number }>(`
        SELECT id, device_id AS deviceId FROM jobs
        WHERE campaign_id = ? AND ${states.length > 1 ? '+' : ''}state IN (${states.map(() => '?').join(', ')}) AND id > ? ORDER BY id LIMIT ?`)
        .all(campaignId, ...states, afterId, limit),
  }
}
