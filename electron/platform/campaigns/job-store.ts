import type Database from 'better-sqlite3'
import { and, desc, eq, gt, notExists, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Protocol } from '#shared/protocols.ts'
import { type JobState, openJobStates } from '#shared/states/job.ts'
import { campaigns, jobEvents, jobs, packages, products } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { JobHappening, JobRecord } from './job-machine.ts'

/** A job with what deciding about it takes. */
export interface JobRow extends JobRecord {
  readonly id: number
  readonly campaignId: number
  readonly deviceId: number
  readonly module: string
  readonly campaignStatus: typeof campaigns.$inferSelect.status
  readonly push: boolean
  readonly packageId: number
  readonly successCriterion: 'version' | 'progress'
  readonly protocol: Protocol
}

/** The literal list lets SQLite use the partial index `jobs_one_open`. */
const isOpen = sql.raw(`"jobs"."state" IN (${openJobStates.map((state) => `'${state}'`).join(', ')})`)

export type JobStore = ReturnType<typeof createJobStore>

/** Reads and writes single jobs, prepared once: these run for every report of every device. Writes belong within `store.write`. */
export const createJobStore = ({ db, sql: raw }: Store) => {
  const select = () =>
    db
      .select({
        id: jobs.id,
        campaignId: jobs.campaignId,
        deviceId: jobs.deviceId,
        module: jobs.module,
        fromVersion: jobs.fromVersion,
        toVersion: jobs.toVersion,
        state: jobs.state,
        progress: jobs.progress,
        errorCode: jobs.errorCode,
        description: jobs.description,
        attempt: jobs.attempt,
        notifiedAt: jobs.notifiedAt,
        startedAt: jobs.startedAt,
        finishedAt: jobs.finishedAt,
        updatedAt: jobs.updatedAt,
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
  const failedTo = select()
    .where(
      and(
        ofDevice,
        ofModule,
        eq(jobs.state, 'failed'),
        eq(jobs.toVersion, sql.placeholder('version')),
        notExists(succeededSince),
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(1)
    .prepare()

  const update = raw.prepare(`
    UPDATE jobs SET state = :state, progress = :progress, from_version = :fromVersion, error_code = :errorCode, description = :description,
      attempt = :attempt, notified_at = :notifiedAt, started_at = :startedAt, finished_at = :finishedAt, updated_at = :updatedAt WHERE id = :id`)
  const addEvent = db
    .insert(jobEvents)
    .values({
      jobId: sql.placeholder('jobId'),
      at: sql.placeholder('at'),
      state: sql.placeholder('state'),
      what: sql.placeholder('what'),
      detail: sql.placeholder('detail'),
    })
    .prepare()

  const countMoves = new Map<string, Database.Statement>()
  const moveCount = (from: JobState, to: JobState): Database.Statement => {
    const key = `${from} ${to}`
    const known = countMoves.get(key)
    if (known) return known
    const made = raw.prepare(`UPDATE campaigns SET ${from} = ${from} - 1, ${to} = ${to} + 1 WHERE id = ?`)
    countMoves.set(key, made)
    return made
  }

  return {
    byId: (id: number): JobRow | undefined => byId.get({ id }),
    /** The device's open jobs: one per module at most. */
    openOfDevice: (deviceId: number): JobRow[] => openOfDevice.all({ deviceId }),
    /** The newest job of a module that failed to reach the version, unless the module succeeded in another since. */
    failedTo: (deviceId: number, module: string, version: string): JobRow | undefined =>
      failedTo.get({ deviceId, module, version }),

    /** Stores a changed job, its history line, and the campaign's counts when the state moved. */
    save(before: JobRow, after: JobRecord, happening: JobHappening | undefined): void {
      const {
        state,
        progress,
        fromVersion,
        errorCode,
        description,
        attempt,
        notifiedAt,
        startedAt,
        finishedAt,
        updatedAt,
      } = after
      update.run({
        id: before.id,
        state,
        progress,
        fromVersion,
        errorCode,
        description,
        attempt,
        notifiedAt,
        startedAt,
        finishedAt,
        updatedAt,
      })
      if (happening)
        addEvent.run({ jobId: before.id, at: updatedAt, state, what: happening.what, detail: happening.detail })
      if (before.state !== state) moveCount(before.state, state).run(before.campaignId)
    },

    /** Whether the job's history has such a line, from a moment on. */
    hasEvent: (jobId: number, what: string, since: number): boolean =>
      raw.prepare('SELECT 1 FROM job_events WHERE job_id = ? AND what = ? AND at >= ?').get(jobId, what, since) !==
      undefined,

    /** Jobs of a campaign in some states, in their fixed order, from one id on: for walking through all without holding them. */
    idsFrom: (
      campaignId: number,
      states: readonly string[],
      afterId: number,
      limit: number,
    ): { id: number; deviceId: number }[] =>
      raw
        .prepare<unknown[], { id: number; deviceId: number }>(`
        SELECT id, device_id AS deviceId FROM jobs
        WHERE campaign_id = ? AND state IN (${states.map(() => '?').join(', ')}) AND id > ? ORDER BY id LIMIT ?`)
        .all(campaignId, ...states, afterId, limit),
  }
}
