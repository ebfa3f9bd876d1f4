import { FlashError, type Region } from '../flasher.ts'
import { regionLimit } from './parsed-image.ts'

const addressSpace = 2 ** 32

/** A piece of data for an address, and where in its file it stands. */
export interface Piece {
  readonly address: number
  readonly bytes: Uint8Array
  /** Line of the file, from 1; the number of the segment in a binary format. */
  readonly line: number
}

const merged = (run: readonly Piece[], name: string): Region => {
  const size = run.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of run) {
    bytes.set(piece.bytes, at)
    at += piece.bytes.length
  }
  return { address: run[0]?.address ?? 0, bytes, name }
}

/**
 * Pieces in any order as regions.
 * @throws FlashError IMAGE_LINE_OVERLAP, IMAGE_ADDRESS_SPACE, IMAGE_SCATTERED, IMAGE_EMPTY.
 */
export const joinPieces = (pieces: readonly Piece[], name: string): Region[] => {
  const sorted = pieces.filter(({ bytes }) => bytes.length > 0).sort((a, b) => a.address - b.address)
  if (sorted.length === 0) throw new FlashError('IMAGE_EMPTY', { name })
  const runs: Piece[][] = []
  let end = -1
  for (const piece of sorted) {
    if (piece.address < end) throw new FlashError('IMAGE_LINE_OVERLAP', { name, line: piece.line })
    if (piece.address + piece.bytes.length > addressSpace) {
      throw new FlashError('IMAGE_ADDRESS_SPACE', { name, line: piece.line })
    }
    const run = runs.at(-1)
    if (run && piece.address === end) run.push(piece)
    else runs.push([piece])
    end = piece.address + piece.bytes.length
  }
  if (runs.length > regionLimit) throw new FlashError('IMAGE_SCATTERED', { name, count: runs.length })
  return runs.map((run) => merged(run, name))
}
