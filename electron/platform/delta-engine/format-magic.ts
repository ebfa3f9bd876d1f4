import type { DeltaCodec } from './delta-format.ts'

/**
 * The constants that identify the format of a delta: each format writes its own from here, and `recognise` reads them. Separate
 * from the formats, so that the serving thread need not load their compressors.
 */

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

/** esp_delta_ota's magic, a little-endian word. */
export const ESPRESSIF_MAGIC = 0xfccdde10
const espressif = Buffer.alloc(4)
espressif.writeUInt32LE(ESPRESSIF_MAGIC)

/**
 * The first bytes of a delta: BSDIFF40 (bsdiff(1)); "hI" (HPatchLite); zstd's frame (RFC 8878 3.1.1); "ZV" (docs/diff-formats.md
 * §7). detools has none.
 */
export const marks = {
  bsdiff: ascii('BSDIFF40'),
  'hpatch-lite': ascii('hI'),
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
  'detools-espressif': espressif,
  zip: ascii('ZV'),
} as const satisfies Readonly<Partial<Record<DeltaCodec['name'], Buffer>>>

/** detools' delta type 0 (sequential) in bits 4-6, compression 4 (heatshrink) in bits 0-3. */
export const SEQUENTIAL_HEATSHRINK = 0x04

/** The parameters that detools and Espressif's component use: a window of 256 bytes. */
export const deviceHeatshrink = { windowBits: 8, lookAheadBits: 7 } as const

/** The byte of heatshrink's parameters: the window's bits minus 4, the look-ahead's minus 3. */
export const heatshrinkFigures = ({ windowBits, lookAheadBits }: typeof deviceHeatshrink): number =>
  ((windowBits - 4) << 4) | (lookAheadBits - 3)
