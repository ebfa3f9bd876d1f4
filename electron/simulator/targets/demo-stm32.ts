import { randomBytes } from 'node:crypto'
import { demoImage } from '../image.ts'
import { atLineSpeed } from './line-speed.ts'
import { type Stm32TargetOptions, stm32Target } from './stm32.ts'
import { stm32Models } from './stm32-models.ts'
import type { TargetClock, TargetFactory } from './target.ts'

export const demoStm32Name = 'demo-board-1.0.0.bin'
const IMAGE_BYTES = 48 * 1024

/** A made-up program for the simulated boards: it begins with a vector table (ARMv7-M ARM, B1.5.3), because the bench looks for one. */
export const demoStm32Image = (): Buffer => {
  const image = Buffer.from(demoImage(48, IMAGE_BYTES))
  image.writeUInt32LE(0x2002_0000, 0)
  image.writeUInt32LE(0x0800_0189, 4)
  return image
}

/** The faults of bad boards, in turn. */
const faults: readonly Pick<Stm32TargetOptions, 'faults' | 'worn' | 'isProtected' | 'model'>[] = [
  { worn: [0x2345] },
  { faults: [{ kind: 'unplug', step: 'write', after: 60 }] },
  { isProtected: true },
  { model: stm32Models.f1 },
  { faults: [{ kind: 'nack', step: 'erase' }] },
]

/** A new board, at the speed of its line. @param bad its number among the bad boards; undefined: the board has no fault. */
export const demoStm32Board = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly target: TargetFactory } => {
  const unit = randomBytes(12)
  const wrong = bad === undefined ? {} : faults[bad % faults.length]
  return {
    serialNumber: unit.toString('hex').toUpperCase(),
    target: atLineSpeed(stm32Target({ clock, model: stm32Models.f4, unit, ...wrong }), clock),
  }
}
