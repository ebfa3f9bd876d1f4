import { smp } from '../../../electron/flashing/families/smp/index.ts'
import { type SmpStep, SmpTarget, type SmpTargetOptions } from '../../../electron/simulator/targets/smp.ts'
import { mcubootImage } from '../../../electron/simulator/targets/smp-images.ts'
import { image, type Subject, subject } from './subject.ts'

/** A unit with MCUboot or a Zephyr application. */
export const smpSubject = (
  name: string,
  options: Subject['options'],
  kind: Omit<SmpTargetOptions, 'clock' | 'faults'>,
): Subject => {
  const files = Array.from({ length: kind.images ?? 1 }, (_, at) =>
    mcubootImage(image(9_001, at + 1), { major: 2 + at }),
  )
  const regions = files.map((bytes, at) => ({
    address: 0,
    bytes: new Uint8Array(bytes),
    name: `image${at}.signed.bin`,
  }))
  const isApplication = kind.mode === 'application'
  return subject<SmpStep>({
    name,
    family: smp,
    options,
    regions,
    steps: ['echo', 'list', 'begin', 'write', ...(isApplication ? (['activate'] as const) : []), 'reset'],
    survives: ['echo', 'list', 'begin', 'write', 'activate', 'reset'],
    // A bootloader that was written starts its program by any reset; an application must be seen.
    afterwards: isApplication ? [] : ['reset'],
    passing: { kind: 'nack', step: 'write', after: 3, times: 1 },
    unit: (clock, faults) => {
      let target: SmpTarget | undefined
      const running = isApplication ? mcubootImage(image(4_000, 9)) : undefined
      return {
        attach: (line) => {
          target = new SmpTarget(line, { ...kind, clock, faults, ...(running && { running }) })
          return target
        },
        holds: () =>
          regions.every(({ bytes }, at) => {
            const slot = target?.images[at]?.[0]
            return slot?.size === bytes.length && bytes.every((byte, index) => slot.flash[index] === byte)
          }),
        changed: () => (target?.erased ?? 0) > 0,
      }
    },
  })
}
