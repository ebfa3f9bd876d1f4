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
  /** The chip revisions that it runs on; undefined for ESP8266, which has none. */
  readonly revisions: RevisionRange | undefined
  /** Whether a signature for secure boot follows: then no byte may be changed. */
  readonly signed: boolean
}

/** Chip revisions as Espressif counts them: 100 times the major number plus the minor one, so 301 is v3.1. */
export interface RevisionRange {
  readonly min: number
  /** Undefined: no limit. */
  readonly max: number | undefined
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

const noRevisionLimit = 0xffff
const esp32c3 = 5

/**
 * The revisions of an extended header (ESP-IDF, esp_image_header_t): byte 14 as older builds have it, bytes 15 to 18 since ESP-IDF 4.4.
 * Byte 14 is the major number, except for the ESP32-C3, where it is the minor one (esptool, write-flash).
 */
const revisionsOf = (bytes: Uint8Array): RevisionRange => {
  const [old = 0, minLow = 0, minHigh = 0, maxLow = 0, maxHigh = 0] = bytes.subarray(14, 19)
  const min = minLow | (minHigh << 8)
  const max = maxLow | (maxHigh << 8)
  const isOldHeader = max === 0 || (max === noRevisionLimit && min === 0 && old !== 0)
  if (isOldHeader) return { min: bytes[12] === esp32c3 ? old : old * 100, max: undefined }
  return { min, max: max === noRevisionLimit ? undefined : max }
}

const signatureSector = 4096
/** ESP-IDF, "Secure Boot V1": a version word of 0 and an ECDSA signature. */
const signatureV1Size = 68

/**
 * Whether a signature follows the image that ends at `end`. ESP-IDF, "Secure Boot V2": blocks that begin with 0xE7 and version 2 or 3, in
 * the sector after the image padded to whole sectors.
 */
const signatureFollows = (bytes: Uint8Array, end: number): boolean => {
  for (let at = Math.ceil(end / signatureSector) * signatureSector; at < bytes.length; at += signatureSector) {
    const [magicByte, version] = bytes.subarray(at, at + 2)
    if (magicByte === 0xe7 && (version === 2 || version === 3)) return true
    // Signing pads apps to 64 KB, with 0xFF.
    if (magicByte !== 0xff) break
  }
  const tail = bytes.subarray(end)
  return tail.length === signatureV1Size && tail.subarray(0, 4).every((byte) => byte === 0) && tail[4] !== 0xff
}

/** The chip that an image's header names, without any check of the image; undefined for unknown ones. */
export const chipInHeader = (bytes: Uint8Array): string | undefined => {
  if (!looksLikeEspImage(bytes)) return undefined
  return isEsp8266(bytes) ? 'ESP8266' : espImageChips[(bytes[12] ?? 0) | ((bytes[13] ?? 0) << 8)]
}

/** Why an image cannot be used: its chip is unknown, its end is missing, or its checksum or digest is wrong. */
type Fault = 'ESP_IMAGE_BROKEN' | 'ESP_IMAGE_TRUNCATED' | 'ESP_IMAGE_CHECKSUM' | 'ESP_IMAGE_DIGEST'

const modern = (bytes: Uint8Array): EspImage | Fault => {
  const chip = espImageChips[(bytes[12] ?? 0) | ((bytes[13] ?? 0) << 8)]
  const appended = bytes[23] ?? 0
  if (bytes.length < extendedSize) return 'ESP_IMAGE_TRUNCATED'
  if (!chip || appended > 1) return 'ESP_IMAGE_BROKEN'
  const body = walk(bytes, extendedSize)
  if (!body) return 'ESP_IMAGE_TRUNCATED'
  if (!body.right) return 'ESP_IMAGE_CHECKSUM'
  const end = body.checksumAt + 1
  // The upper half of byte 3: a power of two in MB (esptool, "Firmware Image Format").
  const flashSize = 2 ** (20 + ((bytes[3] ?? 0) >> 4))
  const size = appended === 0 ? end : end + digestSize
  if (size > bytes.length) return 'ESP_IMAGE_TRUNCATED'
  const known = { chip, size, flashSize, revisions: revisionsOf(bytes), signed: signatureFollows(bytes, size) }
  if (appended === 0) return { ...known, digestAt: undefined }
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest()
  return digest.compare(bytes.subarray(end, size)) === 0 ? { ...known, digestAt: end } : 'ESP_IMAGE_DIGEST'
}

/** The first segment begins right behind the header, in RAM; later chips have pin settings there. */
const isEsp8266 = (bytes: Uint8Array): boolean => (bytes[11] ?? 0) >= ramHigh

const esp8266 = (bytes: Uint8Array): EspImage | Fault => {
  if (!isEsp8266(bytes)) return 'ESP_IMAGE_BROKEN'
  const body = walk(bytes, headerSize)
  if (!body) return 'ESP_IMAGE_TRUNCATED'
  if (!body.right) return 'ESP_IMAGE_CHECKSUM'
  const size = body.checksumAt + 1
  return { chip: 'ESP8266', size, flashSize: undefined, digestAt: undefined, revisions: undefined, signed: false }
}

/**
 * The image at the beginning of the bytes, with checksum and digest verified.
 * @throws FlashError ESP_IMAGE_BROKEN, ESP_IMAGE_TRUNCATED, ESP_IMAGE_CHECKSUM, ESP_IMAGE_DIGEST.
 */
export const parseEspImage = (bytes: Uint8Array, name: string): EspImage => {
  const readers = isEsp8266(bytes) ? [esp8266, modern] : [modern]
  const results = readers.map((read) => read(bytes))
  const image = results.find((result) => typeof result !== 'string') ?? results[0]
  if (image === undefined || typeof image === 'string') throw new FlashError(image ?? 'ESP_IMAGE_BROKEN', { name })
  return image
}
