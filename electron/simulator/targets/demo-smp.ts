import { randomBytes } from 'node:crypto'
import { demoImage } from '../image.ts'
import { atLineSpeed } from './line-speed.ts'
import { type SmpTargetOptions, smpTarget } from './smp.ts'
import { mcubootImage } from './smp-images.ts'
import type { TargetClock, TargetFactory } from './target.ts'

export const demoSmpName = 'demo-sensor-1.0.0.signed.bin'
const IMAGE_BYTES = 40 * 1024

/** A made-up program for the simulated boards, packed for MCUboot. */
export const demoSmpImage = (): Buffer => mcubootImage(demoImage(48, IMAGE_BYTES), { major: 1 })

/** The faults of bad boards, in turn. */
const faults: readonly Partial<SmpTargetOptions>[] = [
  { wrongKey: true },
  { faults: [{ kind: 'unplug', step: 'write', after: 20 }] },
  { stuckAt: 16 * 1024 },
  { needsTouch: true },
  { faults: [{ kind: 'nack', step: 'write', after: 8 }] },
]

/** A new board in recovery, at the speed of its line. @param bad its number among the bad boards; undefined: the board has no fault. */
export const demoSmpBoard = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly target: TargetFactory } => {
  const wrong = bad === undefined ? {} : faults[bad % faults.length]
  const options: SmpTargetOptions = { clock, mode: 'recovery', most: 1024, tellsMost: true, eraseMs: 1_500, ...wrong }
  return {
    serialNumber: randomBytes(8).toString('hex').toUpperCase(),
    target: atLineSpeed(smpTarget(options), clock),
  }
}
