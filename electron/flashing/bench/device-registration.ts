import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN } from '#shared/limits.ts'
import type { RunLogLine, Unit } from '#shared/schema.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { imagePath } from './recipe-images.ts'
import type { RecipeRow } from './recipe-store.ts'
import { logText } from './run-end.ts'

export type DeviceRegistration = ReturnType<typeof createDeviceRegistration>

/** A unit that passed becomes a device of its recipe's product, on the versions it was written with: its first OTA knows its base. */
export const createDeviceRegistration = ({ clock, logger }: BenchContext, options: BenchOptions) => {
  const nameOf = (unit: Unit): string | undefined =>
    [unit.serial, unit.id].find((name) => name !== null && DEVICE_NAME_PATTERN.test(name)) ?? undefined

  return {
    /** The device's id, made where there is none; null with a line in the log where it cannot be one. */
    async ensure({ productId }: RecipeRow, unit: Unit | undefined, log: RunLogLine[]): Promise<number | null> {
      if (productId === null) return null
      const name = unit && nameOf(unit)
      const warn = (detail: string): null => {
        log.push({ at: isoTime(clock.now()), level: 'warn', words: logText('DEVICE_NOT_MADE', { detail }) })
        return null
      }
      if (name === undefined) return warn('it has no identity')
      try {
        const { rows } = await options.devices.ensure(productId, [{ name }])
        return rows[0]?.id ?? null
      } catch (error) {
        logger.warn({ err: error, name }, 'a flashed unit could not become a device')
        return warn(error instanceof DomainError ? error.code : String(error))
      }
    },

    /** Notes what it runs now, module by module; call within `store.write`. */
    setVersions({ productId, content }: RecipeRow, deviceId: number): void {
      if (productId === null) return
      for (const image of content.images) {
        // A package that was deleted while the unit was written has no version any more.
        if (image.packageId === null || imagePath(options, image) === undefined) continue
        const pack = options.packages.row(image.packageId)
        if (pack.productId === productId)
          options.devices.recordVersion({ id: deviceId, productId }, pack.module, pack.version)
      }
    },
  }
}
