import { randomBytes } from 'node:crypto'
import { demoImage } from '../image.ts'
import { type DfuTargetOptions, dfuTarget } from './dfu.ts'
import type { TargetClock, UsbTargetFactory } from './target.ts'

export const demoDfuName = 'demo-usb-board-1.0.0.bin'
const IMAGE_BYTES = 96 * 1024

/** A made-up program for the simulated boards: it begins with a vector table (ARMv7-M ARM, B1.5.3). */
export const demoDfuImage = (): Buffer => {
  const image = Buffer.from(demoImage(64, IMAGE_BYTES))
  image.writeUInt32LE(0x2002_0000, 0)
  image.writeUInt32LE(0x0800_0189, 4)
  return image
}

/** The faults of bad boards, in turn. */
const faults: readonly Partial<DfuTargetOptions>[] = [
  { writeProtected: [0x0800_8000] },
  { faults: [{ kind: 'unplug', step: 'write', after: 20 }] },
  { isProtected: true },
  { faults: [{ kind: 'nack', step: 'erase', after: 1 }] },
]

/** A new board in its ROM bootloader. @param bad its number among the bad boards; undefined: the board has no fault. */
export const demoDfuBoard = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly usb: UsbTargetFactory } => {
  // As ST's ROM makes it of the chip's unique id: 12 hex digits.
  const serialNumber = Buffer.from([...randomBytes(5), 0x31])
    .toString('hex')
    .toUpperCase()
  const wrong = bad === undefined ? {} : faults[bad % faults.length]
  return { serialNumber, usb: dfuTarget({ clock, serialNumber, afterLeave: 'app', ...wrong }) }
}
