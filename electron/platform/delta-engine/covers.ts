import type { Cover, Steps } from './delta-format.ts'
import { createMatcher } from './matcher.ts'

/** A match elsewhere must be longer than the match of the current alignment by this many bytes (bsdiff 4.3, bsdiff.c). */
const WORTH = 8

/**
 * The same limit when `chooseCovers` follows: half of the covers found then do not pay, but the result is better (measured: 5 and
 * 3 give larger deltas).
 */
const WORTH_A_LOOK = 4

/** After this many compared bytes without a decision, the current match is taken; otherwise images full of repetitions would take too long. */
const PATIENCE = 1 << 20

/**
 * A cover reaches back over at most this many bytes that the cover before it has as well. Without a limit, covers in one long run of
 * padding each took the whole run from the one before, and the work grew with the square of the run's length.
 */
const LONGEST_OVERLAP = 1 << 12

/** Positions between two checks of the abort signal. */
const STRIDE = 1 << 16

interface CoverOptions extends Steps {
  /** Finds about four times as many covers, including short ones: candidates for `chooseCovers`. */
  readonly eager?: boolean | undefined
}

/** How far an alignment pays from a position on: the maximum of equal minus unequal bytes. `direction` 1: forward, -1: backward. */
const reach = (
  before: Uint8Array,
  after: Uint8Array,
  oldFrom: number,
  newFrom: number,
  limit: number,
  direction: 1 | -1,
): number => {
  let score = 0
  let best = 0
  let length = 0
  for (let i = 0; i < limit; i++) {
    score += before[oldFrom + i * direction] === after[newFrom + i * direction] ? 1 : -1
    if (score > best) {
      best = score
      length = i + 1
    }
  }
  return length
}

/** The number of equal bytes in a stretch, compared one by one; positions outside `before` never match. */
const equalBytes = (before: Uint8Array, from: number, after: Uint8Array, at: number, length: number): number => {
  const end = Math.min(length, before.length - from)
  let equal = 0
  for (let i = Math.max(0, -from); i < end; i++) if (before[from + i] === after[at + i]) equal++
  return equal
}

/**
 * Stretches of `after` that match `before`, in the order of `after`, not overlapping there. bsdiff's published scan: C. Percival,
 * "Matching with Mismatches and Assorted Applications", 2006, section 3, with the constants of bsdiff 4.3.
 * @throws the signal's reason.
 */
export const findCovers = (before: Uint8Array, after: Uint8Array, options: CoverOptions = {}): Cover[] => {
  const { signal, onProgress, eager = false } = options
  const worth = eager ? WORTH_A_LOOK : WORTH
  signal?.throwIfAborted()
  const match = createMatcher(before, after, worth)
  const covers: Cover[] = []
  const oldSize = before.length
  const newSize = after.length
  let scan = 0
  let length = 0
  let from = 0
  let lastScan = 0
  let lastFrom = 0
  let lastOffset = 0
  let nextLook = STRIDE
  while (scan < newSize) {
    let oldScore = 0
    const patient = match.compared + PATIENCE
    scan += length
    for (let scored = scan; scan < newSize; scan++) {
      match.search(scan, scan + lastOffset)
      length = match.length
      from = match.position
      if (scored < scan + length) {
        oldScore += equalBytes(before, scored + lastOffset, after, scored, scan + length - scored)
        scored = scan + length
      }
      if ((length === oldScore && length !== 0) || length > oldScore + worth) break
      if (match.compared > patient) break
      oldScore -= equalBytes(before, scan + lastOffset, after, scan, 1)
      if (scan >= nextLook) {
        nextLook = scan + STRIDE
        signal?.throwIfAborted()
        onProgress?.(scan / newSize)
      }
    }
    if (length === oldScore && scan < newSize) continue
    let forward = reach(before, after, lastFrom, lastScan, Math.min(scan - lastScan, oldSize - lastFrom), 1)
    const reachable = Math.min(scan - lastScan, from, scan - (lastScan + forward) + LONGEST_OVERLAP)
    let backward = scan < newSize ? reach(before, after, from - 1, scan - 1, reachable, -1) : 0
    const overlap = lastScan + forward - (scan - backward)
    if (overlap > 0) {
      // The two covers overlap: cuts where both together have the most equal bytes.
      let score = 0
      let best = 0
      let kept = 0
      const middle = scan - backward
      for (let i = 0; i < overlap; i++) {
        if (after[middle + i] === before[lastFrom + middle - lastScan + i]) score++
        if (after[middle + i] === before[from - backward + i]) score--
        if (score > best) {
          best = score
          kept = i + 1
        }
      }
      forward += kept - overlap
      backward -= kept
    }
    if (forward > 0) covers.push({ oldPos: lastFrom, newPos: lastScan, length: forward })
    lastScan = scan - backward
    lastFrom = from - backward
    lastOffset = from - scan
  }
  onProgress?.(1)
  return covers
}
