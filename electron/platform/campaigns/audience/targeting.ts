import type Database from 'better-sqlite3'
import type { z } from 'zod'
import type { CampaignMode, CampaignTarget } from '#shared/schema.ts'
import { type JobState, openJobStates } from '#shared/states/job.ts'
import type { Artifacts } from '../../deltas/artifact-selector.ts'

/** The selection of a campaign, resolved to its package. */
export interface Target {
  readonly packageId: number
  readonly mode: CampaignMode
  readonly productId: number
  readonly module: string
  readonly toVersion: string
  readonly scope: z.output<typeof CampaignTarget>['scope']
  /** Empty: every version. */
  readonly fromVersions: readonly string[]
  /** With scope `devices`, in ascending order. */
  readonly deviceIds: readonly number[]
  /** Empty: with or without tags. */
  readonly deviceTags: readonly string[]
  /** Whether jobs of other campaigns that have not begun are taken over; `dynamic`: from dynamic campaigns only. */
  readonly overwrite: 'none' | 'dynamic' | 'all'
}

/** A candidate device, with what the campaign would do with it. */
export interface Classified {
  readonly deviceId: number
  readonly version: string | null
  /**
   * `match`: upgrade it; `target`: it already runs the target version; `busy`: another upgrade of the module is open; `version`,
   * `tag`: not selected; `delta`: there is none from its version, and the campaign sends only deltas.
   */
  readonly outcome: 'match' | 'target' | 'busy' | 'version' | 'tag' | 'patch'
  /** The open upgrade of another campaign; with `match`: it is taken over. */
  readonly busyJobId: number | null
  readonly busyCampaign: string | null
}

/** States of a job that has not begun, so that it can be taken over. */
const waiting: readonly JobState[] = ['pending', 'notified']
const list = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(', ')

// CROSS JOIN keeps the list outside (sqlite.org/optoverview.html, 8.1): turned round, each piece would read all devices of the product.
const classified = `
  WITH chosen AS (
    SELECT d.id AS deviceId, v.version AS version, j.id AS busyJobId, c.name AS busyCampaign,
      j.state IN (${list(waiting)}) AND (:overwrite = 'all' OR (:overwrite = 'dynamic' AND c.joining = 1)) AS takeable,
      :anyTag = 1 OR EXISTS (SELECT 1 FROM device_tags t WHERE t.device_id = d.id AND t.tag IN (SELECT value FROM json_each(:tags))) AS tagged
    FROM json_each(:ids) ids CROSS JOIN devices d ON d.id = ids.value
    LEFT JOIN device_versions v ON v.device_id = d.id AND v.module = :module
    LEFT JOIN jobs j ON j.device_id = d.id AND j.module = :module AND j.state IN (${list(openJobStates)})
    LEFT JOIN campaigns c ON c.id = j.campaign_id
    WHERE d.product_id = :productId
  )
  SELECT deviceId, version, busyJobId, busyCampaign, CASE
    WHEN NOT tagged THEN 'tag'
    WHEN version = :toVersion THEN 'target'
    WHEN :anyVersion = 0 AND (version IS NULL OR version NOT IN (SELECT value FROM json_each(:fromVersions))) THEN 'version'
    WHEN busyJobId IS NOT NULL AND NOT takeable THEN 'busy'
    ELSE 'match' END AS outcome
  FROM chosen ORDER BY deviceId`

// With the index of names, each piece would sort all devices again.
const nextIds = `SELECT id FROM devices INDEXED BY devices_by_product WHERE product_id = ? AND id > ? ORDER BY id LIMIT ?`

/** The index of the first id above a given one, in ascending ids. */
const firstAfter = (ids: readonly number[], after: number): number => {
  let low = 0
  for (let high = ids.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((ids[middle] ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}

/** Reads candidate devices piece by piece, so that a hundred thousand of them do not block the thread that serves devices. */
export const createTargeting = (sql: Database.Database, artifacts: Pick<Artifacts, 'choiceFor'>) => {
  const classify = sql.prepare<unknown[], Classified>(classified)
  const idsAfter = sql.prepare<[number, number, number], number>(nextIds).pluck()

  /** Devices that would be upgraded if a delta from their version existed. */
  const withoutDelta = ({ mode, packageId }: Target, devices: Classified[]): Classified[] => {
    if (mode !== 'diff') return devices
    const barred = new Map<string | null, boolean>()
    const isBarred = (fromVersion: string | null): boolean => {
      const known = barred.get(fromVersion)
      if (known !== undefined) return known
      const none = artifacts.choiceFor({ mode, packageId, fromVersion, fullNext: false }).kind === 'none'
      barred.set(fromVersion, none)
      return none
    }
    return devices.map((device) =>
      device.outcome === 'match' && isBarred(device.version) ? { ...device, outcome: 'patch' } : device,
    )
  }

  return {
    /** The next devices of a campaign's scope after an id, in ascending order. */
    idsAfter: (target: Target, after: number, limit: number): readonly number[] => {
      if (target.scope === 'all') return idsAfter.all(target.productId, after, limit)
      const from = firstAfter(target.deviceIds, after)
      return target.deviceIds.slice(from, from + limit)
    },

    classify: (target: Target, ids: readonly number[]): Classified[] =>
      withoutDelta(
        target,
        classify.all({
          ids: JSON.stringify(ids),
          productId: target.productId,
          module: target.module,
          toVersion: target.toVersion,
          overwrite: target.overwrite,
          tags: JSON.stringify(target.deviceTags),
          anyTag: target.deviceTags.length === 0 ? 1 : 0,
          fromVersions: JSON.stringify(target.fromVersions),
          anyVersion: target.fromVersions.length === 0 ? 1 : 0,
        }),
      ),
  }
}

export type Targeting = ReturnType<typeof createTargeting>

/** Milliseconds a piece may take: half of the limit for blocking the thread (docs/product.md §6.2: 10 ms), because the commit comes on top. */
const SLICE_MS = 4
const FIRST = 250
/** Where other programs take the processor, smaller pieces would only be more of them. */
const LEAST = 100

/** Adapts the size of the next piece to the time of the last one. */
export const pacer = (): { size: number; took(ms: number): void } => ({
  size: FIRST,
  took(ms) {
    this.size = Math.round(Math.min(4000, Math.max(LEAST, (this.size * SLICE_MS) / Math.max(0.5, ms), this.size / 4)))
  },
})

/** Iterates over all candidate devices and yields to other work between pieces. */
export const walkTargets = async (
  targeting: Targeting,
  target: Target,
  look: (piece: readonly Classified[]) => void,
): Promise<void> => {
  const pace = pacer()
  for (let after = 0; ; ) {
    const began = performance.now()
    const ids = targeting.idsAfter(target, after, pace.size)
    const last = ids.at(-1)
    if (last === undefined) return
    look(targeting.classify(target, ids))
    after = last
    pace.took(performance.now() - began)
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
  }
}
