import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN } from '#shared/limits.ts'
import type { RunLogLine, Unit } from '#shared/schema.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { imagePath } from './recipe-images.ts'
import type { RecipeRow } from './recipe-store.ts'
import { logText } from './run-end.ts'

export type DeviceRegistration = ReturnType<typeof createDeviceRegistration>

/** Registers a unit that passed as a device of the recipe's product, with the versions that were written, so that its first upgrade knows its base. */
export const createDeviceRegistration = ({ clock, logger }: BenchContext, options: BenchOptions) => {
  const nameOf = (unit: Unit): string | undefined =>
    [unit.serial, unit.id].find((name) => name !== null && DEVICE_NAME_PATTERN.test(name)) ?? undefined

  return {
    /** The id of the device, created if needed; null, with a line in the log, if it cannot be registered. */
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
