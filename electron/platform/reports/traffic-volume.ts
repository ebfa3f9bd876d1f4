import { dayOf } from '../basics/local-days.ts'
import type { PlatformContext } from '../store/platform-context.ts'

/** Milliseconds between two writes. */
const PAUSE_MS = 1000

export type TrafficVolume = ReturnType<typeof createTrafficVolume>

/**
 * Sums the bytes that devices of campaigns have downloaded, by campaign and by day. It adds in memory and writes to the store at
 * most once a second, because devices download in thousands of pieces; a crash loses one second of the sum.
 */
export const createTrafficVolume = ({
  store,
  clock,
  events,
  logger,
}: Pick<PlatformContext, 'store' | 'clock' | 'events' | 'logger'>) => {
  let waiting = new Map<number, number>()
  let takeBack: (() => void) | undefined
  const ofCampaign = store.sql.prepare<[number, number]>(
    'UPDATE campaigns SET bytes_served = bytes_served + ? WHERE id = ?',
  )
  const ofDay = store.sql.prepare<[string, number, number]>(`
    INSERT INTO traffic_days (product_id, module, day, bytes)
    SELECT p.product_id, p.module, ?, ? FROM campaigns c JOIN packages p ON p.id = c.package_id WHERE c.id = ?
    ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes`)

  const flush = async (): Promise<void> => {
    takeBack?.()
    takeBack = undefined
    const sums = waiting
    if (sums.size === 0) return
    waiting = new Map()
    const day = dayOf(clock.now())
    try {
      await store.write(() => {
        for (const [campaignId, bytes] of sums) {
          ofCampaign.run(bytes, campaignId)
          ofDay.run(day, bytes, campaignId)
        }
      })
      for (const campaignId of sums.keys()) events.emit('campaign', campaignId)
    } catch (error) {
      logger.error({ err: error }, 'what was downloaded could not be added up')
    }
  }

  return {
    /** Counts firmware bytes that a device of a campaign has received. */
    add(campaignId: number, bytes: number): void {
      waiting.set(campaignId, (waiting.get(campaignId) ?? 0) + bytes)
      takeBack ??= clock.after(PAUSE_MS, () => void flush())
    },
    /** Writes the pending sums. */
    flush,
  }
}
