import { bunzip2 } from './bzip2/decode.ts'
import { bzip2 } from './bzip2/encode.ts'
import { findCovers } from './covers.ts'
import { BadDeltaError, type Cover, type DeltaCodec } from './delta-format.ts'
import { marks } from './format-magic.ts'

const HEADER_BYTES = 32
/** Extra bytes of triples that small images may have above that share. */
const CONTROL_SPARE = 1 << 20
const TRIPLE_BYTES = 24
/** The share of the progress of covers and of the differences after them; the rest takes little time. */
const COVERS_SHARE = 0.7
const DIFFERENCES_SHARE = 0.95

/** bsdiff's integers: 8 bytes little-endian, the sign in the top bit (bsdiff.c, offtout). */
const writeInteger = (view: DataView, at: number, value: number): void => {
  const size = Math.abs(value)
  view.setUint32(at, size % 2 ** 32, true)
  view.setUint32(at + 4, Math.floor(size / 2 ** 32) + (value < 0 ? 2 ** 31 : 0), true)
}

/** Numbers beyond 2^53 are no longer exact, and every later check refuses them. */
const readInteger = (view: DataView, at: number): number => {
  const high = view.getUint32(at + 4, true)
  const size = (high % 2 ** 31) * 2 ** 32 + view.getUint32(at, true)
  return high >= 2 ** 31 ? -size : size
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The three streams of a delta before compression: triples (bytes to add, bytes to insert, move in the old image), differences, new bytes. */
const streamsOf = (before: Uint8Array, after: Uint8Array, found: readonly Cover[]) => {
  // A restore begins at the start of both images.
  const [first] = found
  const isAtStart = first?.newPos === 0 && first.oldPos === 0
  const covers = isAtStart ? found : [{ oldPos: 0, newPos: 0, length: 0 }, ...found]
  const covered = covers.reduce((sum, { length }) => sum + length, 0)
  const control = new Uint8Array(covers.length * TRIPLE_BYTES)
  const differences = new Uint8Array(covered)
  const extra = new Uint8Array(after.length - covered)
  const view = viewOf(control)
  let differenceAt = 0
  let extraAt = 0
  let place = 0
  for (const [index, { oldPos, newPos, length }] of covers.entries()) {
    const next = covers[index + 1]
    for (let i = 0; i < length; i++)
      differences[differenceAt++] = (after[newPos + i] as number) - (before[oldPos + i] as number)
    const inserted = after.subarray(newPos + length, next ? next.newPos : after.length)
    extra.set(inserted, extraAt)
    extraAt += inserted.length
    writeInteger(view, place, length)
    writeInteger(view, place + 8, inserted.length)
    writeInteger(view, place + 16, next ? next.oldPos - (oldPos + length) : 0)
    place += TRIPLE_BYTES
  }
  return { control, differences, extra }
}

const make: DeltaCodec['make'] = async (before, after, { signal, onProgress }) => {
  const covers = findCovers(before, after, { signal, onProgress: (share) => onProgress?.(share * COVERS_SHARE) })
  const streams = streamsOf(before, after, covers)
  const control = bzip2(streams.control)
  const differences = bzip2(streams.differences, (share) => {
    signal?.throwIfAborted()
    onProgress?.(COVERS_SHARE + share * (DIFFERENCES_SHARE - COVERS_SHARE))
  })
  const extra = bzip2(streams.extra, () => signal?.throwIfAborted())
  const delta = new Uint8Array(HEADER_BYTES + control.length + differences.length + extra.length)
  const view = viewOf(delta)
  delta.set(marks.bsdiff)
  writeInteger(view, 8, control.length)
  writeInteger(view, 16, differences.length)
  writeInteger(view, 24, after.length)
  delta.set(control, HEADER_BYTES)
  delta.set(differences, HEADER_BYTES + control.length)
  delta.set(extra, HEADER_BYTES + control.length + differences.length)
  onProgress?.(1)
  return delta
}

const restore: DeltaCodec['restore'] = async (before, delta, limit) => {
  if (delta.length < HEADER_BYTES || !marks.bsdiff.equals(delta.subarray(0, marks.bsdiff.length)))
    throw new BadDeltaError('NOT_BSDIFF40')
  const header = viewOf(delta)
  const controlSize = readInteger(header, 8)
  const differenceSize = readInteger(header, 16)
  const size = readInteger(header, 24)
  const rest = delta.length - HEADER_BYTES
  if (controlSize < 0 || differenceSize < 0 || size < 0 || controlSize + differenceSize > rest)
    throw new BadDeltaError('STREAM_SIZES')
  if (size > limit) throw new BadDeltaError('IMAGE_TOO_LARGE')
  const body = delta.subarray(HEADER_BYTES)
  // bsdiff's covers have at least eight bytes, which limits the number of triples; otherwise bzip2 could expand a few bytes a thousandfold.
  const control = bunzip2(body.subarray(0, controlSize), Math.ceil(size / 8) * TRIPLE_BYTES + CONTROL_SPARE)
  const differences = bunzip2(body.subarray(controlSize, controlSize + differenceSize), size)
  const extra = bunzip2(body.subarray(controlSize + differenceSize), size)
  const after = new Uint8Array(size)
  const view = viewOf(control)
  let newAt = 0
  let oldAt = 0
  let differenceAt = 0
  let extraAt = 0
  for (let place = 0; newAt < size; place += TRIPLE_BYTES) {
    if (place + TRIPLE_BYTES > control.length) throw new BadDeltaError('DELTA_INCOMPLETE')
    const added = readInteger(view, place)
    const inserted = readInteger(view, place + 8)
    if (added < 0 || inserted < 0 || newAt + added + inserted > size) throw new BadDeltaError('TOO_MANY_BYTES')
    if (differenceAt + added > differences.length || extraAt + inserted > extra.length)
      throw new BadDeltaError('DELTA_INCOMPLETE')
    // bspatch reads bytes outside the old image as zeros; bsdiff never writes such a delta.
    if (added > 0 && (oldAt < 0 || oldAt + added > before.length)) throw new BadDeltaError('POSITION_OUTSIDE')
    for (let i = 0; i < added; i++)
      after[newAt++] = (before[oldAt + i] as number) + (differences[differenceAt++] as number)
    after.set(extra.subarray(extraAt, extraAt + inserted), newAt)
    newAt += inserted
    extraAt += inserted
    oldAt += added + readInteger(view, place + 16)
  }
  return after
}

/** BSDIFF40 of bsdiff 4.3: three bzip2 streams; `bspatch` can restore it. */
export const bsdiff: DeltaCodec = { name: 'bsdiff', make, restore }
