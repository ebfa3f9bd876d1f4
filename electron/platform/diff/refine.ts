import type { Cover } from './format.ts'

/** What a patch's parts come to after compression, in bits; measured, not derived. */
export interface Weights {
  /** A byte of the new image as it is. */
  readonly literal: number
  /** A difference of zero. */
  readonly equal: number
  /** Another difference, and what one more costs at the end of a run of zeros. */
  readonly unequal: number
  readonly broken: number
  /** The control data of one cover. */
  readonly cover: number
}

/** Bytes that a cover may lose at either end. */
const TRIM = 32

/** Covers of more bytes are worth their control data in any case. */
const LONG = 200

const PASSES = 3

/** So many bits beyond the best end, nothing better comes: the rest of a gap is another matter. */
const HOPELESS = 400

const offsetOf = ({ oldPos, newPos }: Cover): number => oldPos - newPos
const endOf = ({ newPos, length }: Cover): number => newPos + length
const trimOf = ({ length }: Cover): number => Math.min(TRIM, length >> 1)

/** Ways from one cover to the next: the bytes between as differences to the one, as they are, and as differences to the other. */
const createGaps = (before: Uint8Array, after: Uint8Array, { literal, equal, unequal, broken, cover }: Weights) => {
  /** Bits saved at most by coding so many first bytes of a gap, or fewer, as differences; negative is saved. */
  let saved = new Float64Array(1024)
  const gap = { first: 0, second: 0, bits: 0 }

  /** Bits of differences to the old image at this offset. */
  const bitsOf = (offset: number, from: number, to: number): number => {
    let bits = 0
    let run = true
    for (let at = from; at < to; at++) {
      const same = before[at + offset] === after[at]
      bits += same ? equal : run ? unequal + broken : unequal
      run = same
    }
    return bits
  }

  /** Sets where in `from`..`to` the first cover ends and the second begins; null where there is none. */
  const cut = (firstOffset: number | null, secondOffset: number | null, from: number, to: number): void => {
    const size = to - from
    if (saved.length <= size) saved = new Float64Array(size * 2)
    saved[0] = 0
    let reached = 0
    if (firstOffset !== null) {
      const limit = Math.min(size, before.length - firstOffset - from)
      let bits = 0
      let best = 0
      let run = true
      while (reached < limit && bits < best + HOPELESS) {
        const same = before[from + reached + firstOffset] === after[from + reached]
        bits += (same ? equal : run ? unequal + broken : unequal) - literal
        run = same
        if (bits < best) best = bits
        saved[++reached] = best
      }
    }
    const most = saved[reached] as number
    let total = most
    let second = size
    if (secondOffset !== null) {
      let bits = 0
      let best = 0
      let run = true
      for (let i = size - 1; i >= 0 && from + i + secondOffset >= 0 && bits < best + HOPELESS; i--) {
        const same = before[from + i + secondOffset] === after[from + i]
        bits += (same ? equal : run ? unequal + broken : unequal) - literal
        run = same
        if (bits < best) best = bits
        const sum = bits + (i < reached ? (saved[i] as number) : most)
        if (sum < total) {
          total = sum
          second = i
        }
      }
    }
    const wanted = second < reached ? (saved[second] as number) : most
    let first = 0
    while ((saved[first] as number) > wanted) first++
    gap.first = from + first
    gap.second = from + second
    gap.bits = total + size * literal
  }

  /** Bits from the core of one cover to the core of the next, its control data included. */
  const bitsBetween = (first: Cover | undefined, second: Cover | undefined): number => {
    const from = first ? endOf(first) - trimOf(first) : 0
    const to = second ? second.newPos + trimOf(second) : after.length
    const firstOffset = first ? offsetOf(first) : null
    cut(firstOffset, second ? offsetOf(second) : null, from, to)
    const bits = gap.bits + (second ? cover : 0)
    return first && second && firstOffset === offsetOf(second)
      ? Math.min(bits, bitsOf(offsetOf(first), from, to))
      : bits
  }

  return { gap, bitsOf, cut, bitsBetween }
}

/**
 * Fewer and better cut covers, for formats where every byte counts: those that do not pay for their control data go, those
 * that only a stretch of differences parts become one, and all end where bits are fewest.
 * @param covers as `findCovers` gives them; the result keeps to the same rules
 */
export const refineCovers = (
  before: Uint8Array,
  after: Uint8Array,
  covers: readonly Cover[],
  weights: Weights,
): Cover[] => {
  const { gap, bitsOf, cut, bitsBetween } = createGaps(before, after, weights)
  let list = covers
  for (let pass = 0; pass < PASSES; pass++) {
    const kept: Cover[] = []
    let known: number | undefined
    for (const [index, cover] of list.entries()) {
      const first = kept.at(-1)
      const next = list[index + 1]
      let onwards: number | undefined
      if (cover.length <= LONG) {
        const core = bitsOf(offsetOf(cover), cover.newPos + trimOf(cover), endOf(cover) - trimOf(cover))
        onwards = bitsBetween(cover, next)
        const without = bitsBetween(first, next)
        if (without <= (known ?? bitsBetween(first, cover)) + core + onwards) {
          known = without
          continue
        }
      }
      known = onwards
      kept.push(cover)
    }
    const done = kept.length === list.length
    list = kept
    if (done) break
  }

  const cutOut: { oldPos: number; newPos: number; length: number }[] = []
  for (const cover of list) {
    const first = cutOut.at(-1)
    const from = first ? endOf(first) - trimOf(first) : 0
    const to = cover.newPos + trimOf(cover)
    const offset = offsetOf(cover)
    cut(first ? offsetOf(first) : null, offset, from, to)
    if (first && offsetOf(first) === offset && bitsOf(offset, from, to) <= gap.bits + weights.cover) {
      first.length = endOf(cover) - first.newPos
      continue
    }
    if (first) first.length = gap.first - first.newPos
    cutOut.push({ oldPos: gap.second + offset, newPos: gap.second, length: endOf(cover) - gap.second })
  }
  const last = cutOut.at(-1)
  if (last) {
    cut(offsetOf(last), null, endOf(last) - trimOf(last), after.length)
    last.length = gap.first - last.newPos
  }
  return cutOut.filter(({ length }) => length > 0)
}
