import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError, type Cover } from '../delta-format.ts'
import { deviceHeatshrink, heatshrinkFigures, SEQUENTIAL_HEATSHRINK } from '../format-magic.ts'
import { decodeHeatshrink } from '../heatshrink/decode.ts'
import { encodeHeatshrink } from '../heatshrink/encode.ts'
import { readBody, writeBody } from './body.ts'
import { packSize, takeSize } from './size.ts'

/** Writes the delta of these covers. */
export const writeDelta = (before: Uint8Array, after: Uint8Array, covers: readonly Cover[]): Uint8Array => {
  const head = [Uint8Array.of(SEQUENTIAL_HEATSHRINK), packSize(after.length)]
  // detools writes nothing more for an empty image.
  if (after.length === 0) return Buffer.concat(head)
  const figures = Uint8Array.of(heatshrinkFigures(deviceHeatshrink))
  return Buffer.concat([...head, figures, encodeHeatshrink(writeBody(before, after, covers), deviceHeatshrink)])
}

/** Restores the new image. @param limit the maximum size of the output, bytes. @throws BadDeltaError */
export const readDelta = (before: Uint8Array, delta: Uint8Array, limit: number): Uint8Array => {
  let at = 0
  const head: Pick<ByteSource, 'next'> = {
    next() {
      const byte = delta[at++]
      if (byte === undefined) throw new BadDeltaError('DELTA_INCOMPLETE')
      return byte
    },
  }
  if (head.next() !== SEQUENTIAL_HEATSHRINK) throw new BadDeltaError('NOT_DETOOLS')
  const newSize = takeSize(head)
  if (newSize < 0) throw new BadDeltaError('NEGATIVE_SIZE')
  if (newSize > limit) throw new BadDeltaError('IMAGE_TOO_LARGE')
  const after = new Uint8Array(newSize)
  if (newSize === 0) return after
  const figures = head.next()
  const options = { windowBits: (figures >> 4) + 4, lookAheadBits: (figures & 15) + 3 }
  if (options.windowBits > 15 || options.lookAheadBits >= options.windowBits)
    throw new BadDeltaError('HEATSHRINK_SETTINGS')
  readBody(before, decodeHeatshrink(delta.subarray(at), options), after)
  return after
}
