import type { Cover } from './format.ts'

/** What a byte of a patch costs after compression, in bits, on average; measured, one set for each compression. */
export interface Prices {
  /** A cover begins: its numbers, and what they interrupt. */
  readonly cover: number
  /** New bytes begin. */
  readonly fresh: number
  /** A new byte. */
  readonly freshByte: number
  /** A difference of zero. */
  readonly zero: number
  /** Another difference after one of zero. */
  readonly difference: number
  /** Another difference right after another. */
  readonly nextDifference: number
  /** A difference that was the same four bytes ago: addresses that all moved by as much. */
  readonly sameDifference: number
}

/** So many covers before and behind a place are tried there. */
const REACH = 6
const SLOTS = 2 * REACH
const FRESH = SLOTS
const NO_COVER = -1

/** Images above this stay with the covers they have: 6 bytes of memory for each of theirs. */
const LARGEST = 16 << 20

/**
 * Chooses anew which cover every byte comes from, or none, so that the patch becomes smallest: dynamic programming (Viterbi 1967) over all places
 * and the alignments of the covers around each. Short covers that cost more than they give disappear, others grow over gaps and into each other.
 * @param covers in the order of `after`, not overlapping; as are those that come out.
 */
export const chooseCovers = (
  before: Uint8Array,
  after: Uint8Array,
  covers: readonly Cover[],
  prices: Prices,
): readonly Cover[] => {
  const size = after.length
  if (covers.length === 0 || size > LARGEST) return covers
  const shiftOf = (index: number): number => (covers[index] as Cover).oldPos - (covers[index] as Cover).newPos

  // Forwards: the cheapest way to every place that ends in each of the alignments; slot FRESH is new bytes.
  const costs = new Float64Array(SLOTS + 1).fill(Number.POSITIVE_INFINITY)
  const owners = new Int32Array(SLOTS).fill(NO_COVER)
  const shifts = new Int32Array(SLOTS)
  /** Cover (or none) that the cheapest way to a place ends in. */
  const cheapest = new Int32Array(size + 1).fill(NO_COVER)
  /** A bit for every slot: its way was entered at this place. */
  const entries = new Uint16Array(size)
  let least = 0
  let passed = 0
  let admitted = 0
  costs[FRESH] = prices.fresh
  for (let at = 0; at < size; at++) {
    while (passed < covers.length && (covers[passed] as Cover).newPos <= at) passed++
    for (; admitted < Math.min(covers.length, passed + REACH); admitted++) {
      const slot = admitted % SLOTS
      owners[slot] = admitted
      shifts[slot] = shiftOf(admitted)
      costs[slot] = Number.POSITIVE_INFINITY
    }
    let entered = 0
    let cost = costs[FRESH] as number
    if (least + prices.fresh < cost) {
      cost = least + prices.fresh
      entered = 1 << FRESH
    }
    cost += prices.freshByte
    costs[FRESH] = cost
    let leastHere = cost
    let owner = NO_COVER
    const byte = after[at] as number
    for (let slot = 0; slot < SLOTS; slot++) {
      if (owners[slot] === NO_COVER) continue
      const shift = shifts[slot] as number
      const from = at + shift
      if (from < 0 || from >= before.length) {
        costs[slot] = Number.POSITIVE_INFINITY
        continue
      }
      cost = costs[slot] as number
      if (least + prices.cover < cost) {
        cost = least + prices.cover
        entered |= 1 << slot
      }
      if (byte === before[from]) {
        cost += prices.zero
      } else {
        const isNext = at > 0 && from > 0 && after[at - 1] !== before[from - 1]
        const isSame =
          at > 3 &&
          from > 3 &&
          ((byte - (before[from] as number) - (after[at - 4] as number) + (before[from - 4] as number)) & 255) === 0
        cost += isSame ? prices.sameDifference : isNext ? prices.nextDifference : prices.difference
      }
      costs[slot] = cost
      if (cost < leastHere) {
        leastHere = cost
        owner = owners[slot] as number
      }
    }
    entries[at] = entered
    least = leastHere
    cheapest[at + 1] = owner
  }

  // Backwards along the cheapest way.
  const chosen: Cover[] = []
  let at = size
  let owner = cheapest[size] as number
  while (at > 0) {
    const end = at
    const flag = 1 << (owner === NO_COVER ? FRESH : owner % SLOTS)
    do at--
    while (at > 0 && ((entries[at] as number) & flag) === 0)
    if (owner !== NO_COVER) chosen.push({ oldPos: at + shiftOf(owner), newPos: at, length: end - at })
    owner = cheapest[at] as number
  }
  return chosen.reverse()
}
