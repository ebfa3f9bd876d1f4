import type Database from 'better-sqlite3'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import { openJobStates } from '#shared/states/job.ts'
import { raiseNumbers } from './id-sequences.ts'
import { type PendingRestore, SET_ASIDE } from './pending-restore.ts'

/** The action name of a restore in the audit log. */
const RESTORED = 'backups.restored'
const KEPT = 'kept:restored'

const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')

/**
 * Prepares a restored database before the station uses it: pauses its campaigns for an operator to resume, because devices may
 * have moved on since; continues its ID sequences above the IDs already used; writes the restore to the audit log. It acts once
 * per restore, however often it is called.
 * @returns the number of paused campaigns; undefined when it was already done.
 */
export const settleRestored = (
  sql: Database.Database,
  pending: PendingRestore & { readonly highest: NonNullable<PendingRestore['highest']> },
  now: number,
): number | undefined => {
  const done = sql.prepare<[string], { value: string }>('SELECT value FROM key_values WHERE key = ?').get(KEPT)
  if (done?.value === JSON.stringify(pending.id)) return undefined
  // Everything acknowledged below is on disk before the restore is forgotten.
  sql.pragma('synchronous = FULL')
  try {
    return sql.transaction(() => {
      raiseNumbers(sql, pending.highest)
      const paused = pauseCampaigns(sql)
      giveTime(sql, now - (pending.madeAt ?? now))
      sql.prepare('INSERT INTO audit (at, operator, source, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)').run(
        now,
        pending.operator,
        pending.by,
        RESTORED,
        pending.source,
        JSON.stringify({
          ...(pending.madeAt === null ? {} : { madeAt: new Date(pending.madeAt).toISOString() }),
          pausedCampaigns: paused,
          setAside: `${SET_ASIDE}/${pending.aside}`,
        }),
      )
      sql.prepare('INSERT OR REPLACE INTO key_values (key, value) VALUES (?, ?)').run(KEPT, JSON.stringify(pending.id))
      return paused
    })()
  } finally {
    sql.pragma('synchronous = NORMAL')
  }
}

/** Pauses every open campaign until an operator resumes it. @returns the number of campaigns. */
export const pauseCampaigns = (sql: Database.Database): number =>
  sql
    .prepare(
      `UPDATE campaigns SET status = 'paused', wake_at = NULL
       WHERE status IN (${list(openCampaignStatuses.filter((status) => status !== 'paused'))})`,
    )
    .run().changes

/** The station received nothing for open jobs between the copy and now, so that time does not count against them. */
const giveTime = (sql: Database.Database, ms: number): void => {
  if (ms <= 0) return
  sql
    .prepare(
      `UPDATE jobs SET deadline_at = deadline_at + :ms, acknowledge_by = acknowledge_by + :ms, retry_at = retry_at + :ms
       WHERE state IN (${list(openJobStates)})`,
    )
    .run({ ms })
}
