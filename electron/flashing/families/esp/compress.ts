import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, deflate } from 'node:zlib'

/** An image as it is sent. */
export interface Compressed {
  /** Padded to a multiple of four bytes, as flash is written; the digest covers the padding. */
  readonly size: number
  readonly stream: Uint8Array
  /** Lower-case hex. */
  readonly md5: string
}

const wordSize = 4
const hashSlice = 512 * 1024
const inPool = promisify(deflate)
const known = new WeakMap<Uint8Array, Promise<Compressed>>()

const padded = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length % wordSize === 0) return bytes
  const whole = new Uint8Array(Math.ceil(bytes.length / wordSize) * wordSize).fill(0xff)
  whole.set(bytes)
  return whole
}

const digest = async (bytes: Uint8Array): Promise<string> => {
  const hash = createHash('md5')
  for (let from = 0; from < bytes.length; from += hashSlice) {
    hash.update(bytes.subarray(from, from + hashSlice))
    await nextTurn()
  }
  return hash.digest('hex')
}

const compress = async (bytes: Uint8Array): Promise<Compressed> => {
  const whole = padded(bytes)
  const [stream, md5] = await Promise.all([inPool(whole, { level: constants.Z_BEST_COMPRESSION }), digest(whole)])
  return { size: whole.length, stream: new Uint8Array(stream), md5 }
}

/**
 * Deflates an image in zlib's threads, once for all slots that are given the same array. The result is kept as long as the array, which
 * must not change.
 */
export const compressed = (bytes: Uint8Array): Promise<Compressed> => {
  const before = known.get(bytes)
  if (before) return before
  const made = compress(bytes)
  known.set(bytes, made)
  return made
}
