/** Bytes, or numbers that name longer substrings. */
type Text = Uint8Array | Int32Array

/** The start of every bucket. */
const setStarts = (counts: Int32Array, bounds: Int32Array): void => {
  let sum = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    bounds[symbol] = sum
    sum += counts[symbol] as number
  }
}

/** The end (exclusive) of every bucket. */
const setEnds = (counts: Int32Array, bounds: Int32Array): void => {
  let sum = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    sum += counts[symbol] as number
    bounds[symbol] = sum
  }
}

/**
 * Positions of the leftmost-S suffixes, ascending: each is smaller than the suffix after it (type S in the paper), and the suffix
 * before it is not (type L).
 */
const findLeftmost = (text: Text): Int32Array => {
  // Two of them are never adjacent.
  const found = new Int32Array(text.length >> 1)
  let slot = found.length
  let isSmaller = false
  let next = text[text.length - 1] as number
  for (let at = text.length - 2; at >= 0; at--) {
    const here = text[at] as number
    if (here < next) {
      isSmaller = true
    } else if (here > next) {
      if (isSmaller) found[--slot] = at + 1
      isSmaller = false
    }
    next = here
  }
  return found.subarray(slot)
}

/** Sorts all suffixes of a text, starting from the leftmost-S suffixes. */
interface Inducer {
  readonly order: Int32Array
  /** Sorts all suffixes, given the leftmost-S suffixes in order (paper, algorithm of figure 3). */
  induce(leftmost: Int32Array): void
  /** As `induce`, given the leftmost-S suffixes in any order: sorts only these, by their bytes up to the next leftmost-S suffix. */
  sortLeftmost(leftmost: Int32Array): Int32Array
}

/**
 * When a suffix is written, the symbol before it is known, so the sign of the written value records whether the suffix before it
 * is induced in the same pass. The types of suffixes are never looked up (as in Mori's sais-lite).
 */
const createInducer = (text: Text, alphabet: number): Inducer => {
  const n = text.length
  const order = new Int32Array(n)
  const counts = new Int32Array(alphabet)
  for (let at = 0; at < n; at++) counts[text[at] as number] = (counts[text[at] as number] as number) + 1
  const bounds = new Int32Array(alphabet)

  const place = (leftmost: Int32Array): void => {
    order.fill(0)
    setEnds(counts, bounds)
    for (let k = leftmost.length - 1; k >= 0; k--) {
      const at = leftmost[k] as number
      const symbol = text[at] as number
      const slot = (bounds[symbol] as number) - 1
      bounds[symbol] = slot
      order[slot] = at
    }
  }
  /** Suffixes of type L, from the smallest on. The signs of all entries are inverted for the next pass. */
  const induceLarger = (): void => {
    setStarts(counts, bounds)
    const last = text[n - 1] as number
    const first = bounds[last] as number
    order[first] = n > 1 && (text[n - 2] as number) < last ? ~(n - 1) : n - 1
    bounds[last] = first + 1
    for (let k = 0; k < n; k++) {
      const at = order[k] as number
      order[k] = ~at
      if (at <= 0) continue
      const symbol = text[at - 1] as number
      const slot = bounds[symbol] as number
      order[slot] = at > 1 && (text[at - 2] as number) < symbol ? ~(at - 1) : at - 1
      bounds[symbol] = slot + 1
    }
  }
  /** Suffixes of type S, from the largest on. Each bucket's start remains in its bound, and the signs of leftmost ones are inverted. */
  const induceSmaller = (): void => {
    setEnds(counts, bounds)
    for (let k = n - 1; k >= 0; k--) {
      const at = order[k] as number
      if (at <= 0) continue
      const symbol = text[at - 1] as number
      const slot = (bounds[symbol] as number) - 1
      order[slot] = at === 1 || (text[at - 2] as number) > symbol ? ~(at - 1) : at - 1
      bounds[symbol] = slot
    }
  }
  return {
    order,
    induce(leftmost) {
      place(leftmost)
      induceLarger()
      induceSmaller()
      for (let k = 0; k < n; k++) if ((order[k] as number) < 0) order[k] = ~(order[k] as number)
    },
    sortLeftmost(leftmost) {
      place(leftmost)
      induceLarger()
      induceSmaller()
      const sorted = new Int32Array(leftmost.length)
      let size = 0
      let end = 0
      for (let symbol = 0; symbol < alphabet; symbol++) {
        end += counts[symbol] as number
        for (let k = bounds[symbol] as number; k < end; k++) {
          const at = ~(order[k] as number)
          if (at > 0) sorted[size++] = at
        }
      }
      return sorted
    },
  }
}

/** Numbers the substrings between leftmost-S suffixes by their order; equal substrings get the same number. In the order of the text. */
const nameStretches = (text: Text, leftmost: Int32Array, sorted: Int32Array) => {
  const n = text.length
  const found = leftmost.length
  // Half of a position is a unique index.
  const indexOf = new Int32Array((n >> 1) + 1)
  for (let k = 0; k < found; k++) indexOf[(leftmost[k] as number) >> 1] = k
  const names = new Int32Array(found)
  let name = 0
  let before = -1
  let beforeEnd = -1
  for (let k = 0; k < found; k++) {
    const at = sorted[k] as number
    const index = indexOf[at >> 1] as number
    const end = index + 1 < found ? (leftmost[index + 1] as number) : n
    let same = k > 0 && end - at === beforeEnd - before && end < n && beforeEnd < n
    for (let i = 0; same && i <= end - at; i++) same = text[at + i] === text[before + i]
    if (k > 0 && !same) name++
    names[index] = name
    before = at
    beforeEnd = end
  }
  return { names, alphabet: name + 1 }
}

/**
 * Positions of all suffixes of `text`, in sorted order; its symbols are below `alphabet`. Linear time, SA-IS: Nong, Zhang, Chan,
 * "Two Efficient Algorithms for Linear Time Suffix Array Construction", 2011.
 */
export const sortSuffixes = (text: Text, alphabet: number): Int32Array => {
  if (text.length < 2) return new Int32Array(text.length)
  const leftmost = findLeftmost(text)
  const found = leftmost.length
  const inducer = createInducer(text, alphabet)
  let sorted = found < 2 ? leftmost : inducer.sortLeftmost(leftmost)
  const inner = nameStretches(text, leftmost, sorted)
  if (inner.alphabet < found)
    sorted = sortSuffixes(inner.names, inner.alphabet).map((index) => leftmost[index] as number)
  inducer.induce(sorted)
  return inducer.order
}
