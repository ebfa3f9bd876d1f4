import type { PlatformContext } from '../../store/platform-context.ts'
import type { WakeUps } from '../delivery/in-flight-notices.ts'
import type { JobCreation } from '../jobs/job-creation.ts'
import type { RolloutStore } from '../rollout-store.ts'
import { type Target, type Targeting, walkTargets } from './targeting.ts'

/** The maximum number of times a device may join the same dynamic campaign (docs/protocols/README.md §14.3). */
const MATCHES = 10

/** Devices considered in one transaction: a few milliseconds. */
const BATCH = 50

export type LateJoiners = ReturnType<typeof createLateJoiners>

/** Adds devices that match later to dynamic campaigns. */
export const createLateJoiners = (
  { store, clock, events }: PlatformContext,
  deps: {
    readonly targeting: Targeting
    readonly jobCreation: JobCreation
    readonly rolloutStore: RolloutStore
    readonly wakeUps: WakeUps
    readonly targetOf: (campaignId: number) => Target
  },
) => {
  // Queried for every version report; the partial index holds a few rows at most.
  const joiningOf = store.sql.prepare<unknown[], { id: number }>(`
    SELECT c.id AS id FROM campaigns c JOIN packages p ON p.id = c.package_id JOIN devices d ON d.product_id = p.product_id
    WHERE c.joining = 1 AND c.making IS NULL AND c.status <> 'cancelled' AND d.id = :deviceId`)
  const before = store.sql.prepare<[number, number], { state: string; reason: string | null; n: number }>(`
    SELECT state, error_code AS reason, count(*) OVER () AS n FROM jobs
    WHERE device_id = ? AND campaign_id = ? ORDER BY id DESC LIMIT 1`)
  const ofDeltas = store.sql
    .prepare<[number], number>(
      "SELECT id FROM campaigns WHERE package_id = ? AND joining = 1 AND mode = 'diff' AND making IS NULL AND status <> 'cancelled'",
    )
    .pluck()

  const consider = (deviceId: number): void => {
    for (const { id } of joiningOf.all({ deviceId })) {
      const last = before.get(deviceId, id)
      const mayAgain = last?.state === 'succeeded' || (last?.state === 'skipped' && last.reason === 'NO_DIFF')
      if (last && (last.n >= MATCHES || !mayAgain)) continue
      const target = deps.targetOf(id)
      const [device] = deps.targeting.classify(target, [deviceId])
      if (device?.outcome !== 'match') continue
      const groupIndex = 0
      const campaign = deps.rolloutStore.row(id)
      deps.jobCreation.takeOver(campaign, [device])
      const { state } = deps.jobCreation.insertJob(campaign, target, device, groupIndex, clock.now())
      deps.jobCreation.count(id, state, groupIndex, 1)
      deps.rolloutStore.settle(id)
      events.emit('campaign', id)
    }
  }

  return {
    /**
     * Considers a device that is new or has reported a version; call within `store.write`. A device whose job failed or was
     * cancelled does not join again automatically. A device joins again when it went back to an older version after a success, ten
     * times at most, or when it was skipped because a delta was missing.
     */
    consider,

    /** A delta may now exist for devices of a version that had none: delta-only campaigns add the devices that report this version. */
    async reconsider(packageId: number, fromVersion: string): Promise<void> {
      for (const id of ofDeltas.all(packageId)) {
        const found: number[] = []
        await walkTargets(deps.targeting, deps.targetOf(id), (piece) => {
          for (const { deviceId, outcome, version } of piece)
            if (outcome === 'match' && version === fromVersion) found.push(deviceId)
        })
        for (let at = 0; at < found.length; at += BATCH)
          await store.write(() => found.slice(at, at + BATCH).forEach(consider))
      }
    },
  }
}
