/** Bytes, or names of longer symbols. */
type Text = Uint8Array | Int32Array

/** Longest image that is sorted by every byte; of longer ones every fourth suffix is, which needs a quarter of the memory. */
export const SPARSE_ABOVE = 32 << 20

/** Suffixes of an image in the order of their bytes. */
export interface SuffixArray {
  /** Positions of the suffixes, in bytes divided by `step`. */
  readonly order: Int32Array
  /** Only suffixes at multiples of it are there: 1 or 4. */
  readonly step: number
}

/** Start of the first symbol (`ends` false) or past the last one (`ends` true) of every symbol's bucket. */
const bucketBounds = (counts: Int32Array, bounds: Int32Array, ends: boolean): void => {
  let sum = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol] as number
    bounds[symbol] = ends ? sum + count : sum
    sum += count
  }
}

/**
 * Sorts the suffixes of `text`, whose symbols are below `alphabet`, in linear time.
 * @param order where to, of the length of the text; what is in it does not matter
 * SA-IS: Nong, Zhang, Chan, "Two Efficient Algorithms for Linear Time Suffix Array Construction", 2011.
 */
const sortSuffixes = (text: Text, alphabet: number, order = new Int32Array(text.length)): Int32Array => {
  const n = text.length
  if (n < 2) return order.fill(0)
  // 1: the suffix is smaller than the one after it (type S in the paper); the last is larger than the empty one (type L).
  const isSmaller = new Uint8Array(n)
  const counts = new Int32Array(alphabet)
  counts[text[n - 1] as number] = 1
  for (let i = n - 2; i >= 0; i--) {
    const here = text[i] as number
    const next = text[i + 1] as number
    isSmaller[i] = here === next ? (isSmaller[i + 1] as number) : here < next ? 1 : 0
    counts[here] = (counts[here] as number) + 1
  }
  const bounds = new Int32Array(alphabet)

  /** Orders all suffixes from leftmost-S ones in order (paper, algorithm of figure 3). */
  const induce = (leftmost: Int32Array): void => {
    order.fill(-1)
    bucketBounds(counts, bounds, true)
    for (let k = leftmost.length - 1; k >= 0; k--) {
      const at = leftmost[k] as number
      const symbol = text[at] as number
      const slot = (bounds[symbol] as number) - 1
      bounds[symbol] = slot
      order[slot] = at
    }
    bucketBounds(counts, bounds, false)
    const last = text[n - 1] as number
    const lastSlot = bounds[last] as number
    order[lastSlot] = n - 1
    bounds[last] = lastSlot + 1
    for (let k = 0; k < n; k++) {
      const at = (order[k] as number) - 1
      if (at < 0 || isSmaller[at] === 1) continue
      const symbol = text[at] as number
      const slot = bounds[symbol] as number
      order[slot] = at
      bounds[symbol] = slot + 1
    }
    bucketBounds(counts, bounds, true)
    for (let k = n - 1; k >= 0; k--) {
      const at = (order[k] as number) - 1
      if (at < 0 || isSmaller[at] === 0) continue
      const symbol = text[at] as number
      const slot = (bounds[symbol] as number) - 1
      bounds[symbol] = slot
      order[slot] = at
    }
  }

  let found = 0
  for (let i = 1; i < n; i++) if (isSmaller[i] === 1 && isSmaller[i - 1] === 0) found++
  const leftmost = new Int32Array(found)
  // Two of them never touch, so that half of a position names one.
  const indexOf = new Int32Array((n >> 1) + 1)
  for (let i = 1, k = 0; i < n; i++) {
    if (isSmaller[i] === 0 || isSmaller[i - 1] === 1) continue
    indexOf[i >> 1] = k
    leftmost[k++] = i
  }
  induce(leftmost)
  if (found < 2) return order

  // Nothing else of the order is needed now: its front takes the leftmost ones as sorted, its end the inner text.
  const sorted = order.subarray(0, found)
  for (let i = 0, k = 0; i < n; i++) {
    const at = order[i] as number
    if (at > 0 && isSmaller[at] === 1 && isSmaller[at - 1] === 0) sorted[k++] = at
  }
  const names = order.subarray(n - found)
  let name = 0
  names[indexOf[(sorted[0] as number) >> 1] as number] = 0
  for (let k = 1; k < found; k++) {
    const a = sorted[k - 1] as number
    const b = sorted[k] as number
    const aIndex = indexOf[a >> 1] as number
    const bIndex = indexOf[b >> 1] as number
    const aEnd = aIndex + 1 < found ? (leftmost[aIndex + 1] as number) : n
    const bEnd = bIndex + 1 < found ? (leftmost[bIndex + 1] as number) : n
    let same = aEnd - a === bEnd - b && aEnd < n && bEnd < n
    for (let i = 0; same && i <= aEnd - a; i++) same = text[a + i] === text[b + i]
    if (!same) name++
    names[bIndex] = name
  }
  if (name + 1 < found) {
    const inner = sortSuffixes(names, name + 1, sorted)
    for (let k = 0; k < found; k++) sorted[k] = leftmost[inner[k] as number] as number
  }
  leftmost.set(sorted)
  induce(leftmost)
  return order
}

/**
 * Replaces every four bytes by the rank of their value: two passes of a radix sort, by 16 bits each. `spare` is of the
 * same length, for whoever needs one: with large images every array counts.
 */
const rankWords = (bytes: Uint8Array) => {
  const words = Math.ceil(bytes.length / 4)
  const half = (word: number, low: boolean): number => {
    const at = word * 4 + (low ? 2 : 0)
    return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  }
  const byLow = new Int32Array(words)
  const sorted = new Int32Array(words)
  for (const low of [true, false]) {
    const starts = new Int32Array(65537)
    for (let word = 0; word < words; word++) {
      const digit = half(word, low) + 1
      starts[digit] = (starts[digit] as number) + 1
    }
    for (let digit = 0; digit < 65536; digit++)
      starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number)
    for (let k = 0; k < words; k++) {
      const word = low ? k : (byLow[k] as number)
      const digit = half(word, low)
      const slot = starts[digit] as number
      if (low) byLow[slot] = word
      else sorted[slot] = word
      starts[digit] = slot + 1
    }
  }
  const names = byLow
  let name = 0
  for (let k = 0; k < words; k++) {
    const word = sorted[k] as number
    const before = k === 0 ? word : (sorted[k - 1] as number)
    if (half(word, false) !== half(before, false) || half(word, true) !== half(before, true)) name++
    names[word] = name
  }
  return { names, alphabet: name + 1, spare: sorted }
}

/** @param step 1: every suffix; 4: those at multiples of four, which takes 6 bytes of memory for a byte of the image instead of 8. */
export const buildSuffixArray = (bytes: Uint8Array, step: 1 | 4 = bytes.length > SPARSE_ABOVE ? 4 : 1): SuffixArray => {
  if (step === 1) return { order: sortSuffixes(bytes, 256), step }
  const { names, alphabet, spare } = rankWords(bytes)
  return { order: sortSuffixes(names, alphabet, spare), step }
}
