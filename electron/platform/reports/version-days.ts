import { eq } from 'drizzle-orm'
import { dayOf, nextDayAt } from '../basics/local-days.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { keyValues } from '../store/schema.ts'

/** The longest day: the one on which the clocks go back an hour. */
const DAY_AT_MOST_MS = 25 * 3_600_000

/** The day to which the versions in the store belong. */
const OPEN_DAY = 'reports:day'

/**
 * Keeps the versions that devices had at the end of each day. It writes them when a day is over, before anything of the next day
 * is recorded: at midnight, at the first report after a sleep, or at the next start after a night switched off.
 */
export const createVersionDays = ({ store, clock, logger }: Pick<PlatformContext, 'store' | 'clock' | 'logger'>) => {
  const { db } = store
  let turnsAt = 0
  let takeBack: (() => void) | undefined
  const keep = store.sql.prepare<[string]>(`
    INSERT OR REPLACE INTO version_days (product_id, module, day, version, devices)
    SELECT product_id, module, ?, version, count(*) FROM device_versions GROUP BY product_id, module, version`)

  /** Closes the day if it is over; call within `store.write`. While the day lasts, it costs one comparison. */
  const turn = (): void => {
    const now = clock.now()
    // A day that ends more than a day in the future comes from a clock that was set back since.
    if (now < turnsAt && turnsAt - now <= DAY_AT_MOST_MS) return
    const today = dayOf(now)
    const open = db.select().from(keyValues).where(eq(keyValues.key, OPEN_DAY)).get()?.value
    // After the clock is set back, no day is closed twice.
    if (typeof open === 'string' && open < today) keep.run(open)
    if (open === undefined || String(open) < today)
      db.insert(keyValues)
        .values({ key: OPEN_DAY, value: today })
        .onConflictDoUpdate({ target: keyValues.key, set: { value: today } })
        .run()
    turnsAt = nextDayAt(now)
  }

  const follow = async (): Promise<void> => {
    await store.write(turn).catch((error: unknown) => logger.error({ err: error }, 'the versions of a day are lost'))
    const now = clock.now()
    takeBack = clock.after(Math.max(1, nextDayAt(now) - now), () => void follow())
  }

  return {
    turn,
    /** Starts closing days. */
    start: follow,
    stop: (): void => takeBack?.(),
  }
}
