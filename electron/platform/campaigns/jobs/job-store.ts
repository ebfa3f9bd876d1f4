import type Database from 'better-sqlite3'
import { type JobState, openJobStates } from '#shared/states/job.ts'
import type { JobArtifact } from '../../deltas/artifact-selector.ts'
import type { Store } from '../../store/store.ts'
import type { JobHappening, JobRecord } from './job-machine.ts'
import { createJobRows, type JobRow } from './job-rows.ts'

export type { JobRow } from './job-rows.ts'

/** The columns of a job's record. */
const recordColumns = {
  state: 'state',
  progress: 'progress',
  fromVersion: 'from_version',
  errorCode: 'error_code',
  description: 'description',
  attempt: 'attempt',
  notifiedAt: 'notified_at',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
  updatedAt: 'updated_at',
  enteredAt: 'entered_at',
  acknowledgeBy: 'acknowledge_by',
  autoRetries: 'auto_retries',
  retryAt: 'retry_at',
  patienceUntil: 'patience_until',
  deadlineAt: 'deadline_at',
} as const satisfies { readonly [K in Exclude<keyof JobRecord, 'toVersion'> | 'deadlineAt']: string }

const recordNames = Object.keys(recordColumns) as (keyof typeof recordColumns)[]

/** Jobs that moved from one state to another, in a group of a campaign. */
interface Move {
  readonly from: JobState
  readonly to: JobState
  readonly campaignId: number
  readonly groupIndex: number
  by: number
}

export type JobStore = ReturnType<typeof createJobStore>

/**
 * Reads and writes single jobs. Statements are prepared once, because they run for every report of every device. Writes must run
 * within `store.write`.
 */
export const createJobStore = (store: Store) => {
  const { sql: raw } = store
  const rows = createJobRows(store)

  const updates = new Map<string, Database.Statement>()
  /** Writes those columns only, so that the indexes of all others stay as they are. */
  const updateOf = (changed: readonly (keyof typeof recordColumns)[]): Database.Statement => {
    const key = changed.join()
    const known = updates.get(key)
    if (known) return known
    const made = raw.prepare(
      `UPDATE jobs SET ${changed.map((name) => `${recordColumns[name]} = :${name}`).join(', ')} WHERE id = :id`,
    )
    updates.set(key, made)
    return made
  }
  const updateArtifact = raw.prepare(`
    UPDATE jobs SET artifact = :artifact, diff_id = :diffId, artifact_size = :artifactSize, artifact_note = :artifactNote, full_next = :fullNext
    WHERE id = :id`)
  const addEvent = raw.prepare(
    'INSERT INTO job_events (job_id, at, state, what, detail, reason) VALUES (:jobId, :at, :state, :what, :detail, :reason)',
  )

  const countMoves = new Map<string, readonly Database.Statement[]>()
  const moveCounts = ({ from, to, ...move }: Move): void => {
    const key = `${from} ${to}`
    const change = `${from} = ${from} - :by, ${to} = ${to} + :by`
    const statements = countMoves.get(key) ?? [
      raw.prepare(`UPDATE campaigns SET ${change} WHERE id = :campaignId`),
      raw.prepare(`UPDATE campaign_groups SET ${change} WHERE campaign_id = :campaignId AND position = :groupIndex`),
    ]
    countMoves.set(key, statements)
    for (const statement of statements) statement.run(move)
  }
  /** Moves that are counted together at the end of `together`. */
  let gathered: Map<string, Move> | undefined
  const moved = (move: Move): void => {
    if (!gathered) {
      moveCounts(move)
      return
    }
    const key = JSON.stringify(move)
    const known = gathered.get(key)
    if (known) known.by++
    else gathered.set(key, move)
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
  const deltaCampaigns = raw
    .prepare<[number], number>("SELECT id FROM campaigns WHERE package_id = ? AND mode <> 'full' ORDER BY id")
    .pluck()
  const pendingFrom = raw
    .prepare<unknown[], number>(`
      SELECT id FROM jobs
      WHERE campaign_id = :campaignId AND state = 'pending' AND from_version = :fromVersion AND id > :afterId
      ORDER BY id LIMIT :limit`)
    .pluck()
  const reported = raw
    .prepare<unknown[], string>('SELECT version FROM device_versions WHERE device_id = :deviceId AND module = :module')
    .pluck()
  const firstDue = raw
    .prepare<[], number | null>(
      'SELECT min(at) FROM (SELECT min(deadline_at) AS at FROM jobs WHERE deadline_at IS NOT NULL UNION ALL SELECT min(retry_at) FROM jobs WHERE retry_at IS NOT NULL)',
    )
    .pluck()
  const eventSince = raw.prepare<[number, string, number]>(
    'SELECT 1 FROM job_events WHERE job_id = ? AND what = ? AND at >= ?',
  )
  const firstRetry = raw
    .prepare<[number], number | null>('SELECT min(retry_at) FROM jobs WHERE campaign_id = ? AND retry_at IS NOT NULL')
    .pluck()

  return {
    ...rows,

    /** Runs work that saves many jobs, and counts their moves once at its end. An exception undoes all of it with the write. */
    together<T>(work: () => T): T {
      if (gathered) return work()
      gathered = new Map()
      try {
        const done = work()
        for (const move of gathered.values()) moveCounts(move)
        return done
      } finally {
        gathered = undefined
      }
    },

    /**
     * Stores a changed job, its history entry, and the counts of campaign and group when the state changed.
     * @returns the job as it is stored now.
     */
    save(before: JobRow, record: JobRecord, happening: JobHappening | undefined, deadlineAt: number | null): JobRow {
      const after: JobRow = { ...before, ...record, deadlineAt }
      const changed = rows.isCurrent(before) ? recordNames.filter((name) => before[name] !== after[name]) : recordNames
      const saved = changed.length === 0 ? after : rows.change(before, after, () => updateOf(changed).run(after))
      if (happening) {
        const { what, detail, reason = null } = happening
        addEvent.run({ jobId: before.id, at: after.updatedAt, state: after.state, what, detail, reason })
      }
      const { campaignId, groupIndex } = before
      if (before.state !== after.state) moved({ from: before.state, to: after.state, campaignId, groupIndex, by: 1 })
      const retrying = Number(after.retryAt !== null) - Number(before.retryAt !== null)
      if (retrying !== 0) countRetrying.run({ by: retrying, campaignId, groupIndex })
      const patient = Number(after.patienceUntil !== null) - Number(before.patienceUntil !== null)
      if (patient !== 0) countPatient.run({ by: patient, campaignId, groupIndex })
      return saved
    },

    /** Stores which artifact the job's device is to download, or that none is chosen any more. @returns the job as it is stored now. */
    saveArtifact(job: JobRow, { artifact, diffId, artifactSize, artifactNote, fullNext }: JobArtifact): JobRow {
      const after: JobRow = { ...job, artifact, diffId, artifactSize, artifactNote, fullNext }
      const change = { id: job.id, artifact, diffId, artifactSize, artifactNote, fullNext: Number(fullNext) }
      return rows.change(job, after, () => updateArtifact.run(change))
    },

    /** The campaigns of a package that send deltas. */
    deltaCampaigns: (packageId: number): number[] => deltaCampaigns.all(packageId),
    /** Pending jobs of a campaign from one version, after a given id. */
    pendingFrom: (campaignId: number, fromVersion: string, afterId: number, limit: number): number[] =>
      pendingFrom.all({ campaignId, fromVersion, afterId, limit }),

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
    hasEvent: (jobId: number, what: string, since: number): boolean => eventSince.get(jobId, what, since) !== undefined,

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
