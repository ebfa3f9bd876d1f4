import type { SuffixArray } from './suffix-array.ts'

/** Finds the longest stretch of an image that a place in another begins with. Results are its fields: no object for every place. */
export interface Matcher {
  /** Where the stretch begins in the old image. */
  readonly position: number
  /** Its bytes; 0 when nothing was found. */
  readonly length: number
  /** Searches the old image for what begins at `at` in the new one. */
  search(at: number): void
}

/** Narrows every search to the suffixes with the same first two bytes. */
const startsOfPairs = (before: Uint8Array, { order, step }: SuffixArray): Int32Array => {
  const starts = new Int32Array(65537)
  for (let at = 0; at < before.length; at += step) {
    const pair = ((before[at] as number) << 8) | (before[at + 1] ?? 0)
    starts[pair + 1] = (starts[pair + 1] as number) + 1
  }
  for (let pair = 0; pair < 65536; pair++) starts[pair + 1] = (starts[pair + 1] as number) + (starts[pair] as number)
  if (starts[65536] !== order.length) throw new RangeError('not the suffixes of this image')
  return starts
}

/** Binary search over the suffixes (Manber, Myers 1993), which never compares again what both ends share already. */
export const createMatcher = (before: Uint8Array, after: Uint8Array, suffixes: SuffixArray): Matcher => {
  const { order, step } = suffixes
  const starts = startsOfPairs(before, suffixes)
  const oldSize = before.length
  const newSize = after.length
  const match = {
    position: 0,
    length: 0,
    search(at: number): void {
      match.length = 0
      if (at + 1 >= newSize) return
      const pair = ((after[at] as number) << 8) | (after[at + 1] as number)
      let low = starts[pair] as number
      let high = starts[pair + 1] as number
      // Both ends begin with the pair; the suffix of a single last byte is the one exception.
      let lowShared = 0
      let highShared = 0
      let best = 0
      let bestAt = 0
      while (low < high) {
        const middle = (low + high) >>> 1
        const from = (order[middle] as number) * step
        let shared = lowShared < highShared ? lowShared : highShared
        const limit = Math.min(oldSize - from, newSize - at)
        while (shared < limit && before[from + shared] === after[at + shared]) shared++
        if (shared >= best) {
          best = shared
          bestAt = from
        }
        if (shared === newSize - at) break
        if (shared === limit || (before[from + shared] as number) < (after[at + shared] as number)) {
          low = middle + 1
          lowShared = shared
        } else {
          high = middle
          highShared = shared
        }
      }
      match.length = best
      match.position = bestAt
    },
  }
  return match
}
