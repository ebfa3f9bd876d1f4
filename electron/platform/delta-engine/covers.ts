import type { Cover, Steps } from './delta-format.ts'
import { createMatcher } from './matcher.ts'

/** A match elsewhere must be longer than what the current alignment gives by so many bytes (bsdiff 4.3, bsdiff.c). */
const WORTH = 8

/** The same where a choice follows: half of what is found then does not pay, and the rest is better (measured: 5 and 3 give larger deltas). */
const WORTH_A_LOOK = 4

/** So many bytes compared without a decision: then the match at hand is taken, or images full of repetitions would take for ever. */
const PATIENCE = 1 << 20

/** Places between two looks at the signal. */
const STRIDE = 1 << 16

export interface CoverOptions extends Steps {
  /** Finds about four times as many, short ones too: candidates for `chooseCovers`. */
  readonly eager?: boolean | undefined
}

/** How far an alignment pays from a place on: most equal minus unequal bytes. `direction` 1: onwards, -1: backwards. */
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

/** How many bytes of a stretch are equal, one by one; outside of `before` none is. */
const equalBytes = (before: Uint8Array, from: number, after: Uint8Array, at: number, length: number): number => {
  const end = Math.min(length, before.length - from)
  let equal = 0
  for (let i = Math.max(0, -from); i < end; i++) if (before[from + i] === after[at + i]) equal++
  return equal
}

/**
 * Stretches of `after` that match `before`, in the order of `after`, never overlapping there. bsdiff's published scan:
 * C. Percival, "Matching with Mismatches and Assorted Applications", 2006, section 3, with the constants of bsdiff 4.3.
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
    let backward = scan < newSize ? reach(before, after, from - 1, scan - 1, Math.min(scan - lastScan, from), -1) : 0
    const overlap = lastScan + forward - (scan - backward)
    if (overlap > 0) {
      // Both want it: it is cut where the two together have most equal bytes.
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
