import { createHash } from 'node:crypto'

/** An ESP image as Espressif's tools make it: header, segments, checksum, and a SHA-256 for all but the ESP8266. */
export const espImage = (chipId: number | 'esp8266', size: number, seed = 1, flashMegabytes = 4): Uint8Array => {
  const old = chipId === 'esp8266'
  const header = old ? 8 : 24
  const body = new Uint8Array(size)
  // Half code-like noise, half repetition: deflates like firmware does.
  for (let index = 0, state = seed; index < size; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    body[index] = index % 64 < 32 ? state >>> 24 : index >> 8
  }
  const end = (((header + 8 + size) | 15) >>> 0) + 1
  const image = new Uint8Array(end + (old ? 0 : 32))
  const view = new DataView(image.buffer)
  image.set([0xe9, 1, 2, Math.log2(flashMegabytes) << 4])
  view.setUint32(4, old ? 0x4010_0000 : 0x4008_1000, true)
  if (!old) {
    view.setUint16(12, chipId, true)
    image[23] = 1
  }
  view.setUint32(header, old ? 0x4010_0000 : 0x4008_0000, true)
  view.setUint32(header + 4, size, true)
  image.set(body, header + 8)
  image[end - 1] = body.reduce((sum, byte) => sum ^ byte, 0xef)
  if (!old) image.set(createHash('sha256').update(image.subarray(0, end)).digest(), end)
  return image
}

/** A row of a partition table: label, type, subtype, offset, size. */
export type TableRow = readonly [label: string, type: number, subtype: number, offset: number, size: number]

/** A partition table as gen_esp32part makes it: rows, the row with their MD5, and 0xFF to 3 KiB. */
export const tableOf = (...rows: readonly TableRow[]): Uint8Array => {
  const table = new Uint8Array(0xc00).fill(0xff)
  const view = new DataView(table.buffer)
  rows.forEach(([label, type, subtype, offset, size], index) => {
    const at = index * 32
    table.fill(0, at, at + 32)
    table.set([0xaa, 0x50, type, subtype], at)
    view.setUint32(at + 4, offset, true)
    view.setUint32(at + 8, size, true)
    table.set(new TextEncoder().encode(label), at + 12)
  })
  const end = rows.length * 32
  table.set([0xeb, 0xeb], end)
  table.set(createHash('md5').update(table.subarray(0, end)).digest(), end + 16)
  return table
}

/** A partition table of these app partitions, the first one the factory app. */
export const partitionTable = (...apps: readonly (readonly [offset: number, size: number])[]): Uint8Array =>
  tableOf(
    ...apps.map(
      ([offset, size], index): TableRow => [
        index === 0 ? 'factory' : `ota_${index - 1}`,
        0,
        index === 0 ? 0 : 0x0f + index,
        offset,
        size,
      ],
    ),
  )

/** What a build writes into an image about itself. */
export interface ImageFacts {
  readonly kind?: 'app' | 'bootloader'
  readonly version?: string
  readonly project?: string
  /** Revisions as the header has them: 301 is v3.1. */
  readonly revisions?: readonly [min: number, max: number]
  /** Appends a signature block of secure boot V2 that nobody verifies. */
  readonly signed?: boolean
}

const put = (bytes: Uint8Array, at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at)

/** An image with a descriptor (esp_app_desc_t, esp_bootloader_desc_t), revisions and signature. */
export const describedImage = (chipId: number, size: number, facts: ImageFacts = {}, megabytes = 4): Uint8Array => {
  const image = espImage(chipId, size, 1, megabytes)
  const view = new DataView(image.buffer)
  const segment = image.subarray(32, 32 + size)
  if (facts.kind === 'app') {
    segment.fill(0, 0, 256)
    view.setUint32(32, 0xabcd5432, true)
    put(segment, 16, facts.version ?? '1.0.0')
    put(segment, 48, facts.project ?? 'blink')
  }
  if (facts.kind === 'bootloader') {
    segment.fill(0, 0, 80)
    segment[0] = 0x50
    put(segment, 8, facts.version ?? 'v5.5')
  }
  if (facts.revisions) {
    view.setUint16(15, facts.revisions[0], true)
    view.setUint16(17, facts.revisions[1], true)
  }
  const end = image.length - 32
  image[end - 1] = segment.reduce((sum, byte) => sum ^ byte, 0xef)
  image.set(createHash('sha256').update(image.subarray(0, end)).digest(), end)
  if (!facts.signed) return image
  const signed = new Uint8Array((Math.ceil(image.length / 4096) + 1) * 4096).fill(0xff)
  signed.set(image)
  signed.set([0xe7, 2, 0, 0], signed.length - 4096)
  return signed
}

/** The image with revisions in its extended header (bytes 14 to 18) and a new digest. */
export const withRevisions = (image: Uint8Array, old: number, min: number, max: number): Uint8Array => {
  const copy = image.slice()
  const view = new DataView(copy.buffer)
  copy[14] = old
  view.setUint16(15, min, true)
  view.setUint16(17, max, true)
  copy.set(createHash('sha256').update(copy.subarray(0, -32)).digest(), copy.length - 32)
  return copy
}

/** The image as `espsecure sign-data --version 2` leaves it: padded to a sector, then a sector with one signature block. */
export const signedV2 = (image: Uint8Array): Uint8Array => {
  const at = Math.ceil(image.length / 4096) * 4096
  const signed = new Uint8Array(at + 4096).fill(0xff)
  signed.set(image)
  signed.set([0xe7, 2, 0, 0], at)
  signed.fill(0x5a, at + 4, at + 1216)
  return signed
}
