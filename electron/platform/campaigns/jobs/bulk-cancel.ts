import type { JobReason } from '#shared/reasons.ts'
import type { PlatformContext } from '../../store/platform-context.ts'
import { pacer } from '../audience/targeting.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { RolloutStore } from '../rollout-store.ts'
import type { JobStore } from './job-store.ts'

/** Why waiting jobs end: both null when an operator cancelled without a reason. */
export interface CancelReason {
  readonly reason: JobReason | null
  readonly text: string | null
}

interface WaitingRow {
  readonly id: number
  readonly campaignId: number
  readonly position: number
  readonly retrying: number
}

export type BulkCancel = ReturnType<typeof createBulkCancel>

/**
 * Ends the jobs of a campaign whose devices have not been notified, with set-based SQL, because a hundred thousand single updates
 * take longer than an operator waits. The SQL has the same effect as `stepJob` on each job (a test compares the two). Jobs in any
 * other state are handled one by one, because their devices' states differ.
 */
export const createBulkCancel = (
  { store, events, clock }: PlatformContext,
  deps: { readonly rolloutStore: RolloutStore; readonly engine: CampaignEngine; readonly jobs: JobStore },
) => {
  const { sql } = store
  const row = 'id, campaign_id AS campaignId, group_index AS position, retry_at IS NOT NULL AS retrying'
  const waiting = sql.prepare<[number, number], WaitingRow>(`
    SELECT ${row} FROM jobs
    WHERE campaign_id = ? AND state = 'pending' AND notified_at IS NULL ORDER BY id LIMIT ?`)
  const waitingOf = sql.prepare<[string], WaitingRow>(`
    SELECT ${row} FROM jobs WHERE id IN (SELECT value FROM json_each(?)) AND state = 'pending' AND notified_at IS NULL`)
  const cancel = sql.prepare(`
    UPDATE jobs SET state = 'cancelled', error_code = :reason, description = :text, finished_at = :now, updated_at = :now,
      entered_at = :now, retry_at = NULL, deadline_at = NULL, acknowledge_by = NULL WHERE id IN (SELECT value FROM json_each(:ids))`)
  const addEvents = sql.prepare(`
    INSERT INTO job_events (job_id, at, state, what, detail, reason)
    SELECT value, :now, 'cancelled', 'cancelled', :text, :reason FROM json_each(:ids)`)
  const countCampaign = sql.prepare(
    'UPDATE campaigns SET pending = pending - :by, cancelled = cancelled + :by WHERE id = :id',
  )
  const countGroup = sql.prepare(`
    UPDATE campaign_groups SET pending = pending - :by, cancelled = cancelled + :by, retrying = retrying - :retrying
    WHERE campaign_id = :id AND position = :position`)

  /** Ends waiting jobs of one campaign; call within `store.write`. */
  const end = (id: number, rows: readonly WaitingRow[], { reason, text }: CancelReason): void => {
    const ended = { now: clock.now(), ids: JSON.stringify(rows.map((row) => row.id)), reason, text }
    cancel.run(ended)
    addEvents.run(ended)
    countCampaign.run({ id, by: rows.length })
    for (const [position, ofGroup] of Map.groupBy(rows, (row) => row.position)) {
      const retrying = ofGroup.reduce((sum, row) => sum + row.retrying, 0)
      countGroup.run({ id, position, by: ofGroup.length, retrying })
    }
    // A cancelled campaign needs no further decision.
    const { status, kind, packageId } = deps.rolloutStore.row(id)
    if (status !== 'cancelled') deps.rolloutStore.settle(id)
    if (kind === 'verify') deps.engine.settleVerification(packageId)
    for (const row of rows) events.emit('job', row.id)
    events.emit('campaign', id)
  }

  return {
    /** Ends every waiting job of a campaign that was not notified, piece by piece, each in its own transaction. @returns the number of jobs. */
    async waitingOf(id: number, why: CancelReason): Promise<number> {
      const pace = pacer()
      for (let total = 0; ; ) {
        const ended = await store.write(() => {
          const began = performance.now()
          const rows = waiting.all(id, pace.size)
          if (rows.length > 0) end(id, rows, why)
          pace.took(performance.now() - began)
          return rows.length
        })
        if (ended === 0) return total
        total += ended
      }
    },

    /** Ends these jobs, of any campaigns: waiting jobs that were not notified together, others one by one; call within `store.write`. */
    these(ids: readonly number[], why: CancelReason): void {
      const rows = waitingOf.all(JSON.stringify(ids))
      for (const [id, ofCampaign] of Map.groupBy(rows, (row) => row.campaignId)) end(id, ofCampaign, why)
      const ended = new Set(rows.map((row) => row.id))
      for (const id of ids) {
        const job = ended.has(id) ? undefined : deps.jobs.byId(id)
        const { reason, text } = why
        if (job) deps.engine.apply(job, { kind: 'cancel', reason: reason ?? undefined, text: text ?? undefined })
      }
    },
  }
}
