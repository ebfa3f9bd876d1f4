import type Database from 'better-sqlite3'
import type { z } from 'zod'
import type { CampaignTarget } from '#shared/schema.ts'
import { openJobStates } from '#shared/states/job.ts'

/** Whom a campaign asks for, resolved to its package. */
export interface Target {
  readonly productId: number
  readonly module: string
  readonly toVersion: string
  readonly scope: z.output<typeof CampaignTarget>['scope']
  /** Empty: every version. */
  readonly fromVersions: readonly string[]
  readonly deviceIds: readonly number[]
}

/** How many devices fell into each class. */
export interface TargetCount {
  readonly outcome: 'match' | 'target' | 'busy' | 'version'
  readonly devices: number
  readonly online: number
}

const open = openJobStates.map((state) => `'${state}'`).join(', ')

/**
 * Every device in question with what the campaign would do with it: upgrade it (`match`), or leave it because it is on the
 * target, because another upgrade of the module is open (`busy`), or because its version was not chosen.
 */
const classified = `
  WITH chosen AS (
    SELECT d.id AS device_id, v.version AS version,
      (SELECT c.name FROM jobs j JOIN campaigns c ON c.id = j.campaign_id
        WHERE j.device_id = d.id AND j.module = :module AND j.state IN (${open})) AS busy
    FROM devices d LEFT JOIN device_versions v ON v.device_id = d.id AND v.module = :module
    WHERE d.product_id = :productId AND (:scope = 'all' OR d.id IN (SELECT value FROM json_each(:deviceIds)))
  ),
  classified AS (
    SELECT device_id, version, busy, CASE
      WHEN version = :toVersion THEN 'target'
      WHEN :anyVersion = 0 AND (version IS NULL OR version NOT IN (SELECT value FROM json_each(:fromVersions))) THEN 'version'
      WHEN busy IS NOT NULL THEN 'busy'
      ELSE 'match' END AS outcome
    FROM chosen
  )`

const parameters = (target: Target) => ({
  productId: target.productId,
  module: target.module,
  toVersion: target.toVersion,
  scope: target.scope,
  deviceIds: JSON.stringify(target.deviceIds),
  fromVersions: JSON.stringify(target.fromVersions),
  anyVersion: target.fromVersions.length === 0 ? 1 : 0,
})

/** Counts the devices a campaign would reach, and those it would leave, without changing anything. */
export const countTargets = (sql: Database.Database, target: Target, onlineIds: readonly number[]): TargetCount[] =>
  sql
    .prepare<unknown[], TargetCount>(`${classified}
    SELECT outcome, count(*) AS devices, coalesce(sum(device_id IN (SELECT value FROM json_each(:online))), 0) AS online
    FROM classified GROUP BY outcome`)
    .all({ ...parameters(target), online: JSON.stringify(onlineIds) })

/**
 * Makes a campaign's jobs in one statement; call within `store.write`. Devices on the target or busy get a skipped job with
 * its reason; devices whose version was not chosen get one only when a person named them.
 * @returns how many jobs were made.
 */
export const insertJobs = (sql: Database.Database, campaignId: number, target: Target, now: number): number => {
  const made = sql
    .prepare(`
    INSERT INTO jobs (campaign_id, device_id, module, from_version, to_version, state, error_code, description, finished_at, updated_at)
    ${classified}
    SELECT :campaignId, device_id, :module, version, :toVersion,
      CASE outcome WHEN 'match' THEN 'pending' ELSE 'skipped' END,
      CASE outcome WHEN 'target' THEN 'ALREADY_ON_TARGET' WHEN 'busy' THEN 'OTHER_JOB_OPEN' WHEN 'version' THEN 'FROM_VERSION_NOT_SELECTED' END,
      CASE outcome WHEN 'busy' THEN busy WHEN 'version' THEN version END,
      CASE outcome WHEN 'match' THEN NULL ELSE :now END,
      :now
    FROM classified WHERE outcome <> 'version' OR :scope = 'devices' ORDER BY device_id`)
    .run({ ...parameters(target), campaignId, now })
  sql
    .prepare(`
    INSERT INTO job_events (job_id, at, state, what, detail)
    SELECT id, :now, 'skipped', 'skipped', description FROM jobs WHERE campaign_id = :campaignId AND state = 'skipped'`)
    .run({ campaignId, now })
  return made.changes
}
