import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { Job, JobEvent, JobWithEvents } from '#shared/schema.ts'
import { isOpenJob, type JobState } from '#shared/states/job.ts'
import type { Artifacts } from '../../deltas/artifact-selector.ts'
import type { Presence } from '../../devices/presence.ts'
import {
  containing,
  cursorId,
  isoTime,
  isoTimeOrNull,
  type Page,
  type PageRequest,
  toPage,
} from '../../store/pagination.ts'
import { campaigns, devices, jobEvents, jobs } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { jobColumns } from './job-columns.ts'

export interface JobFilter extends PageRequest {
  readonly state?: JobState | undefined
  /** Part of the device name. */
  readonly q?: string | undefined
}

type Shown = Pick<Job, 'artifact' | 'diffId' | 'artifactSize' | 'artifactNote' | 'bytesSaved'>

const nothing: Shown = { artifact: null, diffId: null, artifactSize: null, artifactNote: null, bytesSaved: 0 }

export type JobViews = ReturnType<typeof createJobViews>

/** Jobs in the form of the API. */
export const createJobViews = (
  { db }: Store,
  { presence, artifacts }: { readonly presence: Presence; readonly artifacts: Artifacts },
) => {
  const select = () =>
    db
      .select({
        ...jobColumns,
        deviceName: devices.name,
        deadlineAt: jobs.deadlineAt,
        fullNext: jobs.fullNext,
        mode: campaigns.mode,
        packageId: campaigns.packageId,
        createdAt: campaigns.createdAt,
      })
      .from(jobs)
      .innerJoin(devices, eq(devices.id, jobs.deviceId))
      .innerJoin(campaigns, eq(campaigns.id, jobs.campaignId))
  type Row = ReturnType<ReturnType<typeof select>['all']>[number]

  /** A cache for the rows of one page: most rows of a campaign need the same lookup, which is made once. */
  const artifactsOfPage = () => {
    const sizes = new Map<number, number>()
    const fullSize = (packageId: number): number => {
      const size = sizes.get(packageId) ?? artifacts.fullSize(packageId)
      sizes.set(packageId, size)
      return size
    }
    const choices = new Map<string, Shown>()
    const undecided = (row: Row): Shown => {
      const choice = artifacts.choiceFor(row)
      const artifactNote = choice.note
      if (choice.kind === 'full')
        return { ...nothing, artifact: 'full', artifactSize: fullSize(row.packageId), artifactNote }
      const diff = choice.kind === 'none' ? null : choice.diff
      return { ...nothing, artifact: 'diff', diffId: diff?.id ?? null, artifactSize: diff?.size ?? null, artifactNote }
    }
    return (row: Row): Shown => {
      const { mode, artifact, diffId, artifactNote, packageId, fromVersion, fullNext, state } = row
      if (artifact !== null) {
        const artifactSize = row.artifactSize ?? fullSize(packageId)
        const isSpared = artifact === 'diff' && state === 'succeeded'
        const bytesSaved = isSpared ? fullSize(packageId) - artifactSize : 0
        return { artifact, diffId, artifactSize, artifactNote, bytesSaved }
      }
      if (!isOpenJob(state) && (mode === 'diff' || row.notifiedAt === null)) return nothing
      if (mode === 'full' || !isOpenJob(state))
        return { ...nothing, artifact: 'full', artifactSize: fullSize(packageId) }
      const key = JSON.stringify([packageId, mode, fromVersion, fullNext])
      const known = choices.get(key) ?? undecided(row)
      choices.set(key, known)
      return known
    }
  }

  const view = (
    { packageId, createdAt, mode, fullNext, enteredAt, acknowledgeBy, autoRetries, groupIndex, ...row }: Row,
    shown: (row: Row) => Shown,
  ): Job => ({
    ...row,
    group: groupIndex,
    ...shown({ ...row, packageId, createdAt, mode, fullNext, enteredAt, acknowledgeBy, autoRetries, groupIndex }),
    online: presence.isOnline(row.deviceId),
    notifiedAt: isoTimeOrNull(row.notifiedAt),
    startedAt: isoTimeOrNull(row.startedAt),
    finishedAt: isoTimeOrNull(row.finishedAt),
    updatedAt: isoTime(row.updatedAt),
    retryAt: isoTimeOrNull(row.retryAt),
    patienceUntil: isoTimeOrNull(row.patienceUntil),
    deadlineAt: isoTimeOrNull(row.deadlineAt),
  })

  const views = (rows: readonly Row[]): Job[] => {
    const shown = artifactsOfPage()
    return rows.map((row) => view(row, shown))
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
    const shown = artifactsOfPage()
    return toPage(rows, request.limit, (found) => view(found, shown))
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
    /** Snapshots of the jobs that still exist, for live events. */
    snapshots: (ids: readonly number[]): Job[] =>
      ids.length === 0
        ? []
        : views(
            select()
              .where(sql`${jobs.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
              .all(),
          ),
    /** In order of creation, which never changes, so that rows keep their places. */
    ofCampaign: (campaignId: number, request: JobFilter): Page<Job> =>
      page(request, eq(jobs.campaignId, campaignId), false),
    ofDevice: (deviceId: number, request: PageRequest): Page<Job> => page(request, eq(jobs.deviceId, deviceId), true),
  }
}
