import { inflateRawSync } from 'node:zlib'
import { Deflate } from 'pako'

/** How a stream was deflated: what zlib's deflateInit2 takes; window and strategy are always the default ones. */
export interface DeflateSettings {
  /** 1-9 */
  readonly level: number
  /** 8 as nearly everywhere, or 9. */
  readonly memLevel: number
}

const memLevels = [8, 9]
const levels = [6, 9, 1, 5, 8, 7, 4, 3, 2]

/** Every way that is tried, the frequent ones first. */
export const allSettings: readonly DeflateSettings[] = memLevels.flatMap((memLevel) =>
  levels.map((level) => ({ level, memLevel })),
)

/** Bytes that are deflated between two looks at what came out. */
const SLICE = 1 << 16

/**
 * Deflates as stock zlib does, bit for bit: pako 2.1.0 is a port of it, node:zlib has another one inside.
 * @param expected stops, and gives undefined, as soon as something else comes out.
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

/** The stream that stock zlib makes of these bytes. */
export const deflateAgain = (bytes: Uint8Array, settings: DeflateSettings): Uint8Array =>
  deflate(bytes, settings) ?? new Uint8Array(0)

/** Whether these settings give exactly this stream. */
export const gives = (bytes: Uint8Array, settings: DeflateSettings, stream: Uint8Array): boolean =>
  deflate(bytes, settings, stream) !== undefined

/** What a stream holds; undefined where it is broken or holds another number of bytes than `size`. Never makes more than that. */
export const inflate = (stream: Uint8Array, size: number): Uint8Array | undefined => {
  try {
    const bytes = inflateRawSync(stream, { maxOutputLength: Math.max(1, size) })
    return bytes.length === size ? bytes : undefined
  } catch {
    return undefined
  }
}
