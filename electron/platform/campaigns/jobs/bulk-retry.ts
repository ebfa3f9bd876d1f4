import { openJobStates } from '#shared/states/job.ts'
import type { PlatformContext } from '../../store/platform-context.ts'
import { pacer } from '../audience/targeting.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import { deltaFailures } from '../policy/delta-fallback.ts'
import type { RolloutStore } from '../rollout-store.ts'

interface FailedRow {
  readonly id: number
  readonly position: number
}

export type BulkRetry = ReturnType<typeof createBulkRetry>

/** Retries the failed jobs of a campaign with set-based SQL, with the same effect as retrying each by `stepJob` (a test compares the two). */
export const createBulkRetry = (
  { store, events, clock }: PlatformContext,
  deps: { readonly rolloutStore: RolloutStore; readonly engine: CampaignEngine },
) => {
  const { sql } = store
  const open = openJobStates.map((state) => `'${state}'`).join(', ')
  const failed = sql.prepare<[number, number, number], FailedRow>(`
    SELECT id, group_index AS position FROM jobs WHERE campaign_id = ? AND state = 'failed' AND id > ? ORDER BY id LIMIT ?`)
  // If a device failed twice in the campaign, only the later job is retried, because a module has one open job.
  const free = sql.prepare<[string], FailedRow>(`
    SELECT max(j.id) AS id, j.group_index AS position FROM json_each(?) ids CROSS JOIN jobs j ON j.id = ids.value
    WHERE NOT EXISTS (SELECT 1 FROM jobs o WHERE o.device_id = j.device_id AND o.module = j.module AND o.state IN (${open}))
    GROUP BY j.device_id, j.module`)
  const spoiling = [...deltaFailures].map((reason) => `'${reason}'`).join(', ')
  // A retried job is notified anew: for the version that the device reports then, and with the full image if the delta may be the cause.
  const retry = sql.prepare(`
    UPDATE jobs SET full_next = full_next OR (artifact IS 'diff' AND ifnull(error_code, '') IN (${spoiling})),
      artifact = NULL, diff_id = NULL, artifact_size = NULL, artifact_note = NULL,
      from_version = ifnull((SELECT v.version FROM device_versions v WHERE v.device_id = jobs.device_id AND v.module = jobs.module), from_version),
      state = 'pending', progress = 0, error_code = NULL, description = NULL, attempt = attempt + 1, notified_at = NULL,
      started_at = NULL, finished_at = NULL, retry_at = NULL, deadline_at = NULL, acknowledge_by = NULL, updated_at = :now, entered_at = :now
    WHERE id IN (SELECT value FROM json_each(:ids))`)
  const addEvents = sql.prepare(`
    INSERT INTO job_events (job_id, at, state, what, detail)
    SELECT id, :now, 'pending', 'retry', attempt FROM jobs WHERE id IN (SELECT value FROM json_each(:ids))`)
  const countCampaign = sql.prepare(
    'UPDATE campaigns SET failed = failed - :by, pending = pending + :by WHERE id = :id',
  )
  const countGroup = sql.prepare(
    'UPDATE campaign_groups SET failed = failed - :by, pending = pending + :by WHERE campaign_id = :id AND position = :position',
  )

  const again = (id: number, rows: readonly FailedRow[]): void => {
    const chosen = { now: clock.now(), ids: JSON.stringify(rows.map((row) => row.id)) }
    retry.run(chosen)
    addEvents.run(chosen)
    countCampaign.run({ id, by: rows.length })
    for (const [position, ofGroup] of Map.groupBy(rows, (row) => row.position))
      countGroup.run({ id, position, by: ofGroup.length })
    const { kind, packageId } = deps.rolloutStore.row(id)
    deps.rolloutStore.touched(id)
    deps.rolloutStore.settle(id)
    if (kind === 'verify') deps.engine.settleVerification(packageId)
    for (const row of rows) events.emit('job', row.id)
    events.emit('campaign', id)
  }

  return {
    /** Retries every failed job of a campaign whose device is free, piece by piece. @returns the number of jobs. */
    async failedOf(id: number): Promise<number> {
      const pace = pacer()
      let after = 0
      for (let total = 0; ; ) {
        const done = await store.write(() => {
          const began = performance.now()
          const { status } = deps.rolloutStore.row(id)
          const rows = status === 'cancelled' ? [] : failed.all(id, after, pace.size)
          const retried = rows.length > 0 ? free.all(JSON.stringify(rows.map((row) => row.id))) : []
          if (retried.length > 0) again(id, retried)
          pace.took(performance.now() - began)
          return { last: rows.at(-1)?.id, retried: retried.length }
        })
        if (done.last === undefined) return total
        after = done.last
        total += done.retried
      }
    },
  }
}
