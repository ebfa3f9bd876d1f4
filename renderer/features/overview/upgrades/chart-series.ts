import type { ModuleStatistics } from '#shared/schema.ts'

type Day = ModuleStatistics['days'][number]

/** The number of versions with their own colour; the others share one. */
export const VERSIONS_SHOWN = 5

interface VersionSeries {
  /** Null: all others together. */
  readonly version: string | null
  /** Number of devices, one value per day. */
  readonly devices: readonly number[]
}

/** The success rate of ended upgrades in percent; null while none has ended. */
export const rateOf = ({ succeeded, failed }: Pick<Day, 'succeeded' | 'failed'>): number | null =>
  succeeded + failed === 0 ? null : (succeeded / (succeeded + failed)) * 100

/**
 * Devices by version over the days: the versions with the highest count on any day, among equals the latest first, and all others
 * together. Their sum is the total of each day.
 */
export const versionSeries = (days: readonly Pick<Day, 'versions'>[]): VersionSeries[] => {
  const most = new Map<string, number>()
  for (const { versions } of days)
    for (const [version, devices] of Object.entries(versions)) {
      // Inserted again, so that the most recently seen version comes last.
      const before = most.get(version) ?? 0
      most.delete(version)
      most.set(version, Math.max(before, devices))
    }
  const ranked = [...most].reverse().sort(([, left], [, right]) => right - left)
  const shown = ranked.slice(0, VERSIONS_SHOWN).map(([version]) => version)
  const own = shown.map((version) => ({ version, devices: days.map(({ versions }) => versions[version] ?? 0) }))
  if (ranked.length <= VERSIONS_SHOWN) return own
  const others = days.map(({ versions }) =>
    Object.entries(versions).reduce((sum, [version, devices]) => (shown.includes(version) ? sum : sum + devices), 0),
  )
  return [...own, { version: null, devices: others }]
}

/** The totals of the whole period. */
export const totals = (days: readonly Day[]): Pick<Day, 'succeeded' | 'failed' | 'bytesServed' | 'bytesSaved'> =>
  days.reduce(
    (sum, { succeeded, failed, bytesServed, bytesSaved }) => ({
      succeeded: sum.succeeded + succeeded,
      failed: sum.failed + failed,
      bytesServed: sum.bytesServed + bytesServed,
      bytesSaved: sum.bytesSaved + bytesSaved,
    }),
    { succeeded: 0, failed: 0, bytesServed: 0, bytesSaved: 0 },
  )
