import { type Column, getTableName, is, Table } from 'drizzle-orm'
import type { Protocol } from '#shared/protocols/index.ts'
import type { CampaignMode } from '#shared/schema.ts'
import { isOpenJob, openJobStates } from '#shared/states/job.ts'
import type { JobArtifact } from '../../deltas/artifact-selector.ts'
import { createRowCache } from '../../store/row-cache.ts'
import { campaigns, jobs, products } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { jobColumns } from './job-columns.ts'
import type { JobRecord } from './job-machine.ts'

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
  readonly deadlineAt: number | null
}

/** Jobs that are remembered, at least: of as many devices as report at the same time. */
const REMEMBERED = 8192

const selected = {
  ...jobColumns,
  deadlineAt: jobs.deadlineAt,
  fullNext: jobs.fullNext,
  mode: campaigns.mode,
  campaignStatus: campaigns.status,
  push: campaigns.push,
  packageId: campaigns.packageId,
  successCriterion: products.successCriterion,
  protocol: products.protocol,
}

const nameOf = ({ table, name }: Column): string => `${is(table, Table) ? getTableName(table) : ''}.${name}`

// Plain SQL, and CROSS JOIN, which keeps the job outside: read for every report, by statements of some microseconds.
const columns = Object.entries(selected).map(([name, column]) => `${nameOf(column)} AS ${name}`)
const select = (from: string): string => `SELECT ${columns.join(', ')} FROM ${from}
  CROSS JOIN campaigns ON campaigns.id = jobs.campaign_id CROSS JOIN packages ON packages.id = campaigns.package_id
  CROSS JOIN products ON products.id = packages.product_id`

/** A row as SQLite answers it. */
type StoredRow = Omit<JobRow, 'push' | 'fullNext'> & { readonly push: number; readonly fullNext: number }

const rowOf = (stored: StoredRow): JobRow => ({
  ...stored,
  push: stored.push === 1,
  fullNext: stored.fullNext === 1,
})

/** The literal list lets SQLite use the partial index `jobs_one_open`. */
const isOpen = `jobs.state IN (${openJobStates.map((state) => `'${state}'`).join(', ')})`

/**
 * Reads single jobs, and remembers those asked for lately: triggers drop what a statement changes, and `change` keeps what the engine
 * itself has just written (docs/decisions.md §2.14).
 */
export const createJobRows = (store: Store) => {
  const { sql } = store
  const byId = sql.prepare<[number], StoredRow>(`${select('jobs')} WHERE jobs.id = ?`)
  const byIds = sql.prepare<[string], StoredRow>(select('json_each(?) ids CROSS JOIN jobs ON jobs.id = ids.value'))
  const openOf = sql.prepare<[number], StoredRow>(`${select('jobs')} WHERE jobs.device_id = ? AND ${isOpen}`)
  const newestOf = sql.prepare<[number, string], StoredRow>(
    `${select('jobs')} WHERE jobs.device_id = ? AND jobs.module = ? ORDER BY jobs.id DESC LIMIT 1`,
  )
  // A device whose job was cancelled in progress may have installed nevertheless, and the operator must be informed of that.
  const disprovedBy = sql.prepare<[number, string, string], StoredRow>(`${select('jobs')}
    WHERE jobs.device_id = ? AND jobs.module = ? AND (jobs.state = 'failed' OR jobs.error_code = 'CANCELLED_IN_PROGRESS')
      AND jobs.to_version = ? AND NOT EXISTS (SELECT 1 FROM jobs newer WHERE newer.device_id = jobs.device_id
        AND newer.module = jobs.module AND newer.state = 'succeeded' AND newer.id > jobs.id)
    ORDER BY jobs.id DESC LIMIT 1`)
  const one = (stored: StoredRow | undefined): JobRow | undefined => stored && rowOf(stored)

  // Null, as undefined is what is not known.
  const known = createRowCache<JobRow | null>((id) => one(byId.get(id)) ?? null, REMEMBERED)
  const shared = (stored: StoredRow): JobRow => {
    const remembered = known.peek(stored.id)
    if (remembered) return remembered
    const row = rowOf(stored)
    known.set(row.id, row)
    return row
  }
  const knownOpen = createRowCache<readonly JobRow[]>((deviceId) => openOf.all(deviceId).map(shared), REMEMBERED)
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
  for (const [table, of] of [
    ['campaigns', ['definition', 'status', 'package_id']],
    ['packages', ['product_id']],
    ['products', ['success_criterion', 'protocol']],
  ] as const)
    store.watch({ table, on: ['update'], columns: of, keys: ['id'] }, clear)

  return {
    byId: (id: number): JobRow | undefined => known.get(id) ?? undefined,

    /** Reads these jobs by one statement, for `byId` right afterwards. */
    preload(ids: readonly number[]): void {
      const missing = ids.filter((id) => known.peek(id) === undefined)
      if (missing.length > 0) for (const stored of byIds.all(JSON.stringify(missing))) shared(stored)
    },

    /** The device's open jobs: one per module at most. */
    openOfDevice: (deviceId: number): readonly JobRow[] => knownOpen.get(deviceId),

    /** The newest job of a device in a module, open or not. */
    newestOf: (deviceId: number, module: string): JobRow | undefined => one(newestOf.get(deviceId, module)),

    /**
     * The newest job of a module that counts as failed to reach the version, or was cancelled on the way to it, unless another job
     * of the module has succeeded since.
     */
    disprovedBy: (deviceId: number, module: string, version: string): JobRow | undefined =>
      one(disprovedBy.get(deviceId, module, version)),

    /** Whether that is the row that is remembered now, so that it is what the store says. */
    isCurrent: (row: JobRow): boolean => known.peek(row.id) === row,

    /**
     * Runs the statement that makes `after` of a current row, and remembers the result instead of reading it again. Of any other row
     * nothing is remembered.
     */
    change(before: JobRow, after: JobRow, run: () => void): JobRow {
      const isCurrent = known.peek(before.id) === before
      const open = isCurrent ? knownOpen.peek(before.deviceId) : undefined
      // Its triggers forget both.
      run()
      if (!isCurrent) return after
      known.set(before.id, after)
      if (open?.some(({ id }) => id === before.id))
        knownOpen.set(
          before.deviceId,
          open.flatMap((job) => (job.id !== before.id ? job : isOpenJob(after.state) ? after : [])),
        )
      return after
    },
  }
}
