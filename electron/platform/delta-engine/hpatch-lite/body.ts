import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError, type Cover } from '../delta-format.ts'
import { putVarint, restOfVarint, takeVarint } from './varint.ts'

/** The flags of a cover's tag, above the 5 bits that start the distance. */
const MORE = 1 << 5
const BACKWARDS = 1 << 6
const COPIED = 1 << 7
const DISTANCE_BITS = 5

const isSame = (before: Uint8Array, after: Uint8Array, { oldPos, newPos, length }: Cover): boolean => {
  for (let i = 0; i < length; i++) if (before[oldPos + i] !== after[newPos + i]) return false
  return true
}

// Separate functions: inside the loop over covers, the JIT would compile them for one cover and discard the code at the next.

/** The differences that turn the old bytes of a cover into the new ones. */
const differencesOf = (before: Uint8Array, after: Uint8Array, { oldPos, newPos, length }: Cover): Uint8Array => {
  const differences = new Uint8Array(length)
  for (let i = 0; i < length; i++) differences[i] = (after[newPos + i] as number) - (before[oldPos + i] as number)
  return differences
}

const addOld = (target: Uint8Array, before: Uint8Array, oldPos: number): void => {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + (before[oldPos + i] as number)
}

/** The covers of a delta, the new bytes between them and the differences, as one stream. docs/diff-formats.md §5.2 has the layout. */
export const writeBody = (before: Uint8Array, after: Uint8Array, covers: readonly Cover[]): Uint8Array => {
  const last = covers.at(-1)
  const covered = last === undefined ? 0 : last.newPos + last.length
  const lastOld = last === undefined ? 0 : last.oldPos + last.length
  // New bytes after the last cover need an empty cover that carries them.
  const all = covered < after.length ? [...covers, { oldPos: lastOld, newPos: after.length, length: 0 }] : covers
  const parts: Uint8Array[] = []
  const start: number[] = []
  putVarint(start, all.length)
  parts.push(Uint8Array.from(start))
  let oldEnd = 0
  let newEnd = 0
  for (const cover of all) {
    const head: number[] = []
    const distance = cover.oldPos - oldEnd
    const isCopied = isSame(before, after, cover)
    putVarint(head, cover.length)
    putVarint(head, Math.abs(distance), DISTANCE_BITS, (distance < 0 ? BACKWARDS : 0) | (isCopied ? COPIED : 0))
    putVarint(head, cover.newPos - newEnd)
    parts.push(Uint8Array.from(head), after.subarray(newEnd, cover.newPos))
    if (!isCopied) parts.push(differencesOf(before, after, cover))
    oldEnd = cover.oldPos + cover.length
    newEnd = cover.newPos + cover.length
  }
  return Buffer.concat(parts)
}

/** Fills `after` from a body. Every cover except the last produces at least one byte, so it terminates for any body. @throws BadDeltaError */
export const readBody = (before: Uint8Array, source: ByteSource, after: Uint8Array): void => {
  let oldEnd = 0
  let newEnd = 0
  for (let left = takeVarint(source); left > 0; left--) {
    const length = takeVarint(source)
    const tag = source.next()
    const distance = restOfVarint(source, tag & (MORE - 1), (tag & MORE) !== 0)
    const fresh = takeVarint(source)
    if (length === 0 && left > 1) throw new BadDeltaError('EMPTY_COVER')
    if (fresh + length > after.length - newEnd) throw new BadDeltaError('TOO_MANY_BYTES')
    const oldPos = (tag & BACKWARDS) !== 0 ? oldEnd - distance : oldEnd + distance
    if (oldPos < 0 || oldPos + length > before.length) throw new BadDeltaError('COVER_OUTSIDE')
    const newPos = newEnd + fresh
    source.fill(after.subarray(newEnd, newPos))
    const target = after.subarray(newPos, newPos + length)
    if ((tag & COPIED) !== 0) {
      target.set(before.subarray(oldPos, oldPos + length))
    } else {
      source.fill(target)
      addOld(target, before, oldPos)
    }
    oldEnd = oldPos + length
    newEnd = newPos + length
  }
  if (newEnd !== after.length) throw new BadDeltaError('TOO_FEW_BYTES')
}
