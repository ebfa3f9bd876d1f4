import { and, asc, desc, eq, gt, gte, lt, sum } from 'drizzle-orm'
import type { ModuleStatistics } from '#shared/schema.ts'
import { lastDays } from '../basics/local-days.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { outcomeDays, trafficDays, versionDays } from '../store/report-tables.ts'

interface StatisticsQuestion {
  readonly id: number
  readonly module: string
  /** The number of days, today included. */
  readonly days: number
}

type Versions = Readonly<Record<string, number>>

/** Daily upgrade statistics of a module, from rows that are kept by day. */
export const createStatistics = (
  { store, clock }: Pick<PlatformContext, 'store' | 'clock'>,
  { devices }: { readonly devices: DeviceService },
) => {
  const { db } = store

  /** Versions at the end of the last day before `day` that has any; empty when none has. */
  const versionsBefore = (productId: number, module: string, day: string): Versions => {
    const ofModule = and(eq(versionDays.productId, productId), eq(versionDays.module, module))
    const last = db
      .select({ day: versionDays.day })
      .from(versionDays)
      .where(and(ofModule, lt(versionDays.day, day)))
      .orderBy(desc(versionDays.day))
      .limit(1)
      .get()
    if (!last) return {}
    const rows = db
      .select()
      .from(versionDays)
      .where(and(ofModule, eq(versionDays.day, last.day)))
      .all()
    return Object.fromEntries(rows.map(({ version, devices: count }) => [version, count]))
  }

  /** @throws NOT_FOUND (product). */
  return ({ id, module, days: count }: StatisticsQuestion): ModuleStatistics => {
    const days = lastDays(clock.now(), count)
    const [first = '', today = ''] = [days[0], days.at(-1)]
    const versions = devices.versions(id, module)

    const ended = db
      .select()
      .from(outcomeDays)
      .where(
        and(
          eq(outcomeDays.productId, id),
          eq(outcomeDays.module, module),
          gte(outcomeDays.day, first),
          gt(outcomeDays.jobs, 0),
        ),
      )
      .all()
    const sums = new Map<string, number>()
    for (const { day, state, jobs } of ended) sums.set(`${state} ${day}`, (sums.get(`${state} ${day}`) ?? 0) + jobs)

    const traffic = db
      .select()
      .from(trafficDays)
      .where(and(eq(trafficDays.productId, id), eq(trafficDays.module, module), gte(trafficDays.day, first)))
      .all()
    const moved = new Map(traffic.map((row) => [row.day, row]))

    const kept = new Map<string, Record<string, number>>()
    const rows = db
      .select()
      .from(versionDays)
      .where(and(eq(versionDays.productId, id), eq(versionDays.module, module), gte(versionDays.day, first)))
      .orderBy(asc(versionDays.day))
      .all()
    for (const { day, version, devices: devicesOf } of rows) kept.set(day, { ...kept.get(day), [version]: devicesOf })
    const now = Object.fromEntries(
      versions.flatMap((share) => (share.version === null ? [] : [[share.version, share.devices]])),
    )

    // The station received no reports while it was off: such a day repeats the day before.
    let latest = versionsBefore(id, module, first)
    const reasons = db
      .select({ errorCode: outcomeDays.reason, jobs: sum(outcomeDays.jobs).mapWith(Number) })
      .from(outcomeDays)
      .where(
        and(
          eq(outcomeDays.productId, id),
          eq(outcomeDays.module, module),
          eq(outcomeDays.state, 'failed'),
          gte(outcomeDays.day, first),
          gt(outcomeDays.jobs, 0),
        ),
      )
      .groupBy(outcomeDays.reason)
      .all()
    return {
      versions,
      days: days.map((day) => {
        latest = day === today ? now : (kept.get(day) ?? latest)
        return {
          day,
          succeeded: sums.get(`succeeded ${day}`) ?? 0,
          failed: sums.get(`failed ${day}`) ?? 0,
          bytesServed: moved.get(day)?.bytes ?? 0,
          bytesSaved: moved.get(day)?.saved ?? 0,
          versions: { ...latest },
        }
      }),
      reasons: reasons.sort((a, b) => b.jobs - a.jobs || a.errorCode.localeCompare(b.errorCode)),
    }
  }
}
