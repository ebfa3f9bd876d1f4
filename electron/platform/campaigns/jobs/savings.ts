import { dayOf } from '../../basics/local-days.ts'
import type { PlatformContext } from '../../store/platform-context.ts'

export type Savings = ReturnType<typeof createSavings>

/** Sums the download bytes that deltas saved, by campaign and by day, of successful upgrades only. */
export const createSavings = ({ store, clock }: Pick<PlatformContext, 'store' | 'clock'>) => {
  const ofCampaign = store.sql.prepare<[number, number]>(
    'UPDATE campaigns SET bytes_saved = bytes_saved + ? WHERE id = ?',
  )
  const ofDay = store.sql.prepare<[string, number, number]>(`
    INSERT INTO traffic_days (product_id, module, day, bytes, saved)
    SELECT p.product_id, p.module, ?, 0, ? FROM campaigns c JOIN packages p ON p.id = c.package_id WHERE c.id = ?
    ON CONFLICT DO UPDATE SET saved = saved + excluded.saved`)
  return {
    /** Records that a device was upgraded by a delta that is smaller than the full image by that many bytes; call within `store.write`. */
    add(campaignId: number, bytes: number): void {
      ofCampaign.run(bytes, campaignId)
      ofDay.run(dayOf(clock.now()), bytes, campaignId)
    },
  }
}
