import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError } from '../delta-format.ts'

const NEGATIVE = 0x40
const MORE = 0x80

/** First byte: bit 7 continuation, bit 6 sign, 6 bits of value; then groups of 7 bits, the lowest first. */
export const packSize = (value: number): Uint8Array => {
  let rest = Math.abs(value)
  const bytes = [(value < 0 ? NEGATIVE : 0) | (rest % 64)]
  rest = Math.floor(rest / 64)
  while (rest > 0) {
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) | MORE
    bytes.push(rest % 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from(bytes)
}

/** @throws BadDeltaError above 2^31, which decoders on devices do not support, or when the bytes end. */
export const takeSize = (source: Pick<ByteSource, 'next'>): number => {
  let byte = source.next()
  const isNegative = (byte & NEGATIVE) !== 0
  let value = byte & 63
  let factor = 64
  while (byte >= MORE) {
    byte = source.next()
    value += (byte & 127) * factor
    factor *= 128
    if (value > 0x7fffffff || factor > 2 ** 48) throw new BadDeltaError('NUMBER_TOO_LARGE')
  }
  return isNegative ? -value : value
}
