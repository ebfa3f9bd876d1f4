import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError } from '../delta-format.ts'

/** Groups of 7 bits, the highest first; bit 7 means that more follow. The first group may have fewer bits, with flags above them. */
export const putVarint = (out: number[], value: number, firstBits = 7, flags = 0): void => {
  const groups: number[] = []
  let rest = value
  while (rest >= 2 ** firstBits) {
    groups.push(rest % 128)
    rest = Math.floor(rest / 128)
  }
  const more = 2 ** firstBits
  out.push(flags | rest | (groups.length > 0 ? more : 0))
  for (let i = groups.length - 1; i >= 0; i--) out.push((groups[i] as number) | (i > 0 ? 128 : 0))
}

/** Continues from the value bits of the first byte. @throws BadDeltaError above 2^53, which is not a valid size or position. */
export const restOfVarint = (source: ByteSource, start: number, isMore: boolean): number => {
  let value = start
  for (let more = isMore; more; ) {
    const byte = source.next()
    value = value * 128 + (byte & 127)
    if (!Number.isSafeInteger(value)) throw new BadDeltaError('NUMBER_TOO_LARGE')
    more = byte >= 128
  }
  return value
}

/** @throws BadDeltaError above 2^53 or when the bytes end. */
export const takeVarint = (source: ByteSource): number => restOfVarint(source, 0, true)
