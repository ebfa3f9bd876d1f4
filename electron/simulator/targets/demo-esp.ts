import { createHash, randomBytes } from 'node:crypto'
import { demoImage } from '../image.ts'
import { type EspRomOptions, espRom } from './esp-rom.ts'
import { atLineSpeed } from './line-speed.ts'
import type { TargetClock, TargetFactory } from './target.ts'

export const demoEspName = 'demo-esp32-c3-1.0.0.bin'
const IMAGE_BYTES = 192 * 1024
const HEADER_BYTES = 24
const SEGMENT_HEADER_BYTES = 8
const FLASH_BYTES = 1024 * 1024
/** The first three bytes of Espressif's MACs (the vendor's identifier). */
const OUI = [0x24, 0x0a, 0xc4]

/** A made-up program for an ESP32-C3: header, one segment, checksum and SHA-256 (esptool, "Firmware Image Format"). */
export const demoEspImage = (): Buffer => {
  const image = Buffer.alloc(HEADER_BYTES + SEGMENT_HEADER_BYTES + IMAGE_BYTES + 16 + 32)
  image.set([0xe9, 1, 2, 0])
  image.writeUInt32LE(0x4038_0000, 4)
  image.writeUInt16LE(5, 12)
  image[23] = 1
  image.writeUInt32LE(0x4038_0000, HEADER_BYTES)
  image.writeUInt32LE(IMAGE_BYTES, HEADER_BYTES + 4)
  const data = demoImage(32, IMAGE_BYTES)
  image.set(data, HEADER_BYTES + SEGMENT_HEADER_BYTES)
  const end = image.length - 32
  image[end - 1] = data.reduce((sum, byte) => sum ^ byte, 0xef)
  image.set(createHash('sha256').update(image.subarray(0, end)).digest(), end)
  return image
}

/** The faults of bad boards, in turn. */
const faults: readonly Partial<EspRomOptions>[] = [
  { worn: [0x2345] },
  { faults: [{ kind: 'unplug', step: 'write', after: 7 }] },
  { flashEncryption: true },
  { chip: 'esp32s3' },
  { noBootPin: true, running: true },
]

/** A new board, at the speed of its line. @param bad its number among the bad boards; undefined: the board has no fault. */
export const demoEspBoard = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly target: TargetFactory } => {
  const mac = Buffer.from([...OUI, ...randomBytes(3)])
  const wrong = bad === undefined ? {} : faults[bad % faults.length]
  const rom = espRom({ chip: 'esp32c3', mac, flashSize: FLASH_BYTES, ...wrong })
  return { serialNumber: mac.toString('hex').toUpperCase(), target: atLineSpeed(rom.attach, clock) }
}
