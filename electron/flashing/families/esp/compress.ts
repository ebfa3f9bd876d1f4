import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, deflate } from 'node:zlib'

/** An image as it goes over the line. */
export interface Compressed {
  /** Padded to a multiple of four bytes, as flash is written; what the digest is of. */
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
 * An image deflated, once for all slots that are given the same array, in zlib's threads; kept for as long as the array is. Whoever
 * flashes many units hands the same array to each and does not change it.
 */
export const compressed = (bytes: Uint8Array): Promise<Compressed> => {
  const before = known.get(bytes)
  if (before) return before
  const made = compress(bytes)
  known.set(bytes, made)
  return made
}
