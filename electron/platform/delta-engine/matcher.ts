import { createPaddingIndex, findPadding, type Padding, PERIOD, SHORTEST_PADDING } from './padding.ts'

/** Bytes of a gram: the minimum that two stretches must share to be compared. */
const GRAM = 5

/** The hash shifts by this many bits per byte: after five bytes the oldest has left the 32 bits. */
const BYTE_BITS = 7

/** Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4): the top bits of the product are well mixed. */
const GOLDEN = 0x9e3779b1 | 0

/** The number of positions of a gram that are compared on each side of the expected one; it limits the work per byte. */
const NEARBY = 8

const LARGEST_TABLE_BITS = 22

/** For longer images only every second position is indexed: 2 bytes of memory per byte of the image instead of 4. */
export const SPARSE_ABOVE = 32 << 20

/** Finds where a position of the new image continues in the old one. Results are its fields, to avoid one object per position. */
interface Matcher {
  /** The start of the stretch in the old image. */
  readonly position: number
  /** Its length in bytes; 0 when nothing was found. */
  readonly length: number
  /** The number of bytes compared by all searches so far. */
  readonly compared: number
  /**
   * Searches the old image for the bytes at `at` in the new one. `expected` is the position if nothing has moved: the stretch
   * there is the result, of any length, unless another stretch is longer by more than `worth`. Among equally long stretches the
   * nearest wins.
   */
  search(at: number, expected: number): void
}

/** All positions of an image by the hash of their gram: bucket h is `places[ends[h - 1]..ends[h]]`, ascending. */
interface GramIndex {
  readonly ends: Int32Array
  readonly places: Int32Array
  /** The number of hash bits that are ignored. */
  readonly shift: number
}

/** Writes every position from `from` on, before `to`, into the next slot of its bucket, and advances that slot. */
const fillBuckets = (
  image: Uint8Array,
  step: 1 | 2,
  { ends: slots, places, shift }: GramIndex,
  from: number,
  to: number,
): void => {
  let hash = 0
  for (let i = from; i < from + GRAM - 1; i++) hash = (hash << BYTE_BITS) + (image[i] as number)
  for (let at = from; at < to; at++) {
    hash = (hash << BYTE_BITS) + (image[at + GRAM - 1] as number)
    if ((at & (step - 1)) !== 0) continue
    const bucket = Math.imul(hash, GOLDEN) >>> shift
    const slot = slots[bucket] as number
    slots[bucket] = slot + 1
    places[slot] = at
  }
}

/**
 * The stretches of positions that are indexed. Of padding these are the first period and what a new image with less padding could
 * continue in; the rest is found through the padding's bounds.
 */
const indexedStretches = (
  size: number,
  { starts, ends }: Padding,
): readonly (readonly [from: number, to: number])[] => {
  const stretches: (readonly [number, number])[] = []
  let from = 0
  for (let k = 0; k < starts.length; k++) {
    stretches.push([from, (starts[k] as number) + PERIOD])
    from = (ends[k] as number) - SHORTEST_PADDING + PERIOD
  }
  return [...stretches, [from, size - GRAM + 1]]
}

/** A counting sort: two passes over the image, with 4 bytes of memory for each position that is indexed. */
const indexGrams = (image: Uint8Array, step: 1 | 2, padding: Padding): GramIndex => {
  const stretches = indexedStretches(image.length, padding)
  const firstOf = (at: number): number => Math.ceil(at / step)
  const count = stretches.reduce((sum, [from, to]) => sum + Math.max(0, firstOf(to) - firstOf(from)), 0)
  const bits = Math.min(LARGEST_TABLE_BITS, Math.max(8, 29 - Math.clz32(count * step)))
  const slots = new Int32Array(1 << bits)
  const index = { ends: slots, places: new Int32Array(count), shift: 32 - bits }
  if (count === 0) return index
  // With all slots at 0, the first pass counts. Its writes are overwritten later; it uses the same code so that the JIT compiles it only once.
  for (const [from, to] of stretches) fillBuckets(image, step, index, from, to)
  let sum = 0
  for (let bucket = 0; bucket < slots.length; bucket++) {
    const inBucket = slots[bucket] as number
    slots[bucket] = sum
    sum += inBucket
  }
  for (const [from, to] of stretches) fillBuckets(image, step, index, from, to)
  return index
}

/** The number of equal bytes of two images, from a position each. */
const sharedBytes = (before: Uint8Array, from: number, after: Uint8Array, at: number): number => {
  const limit = Math.min(before.length - from, after.length - at)
  let shared = 0
  while (shared < limit && before[from + shared] === after[at + shared]) shared++
  return shared
}

/** The first slot from `low` on, before `high`, whose position is not before `place`; `high` when there is none. */
const firstFrom = (places: Int32Array, low: number, high: number, place: number): number => {
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle] as number) < place) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * A matcher by grams. For a gram with many positions it compares only the nearest ones: matches there give the smallest deltas,
 * and stretches that moved far are found by their rarer grams.
 * @param step 1: every position of `before` is indexed; 2: every second, and a stretch is found by its second byte at the latest
 */
export const createMatcher = (
  before: Uint8Array,
  after: Uint8Array,
  worth: number,
  step: 1 | 2 = before.length > SPARSE_ABOVE ? 2 : 1,
): Matcher => {
  const oldPadding = findPadding(before)
  const { ends, places, shift } = indexGrams(before, step, oldPadding)
  const padding = createPaddingIndex(before, oldPadding, after, NEARBY)
  const { starts: paddingStarts, ends: paddingEnds } = findPadding(after)
  /** The first stretch of padding in the new image that ends behind the position of the last search. */
  let stretch = 0
  /** The bytes of padding from a position of the new image on. */
  const paddingFrom = (at: number): number => {
    if (stretch > 0 && at < (paddingEnds[stretch - 1] as number)) stretch = 0
    while (stretch < paddingEnds.length && (paddingEnds[stretch] as number) <= at) stretch++
    return stretch < paddingEnds.length && (paddingStarts[stretch] as number) <= at
      ? (paddingEnds[stretch] as number) - at
      : 0
  }
  const match = {
    position: 0,
    length: 0,
    compared: 0,
    search(at: number, expected: number): void {
      const usual = expected < 0 || expected >= before.length ? 0 : sharedBytes(before, expected, after, at)
      match.position = expected
      match.length = usual
      match.compared += usual
      // The minimum useful length. Its last byte is compared first, then the byte at the end of the usual stretch, which avoids nearly all comparisons.
      let wanted = Math.max(usual + worth + 1, GRAM)
      if (at + wanted > after.length) return
      const left = paddingFrom(at)
      if (left >= SHORTEST_PADDING) {
        padding.offer(at, left, expected, (from, shared) => {
          const more = shared === left ? sharedBytes(before, from + shared, after, at + shared) : 0
          const length = shared + more
          match.compared += more + PERIOD
          if (length < wanted) return
          if (length === match.length && Math.abs(from - expected) >= Math.abs(match.position - expected)) return
          match.length = length
          match.position = from
          wanted = length
        })
        return
      }
      let hash = 0
      for (let i = 0; i < GRAM; i++) hash = (hash << BYTE_BITS) + (after[at + i] as number)
      const bucket = Math.imul(hash, GOLDEN) >>> shift
      let first = bucket === 0 ? 0 : (ends[bucket - 1] as number)
      let end = ends[bucket] as number
      if (end - first > 2 * NEARBY) {
        const middle = firstFrom(places, first, end, expected)
        first = Math.max(first, middle - NEARBY)
        end = Math.min(end, middle + NEARBY)
      }
      const unusual = after[at + usual] as number
      let last = after[at + wanted - 1] as number
      for (let k = first; k < end; k++) {
        const from = places[k] as number
        if (from + wanted > before.length || before[from + wanted - 1] !== last) continue
        if (before[from + usual] !== unusual) continue
        const length = sharedBytes(before, from, after, at)
        match.compared += length
        if (length < wanted) continue
        if (length === match.length && from - expected > expected - match.position) continue
        match.length = length
        match.position = from
        // Before the expected position, a later match of the same length is nearer; after it, farther away.
        wanted = from < expected ? length : length + 1
        if (at + wanted > after.length) return
        last = after[at + wanted - 1] as number
      }
    },
  }
  return match
}
