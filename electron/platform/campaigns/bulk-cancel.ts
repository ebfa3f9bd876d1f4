import type { JobReason } from '#shared/reasons.ts'
import type { PlatformContext } from '../context.ts'
import type { CampaignEngine } from './engine.ts'
import type { Rollouts } from './rollouts.ts'
import { pacer } from './targeting.ts'

/** Why waiting jobs end: both null where a person simply wished it. */
export interface CancelReason {
  readonly reason: JobReason | null
  readonly words: string | null
}

export type BulkCancel = ReturnType<typeof createBulkCancel>

/**
 * Ends the jobs of a campaign whose devices have not been told, by sets of rows: a hundred thousand of them one by one take longer than a person
 * waits. What `stepJob` would make of each is what stands here in SQL (a test holds the two together); jobs in any
 * other state are told apart one by one, as what their devices are doing differs.
 */
export const createBulkCancel = (
  { store, events, clock }: PlatformContext,
  rooms: { readonly rollouts: Rollouts; readonly engine: CampaignEngine },
) => {
  const { sql } = store
  const waiting = sql.prepare<[number, number], { id: number; position: number; retrying: number }>(`
    SELECT id, group_index AS position, retry_at IS NOT NULL AS retrying FROM jobs
    WHERE campaign_id = ? AND state = 'pending' AND notified_at IS NULL ORDER BY id LIMIT ?`)
  const cancel = sql.prepare(`
    UPDATE jobs SET state = 'cancelled', error_code = :reason, description = :words, finished_at = :now, updated_at = :now,
      entered_at = :now, retry_at = NULL, deadline_at = NULL, acknowledge_by = NULL WHERE id IN (SELECT value FROM json_each(:ids))`)
  const addEvents = sql.prepare(`
    INSERT INTO job_events (job_id, at, state, what, detail, reason)
    SELECT value, :now, 'cancelled', 'cancelled', :words, :reason FROM json_each(:ids)`)
  const countCampaign = sql.prepare(
    'UPDATE campaigns SET pending = pending - :by, cancelled = cancelled + :by WHERE id = :id',
  )
  const countGroup = sql.prepare(`
    UPDATE campaign_groups SET pending = pending - :by, cancelled = cancelled + :by, retrying = retrying - :retrying
    WHERE campaign_id = :id AND position = :position`)

  /** The next piece; call within `store.write`. @returns ids of the jobs that ended. */
  const piece = (id: number, { reason, words }: CancelReason, limit: number): number[] => {
    const rows = waiting.all(id, limit)
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const ended = { now: clock.now(), ids: JSON.stringify(ids), reason, words }
    cancel.run(ended)
    addEvents.run(ended)
    countCampaign.run({ id, by: ids.length })
    for (const [position, ofGroup] of Map.groupBy(rows, (row) => row.position)) {
      const retrying = ofGroup.reduce((sum, row) => sum + row.retrying, 0)
      countGroup.run({ id, position, by: ofGroup.length, retrying })
    }
    // Of a cancelled campaign nothing is left to decide.
    const { status, kind, packageId } = rooms.rollouts.row(id)
    if (status !== 'cancelled') rooms.rollouts.settle(id)
    if (kind === 'verify') rooms.engine.settleVerification(packageId)
    return ids
  }

  return {
    /** Ends every job of a campaign that waits untold, piece by piece, each in a transaction of its own. @returns how many. */
    async waitingOf(id: number, why: CancelReason): Promise<number> {
      const pace = pacer()
      for (let total = 0; ; ) {
        const ended = await store.write(() => {
          const began = performance.now()
          const ids = piece(id, why, pace.size)
          pace.took(performance.now() - began)
          return ids
        })
        if (ended.length === 0) return total
        total += ended.length
        for (const jobId of ended) events.emit('job', jobId)
        events.emit('campaign', id)
      }
    },
  }
}
