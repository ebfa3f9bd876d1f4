import type { MadeFormat } from '../diff/engine.ts'

/** Bytes from the start of a patch that are looked at. */
export const HEAD_BYTES = 64

const begins = (head: Uint8Array, bytes: readonly number[]): boolean =>
  head.length >= bytes.length && bytes.every((byte, at) => head[at] === byte)

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')]

/**
 * The format of a patch by its first bytes (design of the formats; BSDIFF40: bsdiff(1); zstd: RFC 8878 3.1.1; Espressif:
 * esp_delta_ota). detools without Espressif's header has no mark, so it must be named; undefined: none of ours.
 */
export const recognise = (head: Uint8Array): MadeFormat | undefined => {
  if (begins(head, ascii('BSDIFF40'))) return 'bsdiff'
  if (begins(head, ascii('hI'))) return 'hpatch-lite'
  if (begins(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd'
  if (begins(head, [0x10, 0xde, 0xcc, 0xfc])) return 'detools-espressif'
  return undefined
}
