/*
 * The part of CBOR (RFC 8949) that the small decoders in units know: integers, byte and text strings, lists and maps of definite length,
 * true and false. Anything else is refused, as they do.
 */

export type CborValue =
  | number
  | boolean
  | string
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue }

const head = (major: number, value: number): number[] => {
  const first = major << 5
  if (value < 24) return [first | value]
  if (value < 0x100) return [first | 24, value]
  if (value < 0x1_0000) return [first | 25, value >>> 8, value & 0xff]
  return [first | 26, (value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
}

/** A value as bytes. */
export const cborOf = (value: CborValue): number[] => {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4]
  if (typeof value === 'string') {
    const text = Buffer.from(value)
    return [...head(3, text.length), ...text]
  }
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value]
  if (Array.isArray(value)) return [...head(4, value.length), ...value.flatMap(cborOf)]
  const entries = Object.entries(value)
  return [...head(5, entries.length), ...entries.flatMap(([key, one]) => [...cborOf(key), ...cborOf(one)])]
}

/** Reads one map that fills `bytes`. @returns undefined: it is none, or of a kind that units do not know. */
export const cborMap = (bytes: Uint8Array): Record<string, CborValue> | undefined => {
  let at = 0
  const unknown = new Error('not known')
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw unknown
    at += count
    return bytes.subarray(at - count, at)
  }
  const argument = (short: number): number => {
    if (short < 24) return short
    if (short > 26) throw unknown
    return take(1 << (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  const item = (): CborValue => {
    const [first = 0] = take(1)
    const major = first >>> 5
    if (first === 0xf4 || first === 0xf5) return first === 0xf5
    if (major > 5) throw unknown
    const count = argument(first & 31)
    if (major === 0) return count
    if (major === 1) return -1 - count
    if (major === 2) return Uint8Array.from(take(count))
    if (major === 3) return Buffer.from(take(count)).toString()
    if (major === 4) return Array.from({ length: count }, item)
    return Object.fromEntries(Array.from({ length: count }, () => [String(item()), item()]))
  }
  try {
    if ((bytes[0] ?? 0) >>> 5 !== 5) return undefined
    const map = item()
    return at === bytes.length ? (map as Record<string, CborValue>) : undefined
  } catch {
    return undefined
  }
}
