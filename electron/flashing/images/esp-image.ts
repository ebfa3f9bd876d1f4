import { createHash } from 'node:crypto'
import { FlashError } from '../flasher.ts'

/** Chip ids of an image's extended header (ESP-IDF, esp_chip_id_t in esp_app_format.h; esptool's IMAGE_CHIP_ID). */
export const espImageChips: Readonly<Record<number, string>> = {
  0: 'ESP32',
  2: 'ESP32-S2',
  5: 'ESP32-C3',
  9: 'ESP32-S3',
  12: 'ESP32-C2',
  13: 'ESP32-C6',
  16: 'ESP32-H2',
  18: 'ESP32-P4',
  20: 'ESP32-C61',
  23: 'ESP32-C5',
  25: 'ESP32-H21',
  28: 'ESP32-H4',
  31: 'ESP32-E22',
  32: 'ESP32-S31',
}

/** ESP-IDF, "App Image Format"; esptool, "Firmware Image Format". */
const magic = 0xe9
/** ESP8266 with a second bootloader: a flash-mapped segment, then an image with the usual magic. */
const magicV2 = 0xea
const segmentsV2 = 4
const modeLimit = 5
/** No chip runs code below 0x20000000. */
const entryLowest = 0x20
const ramHigh = 0x3f
const headerSize = 8
const extendedSize = 24
const segmentLimit = 16
const digestSize = 32

export interface EspImage {
  /** As esptool names it. */
  readonly chip: string
  /** Bytes up to the end of checksum and digest; signatures and other partitions may follow. */
  readonly size: number
  /** Bytes of flash that it is built for; undefined where its header does not say. */
  readonly flashSize: number | undefined
  /** Where the appended SHA-256 begins, undefined where there is none. */
  readonly digestAt: number | undefined
}

/** Whether the bytes begin with an image header. The magic alone is too weak: one in 256 data files begins with it. */
export const looksLikeEspImage = (bytes: Uint8Array): boolean => {
  const [first, segments = 0, mode = 0xff, , , , , entryHigh = 0] = bytes
  return first === magic && segments > 0 && segments <= segmentLimit && mode <= modeLimit && entryHigh >= entryLowest
}

/** Whether a ROM starts what begins here; ESP8266 also takes images of the second kind. */
export const looksBootable = (bytes: Uint8Array): boolean =>
  looksLikeEspImage(bytes) || (bytes[0] === magicV2 && bytes[1] === segmentsV2)

/** XOR of all bytes, in 32-bit words where the alignment allows, because images have megabytes. */
const xorOf = (bytes: Uint8Array): number => {
  const head = bytes.byteOffset % 4 === 0 ? 0 : Math.min(bytes.length, 4 - (bytes.byteOffset % 4))
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + head, (bytes.length - head) >> 2)
  let both = 0
  for (const word of words) both ^= word
  let sum = (both ^ (both >> 8) ^ (both >> 16) ^ (both >> 24)) & 0xff
  for (const byte of bytes.subarray(0, head)) sum ^= byte
  for (const byte of bytes.subarray(head + words.length * 4)) sum ^= byte
  return sum
}

/** Position of the checksum byte behind the segments, and whether it is right; undefined where the segments exceed the file. */
const walk = (bytes: Uint8Array, from: number) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const segments = bytes[1] ?? 0
  if (segments === 0 || segments > segmentLimit) return undefined
  let at = from
  let sum = 0xef
  for (let index = 0; index < segments; index++) {
    if (at + 8 > bytes.length) return undefined
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size
    if (end > bytes.length) return undefined
    sum ^= xorOf(bytes.subarray(at + 8, end))
    at = end
  }
  // The checksum is the last byte of a 16-byte row.
  const checksumAt = (at | 15) >>> 0
  return checksumAt < bytes.length ? { checksumAt, right: bytes[checksumAt] === sum } : undefined
}

const modern = (bytes: Uint8Array, name: string): EspImage | undefined => {
  const chip = espImageChips[(bytes[12] ?? 0) | ((bytes[13] ?? 0) << 8)]
  const appended = bytes[23] ?? 0
  if (!chip || appended > 1) return undefined
  const body = walk(bytes, extendedSize)
  if (!body?.right) return undefined
  const end = body.checksumAt + 1
  // The upper half of byte 3: a power of two in MB (esptool, "Firmware Image Format").
  const flashSize = 2 ** (20 + ((bytes[3] ?? 0) >> 4))
  if (appended === 0) return { chip, size: end, flashSize, digestAt: undefined }
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest()
  if (digest.compare(bytes.subarray(end, end + digestSize)) !== 0) throw new FlashError('ESP_IMAGE_DIGEST', { name })
  return { chip, size: end + digestSize, flashSize, digestAt: end }
}

const esp8266 = (bytes: Uint8Array): EspImage | undefined => {
  // The first segment begins right behind the header, in RAM; later chips have pin settings there.
  if (bytes.length < headerSize + 4 || (bytes[11] ?? 0) < ramHigh) return undefined
  const body = walk(bytes, headerSize)
  return body?.right
    ? { chip: 'ESP8266', size: body.checksumAt + 1, flashSize: undefined, digestAt: undefined }
    : undefined
}

/** The image at the beginning of the bytes, with checksum and digest verified. @throws FlashError ESP_IMAGE_BROKEN, ESP_IMAGE_DIGEST. */
export const parseEspImage = (bytes: Uint8Array, name: string): EspImage => {
  const image = modern(bytes, name) ?? esp8266(bytes)
  if (!image) throw new FlashError('ESP_IMAGE_BROKEN', { name })
  return image
}
