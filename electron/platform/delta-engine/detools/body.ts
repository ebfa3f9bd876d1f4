import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError, type Cover } from '../delta-format.ts'
import { packSize, takeSize } from './size.ts'

/** The size of the data format section, which adjusts instructions before the difference is taken: never used here. */
const NO_DATA_FORMAT = 0

/** Typical bytes of the three sizes of a turn together, and space for those of the first. */
const USUAL_SIZES = 8
const SPARE = 64

/** Differences and new bytes in turns, each with the move of the old position. docs/diff-formats.md §6.1 has the layout. */
export const writeBody = (before: Uint8Array, after: Uint8Array, covers: readonly Cover[]): Uint8Array => {
  // A turn begins with its differences, so new bytes at the very start follow an empty first turn.
  const first = covers[0]
  const turns =
    first !== undefined && first.newPos === 0 && first.oldPos === 0
      ? covers
      : [{ oldPos: 0, newPos: 0, length: 0 }, ...covers]
  // One buffer: a million small ones take more memory than the images.
  let body = new Uint8Array(after.length + turns.length * USUAL_SIZES + SPARE)
  let at = 0
  const putSize = (size: number): void => {
    const packed = packSize(size)
    if (at + packed.length > body.length - (after.length - made)) {
      const longer = new Uint8Array(body.length + (body.length >> 2))
      longer.set(body)
      body = longer
    }
    body.set(packed, at)
    at += packed.length
  }
  let made = 0
  putSize(NO_DATA_FORMAT)
  turns.forEach(({ oldPos, newPos, length }, i) => {
    const next = turns[i + 1]
    putSize(length)
    for (let k = 0; k < length; k++) body[at++] = (after[newPos + k] as number) - (before[oldPos + k] as number)
    made = newPos + length
    const fresh = after.subarray(made, next === undefined ? after.length : next.newPos)
    putSize(fresh.length)
    body.set(fresh, at)
    at += fresh.length
    made += fresh.length
    putSize(next === undefined ? 0 : next.oldPos - (oldPos + length))
  })
  return body.subarray(0, at)
}

/** Fills `after` from a body. Turns without output are refused except the first, so it terminates for any body. @throws BadDeltaError */
export const readBody = (before: Uint8Array, source: ByteSource, after: Uint8Array): void => {
  if (takeSize(source) !== NO_DATA_FORMAT) throw new BadDeltaError('DATA_FORMAT_UNSUPPORTED')
  let oldAt = 0
  let at = 0
  let isFirst = true
  const takePiece = (): Uint8Array => {
    const size = takeSize(source)
    if (size < 0 || size > after.length - at) throw new BadDeltaError('TOO_MANY_BYTES')
    const piece = after.subarray(at, at + size)
    source.fill(piece)
    at += size
    return piece
  }
  do {
    const start = at
    const differences = takePiece()
    if (oldAt + differences.length > before.length) throw new BadDeltaError('DIFFERENCE_OUTSIDE')
    for (let i = 0; i < differences.length; i++)
      differences[i] = (differences[i] as number) + (before[oldAt + i] as number)
    takePiece()
    oldAt += differences.length + takeSize(source)
    if (oldAt < 0 || oldAt > before.length) throw new BadDeltaError('POSITION_OUTSIDE')
    if (at === start && !isFirst) throw new BadDeltaError('EMPTY_SEGMENT')
    isFirst = false
  } while (at < after.length)
}
