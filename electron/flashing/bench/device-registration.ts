import { and, desc, eq, isNotNull } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN } from '#shared/limits.ts'
import type { RunLogLine, Unit } from '#shared/schema.ts'
import { serialKey } from '#shared/serials.ts'
import { benchRecords } from '../../platform/store/bench-tables.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { imagePath } from './recipe-images.ts'
import type { RecipeRow } from './recipe-store.ts'
import { logText } from './run-end.ts'
import type { SerialStore } from './serial-store.ts'

export type DeviceRegistration = ReturnType<typeof createDeviceRegistration>

/** Registers a unit that passed as a device of the recipe's product, with the versions that were written, so that its first upgrade knows its base. */
export const createDeviceRegistration = (
  { clock, logger, store: { db } }: BenchContext,
  options: BenchOptions,
  serials: SerialStore,
) => {
  const nameOf = (unit: Unit): string | undefined =>
    [unit.serial, unit.id].find((name) => name !== null && DEVICE_NAME_PATTERN.test(name)) ?? undefined

  /** The device that the unit was before it got another serial number; undefined: it was none, or is called otherwise. */
  const formerOf = (productId: number, unit: string) => {
    const latest = db
      .select({ deviceId: benchRecords.deviceId })
      .from(benchRecords)
      .where(and(eq(benchRecords.unit, unit), isNotNull(benchRecords.deviceId)))
      .orderBy(desc(benchRecords.id))
      .limit(1)
      .get()
    if (!latest || latest.deviceId === null) return undefined
    const device = options.devices.row(latest.deviceId)
    const retired = serials.labels(unit).filter(({ scope, retiredAt }) => scope === productId && retiredAt !== null)
    const wasItsName = retired.some(({ key }) => key === serialKey(device.name))
    return device.productId === productId && wasItsName ? device : undefined
  }

  /** A unit that was relabelled stays one device: its firmware logs in by the new name from now on. */
  const follow = async (productId: number, unit: string, name: string, say: (words: string) => void): Promise<void> => {
    const former = formerOf(productId, unit)
    if (!former || former.name === name) return
    if (options.devices.byName(productId, name)) {
      say(`a device ${name} exists already and is this unit's from now on; device ${former.name} stays as it is`)
      return
    }
    await options.devices.rename(former.id, name)
    say(`device ${former.name} is named ${name} now`)
  }

  return {
    /** The id of the device, created if needed; null, with a line in the log, if it cannot be registered. */
    async ensure({ productId }: RecipeRow, unit: Unit | undefined, log: RunLogLine[]): Promise<number | null> {
      if (productId === null) return null
      const name = unit && nameOf(unit)
      const warn = (detail: string): null => {
        log.push({ at: isoTime(clock.now()), level: 'warn', words: logText('DEVICE_NOT_MADE', { detail }) })
        return null
      }
      if (unit === undefined || name === undefined) return warn('it has no identity')
      try {
        if (unit.id !== null)
          await follow(productId, unit.id, name, (words) =>
            log.push({ at: isoTime(clock.now()), level: 'info', words }),
          )
        const { rows } = await options.devices.ensure(productId, [{ name }])
        return rows[0]?.id ?? null
      } catch (error) {
        logger.warn({ err: error, name }, 'a flashed unit could not become a device')
        return warn(error instanceof DomainError ? error.code : String(error))
      }
    },

    /** Records the versions that it runs now, by module; call within `store.write`. */
    setVersions({ productId, content }: RecipeRow, deviceId: number): void {
      if (productId === null) return
      for (const image of content.images) {
        // A package deleted during the run has no version any more.
        if (image.packageId === null || imagePath(options, image) === undefined) continue
        const pack = options.packages.row(image.packageId)
        if (pack.productId === productId)
          options.devices.recordVersion({ id: deviceId, productId }, pack.module, pack.version)
      }
    },
  }
}
