import { and, asc, desc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { Job, JobEvent, JobWithEvents } from '#shared/schema.ts'
import type { JobState } from '#shared/states/job.ts'
import type { Presence } from '../devices/presence.ts'
import { containing, cursorId, isoTime, isoTimeOrNull, type Page, type PageRequest, toPage } from '../store/page.ts'
import { campaigns, devices, jobEvents, jobs, packageFiles } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { jobColumns } from './job-columns.ts'

export interface JobFilter extends PageRequest {
  readonly state?: JobState | undefined
  /** Part of the device name. */
  readonly q?: string | undefined
}

export type JobViews = ReturnType<typeof createJobViews>

/** Jobs as the API shows them. */
export const createJobViews = ({ db }: Store, presence: Presence) => {
  const select = () =>
    db
      .select({
        ...jobColumns,
        deviceName: devices.name,
        deadlineAt: jobs.deadlineAt,
        packageId: campaigns.packageId,
        createdAt: campaigns.createdAt,
      })
      .from(jobs)
      .innerJoin(devices, eq(devices.id, jobs.deviceId))
      .innerJoin(campaigns, eq(campaigns.id, jobs.campaignId))
  type Row = ReturnType<ReturnType<typeof select>['all']>[number]

  /** Bytes of each package, asked for once a page. */
  const sizes = (rows: readonly Row[]): Map<number, number> => {
    const ids = [...new Set(rows.map((row) => row.packageId))]
    if (ids.length === 0) return new Map()
    const found = db
      .select({ id: packageFiles.packageId, size: sql<number>`sum(${packageFiles.size})` })
      .from(packageFiles)
      .where(inArray(packageFiles.packageId, ids))
      .groupBy(packageFiles.packageId)
      .all()
    return new Map(found.map(({ id, size }) => [id, size]))
  }

  const view = (
    { packageId, createdAt, enteredAt, acknowledgeBy, autoRetries, groupIndex, ...row }: Row,
    size: Map<number, number>,
  ): Job => ({
    ...row,
    group: groupIndex,
    artifact: 'full',
    artifactSize: size.get(packageId) ?? 0,
    online: presence.isOnline(row.deviceId),
    notifiedAt: isoTimeOrNull(row.notifiedAt),
    startedAt: isoTimeOrNull(row.startedAt),
    finishedAt: isoTimeOrNull(row.finishedAt),
    updatedAt: isoTime(row.updatedAt),
    retryAt: isoTimeOrNull(row.retryAt),
    deadlineAt: isoTimeOrNull(row.deadlineAt),
  })

  const views = (rows: readonly Row[]): Job[] => {
    const size = sizes(rows)
    return rows.map((row) => view(row, size))
  }

  const row = (id: number): Row => {
    const found = select().where(eq(jobs.id, id)).get()
    if (!found) throw new DomainError('NOT_FOUND', { what: 'job', id })
    return found
  }

  const page = (request: JobFilter, condition: SQL | undefined, newestFirst: boolean): Page<Job> => {
    const cursor = cursorId(request.cursor)
    const rows = select()
      .where(
        and(
          condition,
          cursor === undefined ? undefined : newestFirst ? lt(jobs.id, cursor) : gt(jobs.id, cursor),
          request.state === undefined ? undefined : eq(jobs.state, request.state),
          request.q ? sql`${devices.name} LIKE ${containing(request.q)} ESCAPE '\\'` : undefined,
        ),
      )
      .orderBy(newestFirst ? desc(jobs.id) : asc(jobs.id))
      .limit(request.limit + 1)
      .all()
    const size = sizes(rows)
    return toPage(rows, request.limit, (found) => view(found, size))
  }

  const events = (job: Row): JobEvent[] => [
    { at: isoTime(job.createdAt), state: 'pending', what: 'created', detail: job.fromVersion, reason: null },
    ...db
      .select()
      .from(jobEvents)
      .where(eq(jobEvents.jobId, job.id))
      .orderBy(asc(jobEvents.id))
      .all()
      .map(({ at, state, what, detail, reason }) => ({ at: isoTime(at), state, what, detail, reason })),
  ]

  return {
    get: (id: number): Job => views([row(id)])[0] as Job,
    /** One job with its history, oldest first. */
    withEvents(id: number): z.output<typeof JobWithEvents> {
      const found = row(id)
      return { ...(views([found])[0] as Job), events: events(found) }
    },
    /** Snapshots of those that still exist, for live events. */
    snapshots: (ids: readonly number[]): Job[] =>
      ids.length === 0
        ? []
        : views(
            select()
              .where(sql`${jobs.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
              .all(),
          ),
    /** In the order the jobs were made, which never changes: rows must not jump. */
    ofCampaign: (campaignId: number, request: JobFilter): Page<Job> =>
      page(request, eq(jobs.campaignId, campaignId), false),
    ofDevice: (deviceId: number, request: PageRequest): Page<Job> => page(request, eq(jobs.deviceId, deviceId), true),
  }
}
