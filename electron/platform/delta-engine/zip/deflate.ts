import { inflateRawSync } from 'node:zlib'
import { Deflate } from 'pako'

/** How a stream was deflated: the arguments of zlib's deflateInit2; window and strategy always have their defaults. */
export interface DeflateSettings {
  /** 1-9 */
  readonly level: number
  /** 8 nearly everywhere, or 9. */
  readonly memLevel: number
}

const memLevels = [8, 9]
const levels = [6, 9, 1, 5, 8, 7, 4, 3, 2]

/** All settings that are tried, the frequent ones first. */
export const allSettings: readonly DeflateSettings[] = memLevels.flatMap((memLevel) =>
  levels.map((level) => ({ level, memLevel })),
)

/** Bytes that are deflated between two comparisons of the output. */
const SLICE = 1 << 16

/**
 * Deflates exactly like stock zlib, bit for bit: pako 2.1.0 is a port of it, while node:zlib contains a different one.
 * @param expected stops and returns undefined as soon as the output differs.
 */
const deflate = (
  bytes: Uint8Array,
  { level, memLevel }: DeflateSettings,
  expected?: Uint8Array,
): Uint8Array | undefined => {
  const deflater = new Deflate({ raw: true, level: level as 1, memLevel, windowBits: 15 })
  const parts: Uint8Array[] = []
  let made = 0
  let isOther = false
  deflater.onData = (part) => {
    const chunk = part as Uint8Array
    parts.push(chunk)
    if (expected && Buffer.compare(chunk, expected.subarray(made, made + chunk.length)) !== 0) isOther = true
    made += chunk.length
  }
  for (let at = 0; !isOther; at += SLICE) {
    const isLast = at + SLICE >= bytes.length
    deflater.push(bytes.subarray(at, at + SLICE), isLast)
    if (isLast) break
  }
  return isOther || (expected && made !== expected.length) ? undefined : Buffer.concat(parts)
}

/** The stream that stock zlib writes for these bytes. */
export const deflateAgain = (bytes: Uint8Array, settings: DeflateSettings): Uint8Array =>
  deflate(bytes, settings) ?? new Uint8Array(0)

/** Whether these settings produce exactly this stream. */
export const gives = (bytes: Uint8Array, settings: DeflateSettings, stream: Uint8Array): boolean =>
  deflate(bytes, settings, stream) !== undefined

/** The content of a stream; undefined when it is corrupt or does not have `size` bytes. Never produces more than that. */
export const inflate = (stream: Uint8Array, size: number): Uint8Array | undefined => {
  try {
    const bytes = inflateRawSync(stream, { maxOutputLength: Math.max(1, size) })
    return bytes.length === size ? bytes : undefined
  } catch {
    return undefined
  }
}
