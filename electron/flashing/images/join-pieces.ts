import { FlashError, type Region } from '../flasher.ts'
import { hex32 } from '../hex.ts'
import { regionLimit } from './parsed-image.ts'

const addressSpace = 2 ** 32

/** A piece of data for an address, and where in its file it stands. */
export interface Piece {
  readonly address: number
  readonly bytes: Uint8Array
  /** Line of the file, from 1; the number of the section or segment in a binary format. */
  readonly line: number
}

const endOf = ({ address, bytes }: Piece): number => address + bytes.length

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
 * Compares a piece with what a run already has at its addresses: merged files say some things twice.
 * @param run pieces in ascending order, without overlap. @throws FlashError IMAGE_LINE_OVERLAP where they differ.
 */
const compare = (run: readonly Piece[], piece: Piece, name: string): void => {
  for (let index = run.length - 1; index >= 0; index--) {
    const there = run[index]
    if (!there || endOf(there) <= piece.address) return
    const from = Math.max(there.address, piece.address)
    const to = Math.min(endOf(there), endOf(piece))
    for (let address = from; address < to; address++) {
      if (there.bytes[address - there.address] === piece.bytes[address - piece.address]) continue
      throw new FlashError('IMAGE_LINE_OVERLAP', {
        name,
        line: Math.max(there.line, piece.line),
        address: hex32(address),
      })
    }
  }
}

/**
 * Pieces in any order as regions. What is given twice with equal bytes is taken once.
 * @throws FlashError IMAGE_LINE_OVERLAP, IMAGE_ADDRESS_SPACE, IMAGE_SCATTERED, IMAGE_EMPTY.
 */
export const joinPieces = (pieces: readonly Piece[], name: string): Region[] => {
  const sorted = pieces.filter(({ bytes }) => bytes.length > 0).sort((a, b) => a.address - b.address)
  if (sorted.length === 0) throw new FlashError('IMAGE_EMPTY', { name })
  const runs: Piece[][] = []
  let end = -1
  for (const piece of sorted) {
    if (endOf(piece) > addressSpace) throw new FlashError('IMAGE_ADDRESS_SPACE', { name, line: piece.line })
    const run = runs.at(-1)
    if (!run || piece.address > end) runs.push([piece])
    else {
      compare(run, piece, name)
      const known = end - piece.address
      if (known < piece.bytes.length) run.push({ ...piece, address: end, bytes: piece.bytes.subarray(known) })
    }
    end = Math.max(end, endOf(piece))
  }
  if (runs.length > regionLimit) throw new FlashError('IMAGE_SCATTERED', { name, count: runs.length })
  return runs.map((run) => merged(run, name))
}
