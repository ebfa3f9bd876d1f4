import type { Cover } from './delta-format.ts'

/** The average cost of a delta's bytes after compression, in bits; measured, one set for each compression. */
export interface Prices {
  /** The start of a cover: its numbers, and the interruption of the other streams. */
  readonly cover: number
  /** The start of new bytes. */
  readonly fresh: number
  /** A new byte. */
  readonly freshByte: number
  /** A difference of zero, the cheapest case. */
  readonly zero: number
  /** A non-zero difference after a zero one. */
  readonly difference: number
  /** A non-zero difference directly after another. */
  readonly nextDifference: number
  /** A difference equal to the one four bytes ago: addresses that all moved by the same amount. */
  readonly sameDifference: number
}

/** The number of covers before and after a position that are tried there. */
const REACH = 5
const SLOTS = 2 * REACH
const FRESH = SLOTS
const NO_COVER = -1
const NOWHERE = Number.POSITIVE_INFINITY

/** Images above this size keep the covers they have, because the choice needs 6 bytes of memory per byte of the image. */
export const CHOSEN_UP_TO = 16 << 20

/** The cost of a byte that differs from the byte it is compared with. */
const differenceCost = (before: Uint8Array, from: number, after: Uint8Array, at: number, prices: Prices): number => {
  if (at > 3 && from > 3) {
    const earlier = (after[at - 4] as number) - (before[from - 4] as number)
    if ((((after[at] as number) - (before[from] as number) - earlier) & 255) === 0) return prices.sameDifference
  }
  return at > 0 && from > 0 && after[at - 1] !== before[from - 1] ? prices.nextDifference : prices.difference
}

/**
 * The cost of continuing an alignment from `at` to `end`, where each byte of the cheapest path costs `prices.zero`. Returns
 * NOWHERE as soon as it is behind by the cost of a cover, because entering it again is then as cheap.
 * @param behind how much it is behind the cheapest path at `at`
 */
const costAlong = (
  before: Uint8Array,
  after: Uint8Array,
  shift: number,
  at: number,
  end: number,
  behind: number,
  prices: Prices,
): number => {
  if (at + shift < 0 || end + shift > before.length) return NOWHERE
  for (let i = at; i < end && behind < prices.cover; i++)
    if (after[i] !== before[i + shift]) behind += differenceCost(before, i + shift, after, i, prices) - prices.zero
  return behind < prices.cover ? behind : NOWHERE
}

/** The first position from `at` on where two images, one shifted by `shift`, differ, or `end`. */
const endOfSame = (before: Uint8Array, after: Uint8Array, shift: number, at: number, end: number): number => {
  const limit = Math.min(end, before.length - shift)
  let i = at
  if (i + shift >= 0) while (i < limit && after[i] === before[i + shift]) i++
  return i
}

/** The position from which two images, one shifted by `shift`, are equal up to `end`; at least `at`. */
const startOfSame = (before: Uint8Array, after: Uint8Array, shift: number, at: number, end: number): number => {
  const limit = Math.max(at, -shift)
  let i = end
  if (i + shift <= before.length) while (i > limit && after[i - 1] === before[i - 1 + shift]) i--
  return i
}

/** The cheapest paths to all positions. */
interface Ways {
  /** The cover (or none) in which the cheapest path to a position ends. */
  readonly cheapest: Int32Array
  /** One bit per slot: whether its path was entered at this position. */
  readonly entries: Uint16Array
}

/**
 * Forward pass: the cheapest path to every position that ends in each alignment near it; slot FRESH means new bytes. While the
 * cheapest alignment continues without a difference, no other one catches up, so such a stretch is processed at once: only
 * alignments that are behind by less than a new cover examine it. Elsewhere every alignment is evaluated at every byte.
 */
const findWays = (before: Uint8Array, after: Uint8Array, covers: readonly Cover[], prices: Prices): Ways => {
  const size = after.length
  const cheapest = new Int32Array(size + 1).fill(NO_COVER)
  const entries = new Uint16Array(size)
  const owners = new Int32Array(SLOTS).fill(NO_COVER)
  const shifts = new Int32Array(SLOTS)
  /** How much each alignment is behind the cheapest path at a position. */
  const behind = new Float64Array(SLOTS + 1).fill(NOWHERE)
  behind[FRESH] = prices.fresh
  let best = FRESH
  let passed = 0
  let admitted = 0
  for (let at = 0; at < size; ) {
    while (passed < covers.length && (covers[passed] as Cover).newPos <= at) passed++
    for (; admitted < Math.min(covers.length, passed + REACH); admitted++) {
      const slot = admitted % SLOTS
      owners[slot] = admitted
      shifts[slot] = shiftOf(covers[admitted] as Cover)
      behind[slot] = NOWHERE
      if (slot === best) best = FRESH
    }

    const next = passed < covers.length ? (covers[passed] as Cover).newPos : size
    const end = best === FRESH ? at : endOfSame(before, after, shifts[best] as number, at, next)
    if (end > at) {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (slot === best || owners[slot] === NO_COVER) continue
        const shift = shifts[slot] as number
        behind[slot] = costAlong(before, after, shift, at, end, behind[slot] as number, prices)
        if (behind[slot] !== NOWHERE) continue
        // An alignment is entered as early as that costs nothing, so that covers begin where code does (deltas are 1% smaller than with late entry).
        const entry = startOfSame(before, after, shift, at, end)
        if (entry === end) continue
        behind[slot] = prices.cover
        entries[entry] = (entries[entry] as number) | (1 << slot)
      }
      // New bytes are entered at the last position, unless they were entered before and are only few.
      const more = prices.freshByte - prices.zero
      behind[FRESH] = (behind[FRESH] as number) + (end - at) * more
      if (prices.fresh + more < (behind[FRESH] as number)) {
        behind[FRESH] = prices.fresh + more
        entries[end - 1] = (entries[end - 1] as number) | (1 << FRESH)
      }
      cheapest.fill(owners[best] as number, at + 1, end + 1)
      at = end
      continue
    }

    let entered = 0
    let cost = behind[FRESH] as number
    if (prices.fresh < cost) {
      cost = prices.fresh
      entered = 1 << FRESH
    }
    cost += prices.freshByte
    behind[FRESH] = cost
    let least = cost
    best = FRESH
    const byte = after[at] as number
    for (let slot = 0; slot < SLOTS; slot++) {
      if (owners[slot] === NO_COVER) continue
      const from = at + (shifts[slot] as number)
      if (from < 0 || from >= before.length) {
        behind[slot] = NOWHERE
        continue
      }
      cost = behind[slot] as number
      if (prices.cover < cost) {
        cost = prices.cover
        entered |= 1 << slot
      }
      cost += byte === before[from] ? prices.zero : differenceCost(before, from, after, at, prices)
      behind[slot] = cost
      if (cost < least) {
        least = cost
        best = slot
      }
    }
    for (let slot = 0; slot <= SLOTS; slot++) behind[slot] = (behind[slot] as number) - least
    entries[at] = entered
    at++
    cheapest[at] = best === FRESH ? NO_COVER : (owners[best] as number)
  }
  return { cheapest, entries }
}

const shiftOf = ({ oldPos, newPos }: Cover): number => oldPos - newPos

/**
 * Chooses again from which cover every byte comes, or from none, so that the delta becomes smallest: dynamic programming (Viterbi
 * 1967) over all positions and the nearby alignments of the covers. Short covers that cost more than they save are dropped; others
 * grow over gaps and into each other.
 * @param covers in the order of `after`, not overlapping; so is the result.
 */
export const chooseCovers = (
  before: Uint8Array,
  after: Uint8Array,
  covers: readonly Cover[],
  prices: Prices,
): readonly Cover[] => {
  const size = after.length
  if (covers.length === 0 || size > CHOSEN_UP_TO) return covers
  const { cheapest, entries } = findWays(before, after, covers, prices)
  // Backward pass along the cheapest path.
  const chosen: Cover[] = []
  let at = size
  let owner = cheapest[size] as number
  while (at > 0) {
    const end = at
    const flag = 1 << (owner === NO_COVER ? FRESH : owner % SLOTS)
    do at--
    while (at > 0 && ((entries[at] as number) & flag) === 0)
    if (owner !== NO_COVER) chosen.push({ oldPos: at + shiftOf(covers[owner] as Cover), newPos: at, length: end - at })
    owner = cheapest[at] as number
  }
  return chosen.reverse()
}
