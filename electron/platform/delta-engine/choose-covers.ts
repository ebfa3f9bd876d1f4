import type { Cover } from './delta-format.ts'

/** What a byte of a delta costs after compression, in bits, on average; measured, one set for each compression. */
export interface Prices {
  /** A cover begins: its numbers, and what they interrupt. */
  readonly cover: number
  /** New bytes begin. */
  readonly fresh: number
  /** A new byte. */
  readonly freshByte: number
  /** A difference of zero; nothing costs less. */
  readonly zero: number
  /** Another difference after one of zero. */
  readonly difference: number
  /** Another difference right after another. */
  readonly nextDifference: number
  /** A difference that was the same four bytes ago: addresses that all moved by as much. */
  readonly sameDifference: number
}

/** So many covers before and behind a place are tried there. */
const REACH = 5
const SLOTS = 2 * REACH
const FRESH = SLOTS
const NO_COVER = -1
const NOWHERE = Number.POSITIVE_INFINITY

/** Images above this stay with the covers they have: 6 bytes of memory for each of theirs. */
export const CHOSEN_UP_TO = 16 << 20

/** What a byte costs that is not the one it is compared with. */
const differenceCost = (before: Uint8Array, from: number, after: Uint8Array, at: number, prices: Prices): number => {
  if (at > 3 && from > 3) {
    const earlier = (after[at - 4] as number) - (before[from - 4] as number)
    if ((((after[at] as number) - (before[from] as number) - earlier) & 255) === 0) return prices.sameDifference
  }
  return at > 0 && from > 0 && after[at - 1] !== before[from - 1] ? prices.nextDifference : prices.difference
}

/**
 * Cost of going on in an alignment from `at` to `end`, where each byte of the cheapest way costs `prices.zero`.
 * NOWHERE as soon as it is behind by a cover: entering it anew is as cheap then.
 * @param behind by how much it is behind the cheapest way at `at`
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

/** Where two images, one moved by `shift`, first differ from `at` on, or `end`. */
const endOfSame = (before: Uint8Array, after: Uint8Array, shift: number, at: number, end: number): number => {
  const limit = Math.min(end, before.length - shift)
  let i = at
  if (i + shift >= 0) while (i < limit && after[i] === before[i + shift]) i++
  return i
}

/** From where on two images, one moved by `shift`, are the same up to `end`; at least `at`. */
const startOfSame = (before: Uint8Array, after: Uint8Array, shift: number, at: number, end: number): number => {
  const limit = Math.max(at, -shift)
  let i = end
  if (i + shift <= before.length) while (i > limit && after[i - 1] === before[i - 1 + shift]) i--
  return i
}

/** The cheapest ways to all places. */
interface Ways {
  /** Cover (or none) that the cheapest way to a place ends in. */
  readonly cheapest: Int32Array
  /** A bit for every slot: its way was entered at this place. */
  readonly entries: Uint16Array
}

/**
 * Forwards: the cheapest way to every place that ends in each of the alignments around it; slot FRESH is new bytes. Where the cheapest one
 * goes on without a difference no other comes nearer to it: such a stretch is taken at once, and looked through by those only that are
 * behind by less than a new cover. Elsewhere every alignment has its turn at every byte.
 */
const findWays = (before: Uint8Array, after: Uint8Array, covers: readonly Cover[], prices: Prices): Ways => {
  const size = after.length
  const cheapest = new Int32Array(size + 1).fill(NO_COVER)
  const entries = new Uint16Array(size)
  const owners = new Int32Array(SLOTS).fill(NO_COVER)
  const shifts = new Int32Array(SLOTS)
  /** By how much each is behind the cheapest way at a place. */
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
        // It is entered as early as it costs nothing: covers then begin where code does (deltas are 1 % smaller than with late ones).
        const entry = startOfSame(before, after, shift, at, end)
        if (entry === end) continue
        behind[slot] = prices.cover
        entries[entry] = (entries[entry] as number) | (1 << slot)
      }
      // New bytes are entered at the last place, unless they were before and there are only few.
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
 * Chooses anew which cover every byte comes from, or none, so that the delta becomes smallest: dynamic programming (Viterbi 1967) over all places
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
  if (covers.length === 0 || size > CHOSEN_UP_TO) return covers
  const { cheapest, entries } = findWays(before, after, covers, prices)
  // Backwards along the cheapest way.
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
