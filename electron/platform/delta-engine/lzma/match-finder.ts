import { LONGEST_MATCH } from './model.ts'

/** This many equal bytes form a run. Deltas contain many runs of zero differences. */
const RUN = 4

/** Bytes of the longer key. */
const LONG = 16

/** The maximum number of positions that are tried for a match: those with the same short key and those with the same long one. */
const DEPTH = 8
const LONG_DEPTH = 16

const NOWHERE = -1

/** Finds earlier matches. Results are its fields, to avoid one object per position. */
interface MatchFinder {
  /** The number of matches found. */
  readonly count: number
  /** Their lengths in bytes, ascending; the last is the longest. */
  readonly lengths: Int32Array
  /** Their distances, minus 1. */
  readonly distances: Int32Array
  /** Finds the matches at `at`. Every position must be either searched or skipped, once, in order. */
  find(at: number): void
  /** Skips a position; later searches can still match it. */
  pass(at: number): void
}

/** Positions with the same key, the latest first; positions outside the window are dropped. */
interface Chains {
  readonly heads: Int32Array
  readonly earlier: Int32Array
}

/**
 * Hash chains, like those of the LZMA SDK: the latest position with the same two bytes, the latest with the same three, chains of
 * positions with the same four bytes, and chains of positions with the same sixteen, because the first few of many positions are
 * seldom the best. Positions in a run would fill these chains, so the ends of runs have their own chains, keyed by the bytes that
 * follow. A match in one run is then found from any position in another.
 * @param enough a match of this length ends the search.
 */
export const createMatchFinder = (bytes: Uint8Array, dictionarySize: number, enough: number): MatchFinder => {
  const size = bytes.length
  const window = Math.max(1, Math.min(dictionarySize, size))
  const windowBits = Math.ceil(Math.log2(window))
  const mask = 2 ** windowBits - 1
  const hashBits = Math.min(Math.max(windowBits + 1, 12), 20)
  const heads = (): Int32Array => new Int32Array(2 ** hashBits).fill(NOWHERE)
  const createChains = (): Chains => ({ heads: heads(), earlier: new Int32Array(mask + 1) })
  const pairs = heads()
  const triples = heads()
  const fours = createChains()
  const longs = createChains()
  const runs = createChains()
  const longRuns = createChains()
  /** The length of the run that ends at a position. */
  const runLengths = new Int32Array(mask + 1)
  const lengths = new Int32Array(LONGEST_MATCH + 1)
  const distances = new Int32Array(LONGEST_MATCH + 1)
  /** The latest run. */
  let runStart = 0
  let runEnd = 0
  let count = 0

  // Knuth's multiplicative hash (The Art of Computer Programming, volume 3, 6.4).
  const hash = (value: number): number => Math.imul(value, 0x9e3779b1) >>> (32 - hashBits)
  const pairAt = (at: number): number => (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
  const tripleAt = (at: number): number => pairAt(at) | ((bytes[at + 2] as number) << 16)
  const fourAt = (at: number): number => tripleAt(at) | ((bytes[at + 3] as number) << 24)
  /** The key of the latest run: its byte and the bytes that follow it. */
  const runHash = (): number => hash(tripleAt(runEnd) | ((bytes[runEnd - 1] as number) << 24))
  const hasLong = (at: number): boolean => at + LONG <= size
  const longHash = (at: number): number => {
    let value = 0
    for (let i = 0; i < LONG; i++) value = Math.imul(value, 0x01000193) + (bytes[at + i] as number)
    return hash(value)
  }

  const isInRun = (at: number): boolean => {
    if (at + RUN <= runEnd) return true
    const byte = bytes[at]
    if (bytes[at + 1] !== byte || bytes[at + 2] !== byte || bytes[at + 3] !== byte) return false
    runStart = at
    runEnd = at + RUN
    while (runEnd < size && bytes[runEnd] === byte) runEnd++
    return true
  }

  /** Whether the latest run has ended, so that the following bytes are known. */
  const hasEnd = (): boolean => runEnd + 2 < size

  const keepAs = (chains: Chains, head: number, at: number): void => {
    chains.earlier[at & mask] = chains.heads[head] as number
    chains.heads[head] = at
  }

  /** Stores the end of a run when its last position is passed. */
  const keepRun = (at: number): void => {
    if (at + RUN !== runEnd || !hasEnd()) return
    runLengths[runEnd & mask] = runEnd - runStart
    keepAs(runs, runHash(), runEnd)
    if (hasLong(runEnd)) keepAs(longRuns, longHash(runEnd), runEnd)
  }

  const keep = (at: number): void => {
    pairs[hash(pairAt(at))] = at
    triples[hash(tripleAt(at))] = at
    keepAs(fours, hash(fourAt(at)), at)
    if (hasLong(at)) keepAs(longs, longHash(at), at)
  }

  const longest = (): number => (count > 0 ? (lengths[count - 1] as number) : 1)

  const add = (length: number, distance: number): void => {
    // The same position again, where the match turned out to be longer.
    if (count > 0 && distances[count - 1] === distance) count--
    lengths[count] = length
    distances[count] = distance
    count++
  }

  /** Tries the positions of a chain. @returns whether the search can stop. */
  const tryPlaces = (
    chains: Chains,
    head: number,
    depth: number,
    at: number,
    oldest: number,
    limit: number,
  ): boolean => {
    const first = bytes[at]
    let best = longest()
    let from = chains.heads[head] as number
    for (let left = depth; left > 0 && from >= oldest; left--) {
      // A longer match must also share the byte after the best match so far.
      if (bytes[from + best] === bytes[at + best] && bytes[from] === first) {
        let length = 1
        while (length < limit && bytes[from + length] === bytes[at + length]) length++
        if (length > best) {
          best = length
          add(length, at - from - 1)
          if (length >= enough || length === limit) return true
        }
      }
      from = chains.earlier[from & mask] as number
    }
    return false
  }

  /** The same for the ends of runs, when `rest` bytes of the run remain at `at`. */
  const tryRuns = (
    chains: Chains,
    head: number,
    depth: number,
    at: number,
    rest: number,
    oldest: number,
    limit: number,
  ): boolean => {
    let best = longest()
    let end = chains.heads[head] as number
    for (let left = depth; left > 0 && end - rest >= oldest; left--) {
      const back = runEnd - end
      if ((runLengths[end & mask] as number) >= rest && bytes[end - 1] === bytes[at]) {
        let length = rest
        while (length < limit && bytes[at - back + length] === bytes[at + length]) length++
        if (length > best) {
          best = length
          add(length, back - 1)
          if (length >= enough || length === limit) return true
        }
      }
      end = chains.earlier[end & mask] as number
    }
    return false
  }

  const findInRun = (at: number, oldest: number, limit: number): void => {
    const rest = Math.min(runEnd - at, limit)
    if (at > runStart) add(rest, 0)
    if (rest === limit || !hasEnd()) return
    if (tryRuns(runs, runHash(), DEPTH, at, rest, oldest, limit)) return
    if (hasLong(runEnd)) tryRuns(longRuns, longHash(runEnd), LONG_DEPTH, at, rest, oldest, limit)
  }

  const findElsewhere = (at: number, oldest: number, limit: number): void => {
    const pair = pairs[hash(pairAt(at))] as number
    if (pair >= oldest && pairAt(pair) === pairAt(at)) add(2, at - pair - 1)
    const triple = triples[hash(tripleAt(at))] as number
    if (triple >= oldest && tripleAt(triple) === tripleAt(at)) add(3, at - triple - 1)
    if (tryPlaces(fours, hash(fourAt(at)), DEPTH, at, oldest, limit)) return
    if (hasLong(at)) tryPlaces(longs, longHash(at), LONG_DEPTH, at, oldest, limit)
  }

  return {
    get count() {
      return count
    },
    lengths,
    distances,
    find(at) {
      count = 0
      if (at + RUN > size) return
      const oldest = Math.max(0, at - window)
      const limit = Math.min(LONGEST_MATCH, size - at)
      if (isInRun(at)) {
        findInRun(at, oldest, limit)
        keepRun(at)
      } else {
        findElsewhere(at, oldest, limit)
        keep(at)
      }
    },
    pass(at) {
      if (at + RUN > size) return
      if (isInRun(at)) keepRun(at)
      else keep(at)
    },
  }
}
