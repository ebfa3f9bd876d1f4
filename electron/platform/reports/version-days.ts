import { eq } from 'drizzle-orm'
import { dayOf, nextDayAt } from '../basics/local-days.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { keyValues } from '../store/schema.ts'

/** The longest day: the clocks go back an hour in it. */
const DAY_AT_MOST_MS = 25 * 3_600_000

/** The day that the versions in the store are of. */
const OPEN_DAY = 'reports:day'

export type VersionDays = ReturnType<typeof createVersionDays>

/**
 * Keeps the versions that devices had at the end of each day: written when a day is over, before anything of the next is
 * recorded, be it at midnight, at the first report after a sleep, or at the start after a night switched off.
 */
export const createVersionDays = ({ store, clock, logger }: Pick<PlatformContext, 'store' | 'clock' | 'logger'>) => {
  const { db } = store
  let turnsAt = 0
  let takeBack: (() => void) | undefined
  const keep = store.sql.prepare<[string]>(`
    INSERT OR REPLACE INTO version_days (product_id, module, day, version, devices)
    SELECT product_id, module, ?, version, count(*) FROM device_versions GROUP BY product_id, module, version`)

  /** Closes the day that is over, if one is; call within `store.write`. One comparison while none is. */
  const turn = (): void => {
    const now = clock.now()
    // A day that ends more than a day from now is of a clock that was set back since.
    if (now < turnsAt && turnsAt - now <= DAY_AT_MOST_MS) return
    const today = dayOf(now)
    const open = db.select().from(keyValues).where(eq(keyValues.key, OPEN_DAY)).get()?.value
    // A clock that was set back closes no day twice.
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
    /** Closes days from now on. */
    start: follow,
    stop: (): void => takeBack?.(),
  }
}
