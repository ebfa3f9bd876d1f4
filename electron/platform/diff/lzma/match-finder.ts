import { LONGEST_MATCH } from './model.ts'

/** So many equal bytes are a run. Patches are full of them: differences of 0. */
const RUN = 4

/** Places that are tried for a match, at most, of those with the same four bytes and of runs with the same end. */
const DEPTH = 16
const RUN_DEPTH = 8

const NOWHERE = -1

/** Finds what stood before. Results are its fields: no object for every place. */
export interface MatchFinder {
  /** Matches that were found. */
  readonly count: number
  /** Of each: its bytes, ever more; the last is the longest. */
  readonly lengths: Int32Array
  /** Of each: how far back it is, minus 1. */
  readonly distances: Int32Array
  /** Finds what begins at `at`. Every place is either found or passed, once, in order. */
  find(at: number): void
  /** Goes past a place, which later ones may find. */
  pass(at: number): void
}

/**
 * Hash chains, after those of the LZMA SDK: the latest place with the same two bytes, the latest with the same three, and chains of those with the same four.
 * Places in a run would crowd the chains: they have chains of their own, of the runs' ends, by what follows there. A match in one run is then
 * found from any place in another.
 * @param enough a match of this length ends the search.
 */
export const createMatchFinder = (bytes: Uint8Array, dictionarySize: number, enough: number): MatchFinder => {
  const size = bytes.length
  const window = Math.max(1, Math.min(dictionarySize, size))
  const windowBits = Math.ceil(Math.log2(window))
  const mask = 2 ** windowBits - 1
  const hashBits = Math.min(Math.max(windowBits + 1, 12), 20)
  const heads = (): Int32Array => new Int32Array(2 ** hashBits).fill(NOWHERE)
  const pairs = heads()
  const triples = heads()
  const fours = heads()
  const chain = new Int32Array(mask + 1)
  const runs = heads()
  const runChain = new Int32Array(mask + 1)
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
  /** By what follows the latest run and what it is of. */
  const runHash = (): number => hash(tripleAt(runEnd) | ((bytes[runEnd - 1] as number) << 24))

  const isInRun = (at: number): boolean => {
    if (at + RUN <= runEnd) return true
    const byte = bytes[at]
    if (bytes[at + 1] !== byte || bytes[at + 2] !== byte || bytes[at + 3] !== byte) return false
    runStart = at
    runEnd = at + RUN
    while (runEnd < size && bytes[runEnd] === byte) runEnd++
    return true
  }

  /** Whether the latest run has an end that can be told by what follows. */
  const hasEnd = (): boolean => runEnd + 2 < size

  /** Keeps the end of a run when its last place is passed. */
  const keepRun = (at: number): void => {
    if (at + RUN !== runEnd || !hasEnd()) return
    const head = runHash()
    const place = runEnd & mask
    runChain[place] = runs[head] as number
    runLengths[place] = runEnd - runStart
    runs[head] = runEnd
  }

  const keep = (at: number): void => {
    const head = hash(fourAt(at))
    chain[at & mask] = fours[head] as number
    fours[head] = at
    triples[hash(tripleAt(at))] = at
    pairs[hash(pairAt(at))] = at
  }

  const add = (length: number, distance: number): void => {
    // The same place again, where it turned out to match for longer.
    if (count > 0 && distances[count - 1] === distance) count--
    lengths[count] = length
    distances[count] = distance
    count++
  }

  const findInRun = (at: number, oldest: number, limit: number): void => {
    const rest = Math.min(runEnd - at, limit)
    let best = 1
    if (at > runStart) {
      best = rest
      add(best, 0)
    }
    if (rest === limit || !hasEnd()) return
    let end = runs[runHash()] as number
    for (let left = RUN_DEPTH; left > 0 && end - rest >= oldest; left--) {
      const place = end & mask
      const back = runEnd - end
      if ((runLengths[place] as number) >= rest && bytes[end - 1] === bytes[at]) {
        let length = rest
        while (length < limit && bytes[at - back + length] === bytes[at + length]) length++
        if (length > best) {
          best = length
          add(length, back - 1)
          if (length >= enough || length === limit) return
        }
      }
      end = runChain[place] as number
    }
  }

  const findElsewhere = (at: number, oldest: number, limit: number): void => {
    let best = 1
    const pair = pairs[hash(pairAt(at))] as number
    if (pair >= oldest && pairAt(pair) === pairAt(at)) {
      best = 2
      add(best, at - pair - 1)
    }
    const triple = triples[hash(tripleAt(at))] as number
    if (triple >= oldest && tripleAt(triple) === tripleAt(at)) {
      best = 3
      add(best, at - triple - 1)
    }
    const first = bytes[at]
    let from = fours[hash(fourAt(at))] as number
    for (let left = DEPTH; left > 0 && from >= oldest; left--) {
      // A longer one has the byte behind the best so far in common, too.
      if (bytes[from + best] === bytes[at + best] && bytes[from] === first) {
        let length = 1
        while (length < limit && bytes[from + length] === bytes[at + length]) length++
        if (length > best) {
          best = length
          add(length, at - from - 1)
          if (length >= enough || length === limit) return
        }
      }
      from = chain[from & mask] as number
    }
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
