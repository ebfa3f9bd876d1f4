import type { PlatformContext } from '../context.ts'
import type { Making } from './making.ts'
import type { Rollouts } from './rollouts.ts'
import type { Target, Targeting } from './targeting.ts'
import type { Bells } from './telling.ts'

/** How often a device may join the same dynamic campaign (device-protocols.md 2.5). */
const MATCHES = 10

export type Joins = ReturnType<typeof createJoins>

/** Lets devices that come to match later join dynamic campaigns. */
export const createJoins = (
  { store, clock, events }: PlatformContext,
  rooms: {
    readonly targeting: Targeting
    readonly making: Making
    readonly rollouts: Rollouts
    readonly bells: Bells
    readonly targetOf: (campaignId: number) => Target
  },
) => {
  // Asked for every version report: the partial index holds a handful of rows at most.
  const joiningOf = store.sql.prepare<unknown[], { id: number }>(`
    SELECT c.id AS id FROM campaigns c JOIN packages p ON p.id = c.package_id JOIN devices d ON d.product_id = p.product_id
    WHERE c.joining = 1 AND c.making IS NULL AND c.status <> 'cancelled' AND d.id = :deviceId`)
  const before = store.sql.prepare<[number, number], { state: string; n: number }>(
    'SELECT state, count(*) OVER () AS n FROM jobs WHERE device_id = ? AND campaign_id = ? ORDER BY id DESC LIMIT 1',
  )

  return {
    /**
     * A device is there, or has said what it runs; call within `store.write`. One that failed or was cancelled is not taken again by itself; one
     * that went back to an older version after it had succeeded is, ten times at most.
     */
    consider(deviceId: number): void {
      for (const { id } of joiningOf.all({ deviceId })) {
        const last = before.get(deviceId, id)
        if (last && (last.n >= MATCHES || last.state !== 'succeeded')) continue
        const target = rooms.targetOf(id)
        const [device] = rooms.targeting.classify(target, [deviceId])
        if (device?.outcome !== 'match') continue
        const groupIndex = 0
        const campaign = rooms.rollouts.row(id)
        rooms.making.takeOver(campaign, [device])
        const state = rooms.making.insertJob(campaign, target, device, groupIndex, clock.now())
        rooms.making.count(id, state, groupIndex, 1)
        rooms.rollouts.settle(id)
        events.emit('campaign', id)
      }
    },
  }
}
