import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError } from '../delta-format.ts'
import type { HeatshrinkOptions } from './encode.ts'

/**
 * Decodes a heatshrink stream on demand, with the window as its only memory, as a device does. A distance before the first byte
 * reads zeros, as in the decoders in the field, which clear their window at the start.
 * @throws BadDeltaError from both calls of the returned source, when the stream ends.
 */
export const decodeHeatshrink = (bytes: Uint8Array, { windowBits, lookAheadBits }: HeatshrinkOptions): ByteSource => {
  const window = new Uint8Array(1 << windowBits)
  const mask = window.length - 1
  const end = bytes.length * 8
  let at = 0
  let made = 0
  let pending = 0
  let distance = 0

  const take = (bits: number): number => {
    if (at + bits > end) throw new BadDeltaError('DATA_INCOMPLETE')
    let value = 0
    for (let i = 0; i < bits; i++, at++) value = (value << 1) | (((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1)
    return value
  }

  const put = (byte: number): number => {
    window[made & mask] = byte
    made = (made + 1) & mask
    return byte
  }

  const next = (): number => {
    if (pending === 0) {
      if (take(1) === 1) return put(take(8))
      distance = take(windowBits) + 1
      pending = take(lookAheadBits) + 1
    }
    pending--
    return put(window[(made - distance) & mask] as number)
  }

  return {
    next,
    fill(target) {
      for (let i = 0; i < target.length; i++) target[i] = next()
    },
  }
}
