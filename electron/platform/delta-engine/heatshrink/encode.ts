/** Writes numbers bit by bit, the most significant bit first; the last byte is padded with zero bits. */
interface BitWriter {
  readonly bytes: Uint8Array
  put(value: number, bits: number): void
}

/** @param size the final number of bytes. */
const createBitWriter = (size: number): BitWriter => {
  const bytes = new Uint8Array(size)
  let at = 0
  return {
    bytes,
    put(value, bits) {
      for (let bit = bits - 1; bit >= 0; bit--, at++) {
        if ((value >> bit) & 1) bytes[at >> 3] = (bytes[at >> 3] as number) | (0x80 >> (at & 7))
      }
    },
  }
}

/** The parameters of a stream; a decoder needs the same ones. */
export interface HeatshrinkOptions {
  /** Bits of a distance: a decoder needs 2^windowBits bytes. */
  readonly windowBits: number
  /** Bits of a length, below `windowBits`. */
  readonly lookAheadBits: number
}

/** Bits of a literal with its flag. */
const LITERAL_BITS = 9

/** Two bytes start a hash chain. */
const CHAINS = 1 << 16

const NOBODY = -1

/**
 * The longest match at every position (0: none of two bytes), and its distance. A match that could begin one byte earlier
 * continues the match of the position before; so at a position within a run (mostly zeros) only the starts of runs can give a
 * longer match. They have their own chains, which makes runs almost free.
 */
const findMatches = (bytes: Uint8Array, windowBits: number, longest: number) => {
  const windowSize = 1 << windowBits
  const lengths = new Uint16Array(bytes.length)
  const distances = new Uint16Array(bytes.length)
  // No match is farther back than the window, so a ring buffer for the window and the position itself is enough.
  const ring = 2 * windowSize - 1
  const createChains = () => ({ heads: new Int32Array(CHAINS).fill(NOBODY), earlier: new Int32Array(ring + 1) })
  const keep = (chains: ReturnType<typeof createChains>, pair: number, at: number): void => {
    chains.earlier[at & ring] = chains.heads[pair] as number
    chains.heads[pair] = at
  }
  const all = createChains()
  const starts = createChains()
  for (let at = 0; at + 1 < bytes.length; at++) {
    const pair = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
    const limit = Math.min(longest, bytes.length - at)
    const isWithinRun = at > 0 && bytes[at - 1] === bytes[at]
    const inherited = at > 0 ? (lengths[at - 1] as number) - 1 : 0
    let best = 1
    if (inherited > 1) {
      const distance = distances[at - 1] as number
      best = inherited
      while (best < limit && bytes[at - distance + best] === bytes[at + best]) best++
      distances[at] = distance
    }
    // When the match before has the maximum length, another match may continue farther.
    const { heads, earlier } = isWithinRun && inherited < longest - 1 ? starts : all
    for (
      let from = heads[pair] as number;
      best < limit && from !== NOBODY && at - from <= windowSize;
      from = earlier[from & ring] as number
    ) {
      if (bytes[from + best] !== bytes[at + best]) continue
      let length = 2
      while (length < limit && bytes[from + length] === bytes[at + length]) length++
      if (length <= best) continue
      best = length
      distances[at] = at - from
    }
    lengths[at] = best > 1 ? best : 0
    keep(all, pair, at)
    if (!isWithinRun) keep(starts, pair, at)
  }
  return { lengths, distances }
}

/**
 * Compresses like heatshrink (bit stream of version 0.4): bit 1 and a literal, or bit 0, distance-1 and length-1. Every match
 * costs the same, and the rest of the stream never costs more from a later position, so only the longest match competes with a
 * literal. The choice is made from the end, so the stream has the minimum number of bits.
 */
export const encodeHeatshrink = (bytes: Uint8Array, { windowBits, lookAheadBits }: HeatshrinkOptions): Uint8Array => {
  const longest = 1 << lookAheadBits
  const matchBits = 1 + windowBits + lookAheadBits
  const { lengths, distances } = findMatches(bytes, windowBits, longest)
  // The costs of the rest from each position; a match never reaches beyond this ring buffer.
  const costs = new Float64Array(2 * longest)
  const ring = costs.length - 1
  for (let at = bytes.length - 1; at >= 0; at--) {
    const withLiteral = LITERAL_BITS + (costs[(at + 1) & ring] as number)
    const length = lengths[at] as number
    const withMatch = length === 0 ? Number.POSITIVE_INFINITY : matchBits + (costs[(at + length) & ring] as number)
    costs[at & ring] = Math.min(withLiteral, withMatch)
    if (withLiteral <= withMatch) lengths[at] = 0
  }
  const writer = createBitWriter(Math.ceil((costs[0] as number) / 8))
  for (let at = 0; at < bytes.length; ) {
    const length = lengths[at] as number
    if (length === 0) {
      writer.put(1, 1)
      writer.put(bytes[at] as number, 8)
      at++
    } else {
      writer.put(0, 1)
      writer.put((distances[at] as number) - 1, windowBits)
      writer.put(length - 1, lookAheadBits)
      at += length
    }
  }
  return writer.bytes
}
