import { storedSource } from '../byte-source.ts'
import { BadDeltaError, type Cover } from '../delta-format.ts'
import { largestView } from '../format-limits.ts'
import { marks } from '../format-magic.ts'
import { readDelta as readViewDelta, writeDelta as writeViewDelta } from '../hpatch-lite/container.ts'
import { putVarint, takeVarint } from '../hpatch-lite/varint.ts'
import { decodeLzma } from '../lzma/decode.ts'
import { encodeLzma } from '../lzma/encode.ts'
import { type LzmaOptions, lzmaProperties } from '../lzma/options.ts'
import { deflateView, inflateView, SMALLEST_ENTRY, type View, type ViewEntry, viewSizeOf } from './view.ts'

/** "ZV" and the version; docs/diff-formats.md §7 has the layout. */
const MAGIC = marks.zip
const VERSION = 1

/** A receiver that can hold an archive and its view has memory for this. */
const compression: LzmaOptions = { dictionarySize: 4 << 20, lc: 3, lp: 0, pb: 2 }

/** The maximum number of entries without ZIP64 (APPNOTE 4.4.1.4), and the maximum bytes of their description in two archives. */
const MOST_ENTRIES = 0xfffe
const LARGEST_PLAN = 2 << 20

/** How archives become views and views become archives. */
interface Plan {
  readonly oldEntries: readonly ViewEntry[]
  readonly newSize: number
  readonly newEntries: readonly ViewEntry[]
}

const putEntries = (out: number[], entries: readonly ViewEntry[]): void => {
  putVarint(out, entries.length)
  for (const { gap, packedSize, size, settings } of entries) {
    putVarint(out, gap)
    putVarint(out, packedSize)
    putVarint(out, size)
    out.push((settings.memLevel << 4) | settings.level)
  }
}

const writePlan = ({ oldEntries, newSize, newEntries }: Plan): Uint8Array => {
  const out: number[] = []
  putEntries(out, oldEntries)
  putVarint(out, newSize)
  putEntries(out, newEntries)
  return Uint8Array.from(out)
}

const readPlan = (bytes: Uint8Array): Plan => {
  const source = storedSource(bytes)
  const takeEntries = (): ViewEntry[] => {
    const entries: ViewEntry[] = []
    let left = takeVarint(source)
    if (left > MOST_ENTRIES) throw new BadDeltaError('ZIP_TOO_MANY_ENTRIES')
    for (; left > 0; left--) {
      const [gap, packedSize, size] = [takeVarint(source), takeVarint(source), takeVarint(source)]
      const byte = source.next()
      const settings = { level: byte & 15, memLevel: byte >> 4 }
      if (settings.level < 1 || settings.level > 9 || settings.memLevel < 1 || settings.memLevel > 9)
        throw new BadDeltaError('DEFLATE_SETTINGS')
      // Such an entry is never written, and each one costs the setup of a deflater.
      if (packedSize < SMALLEST_ENTRY) throw new BadDeltaError('ZIP_ENTRY_TOO_SMALL')
      entries.push({ gap, packedSize, size, settings })
    }
    return entries
  }
  return { oldEntries: takeEntries(), newSize: takeVarint(source), newEntries: takeEntries() }
}

/** Writes the delta between two archives whose views match in `covers`. */
export const writeDelta = (before: View, after: View, newSize: number, covers: readonly Cover[]): Uint8Array => {
  const plan = writePlan({ oldEntries: before.entries, newSize, newEntries: after.entries })
  const packedPlan = encodeLzma(plan, compression)
  const head: number[] = [...MAGIC, VERSION]
  putVarint(head, plan.length)
  putVarint(head, packedPlan.length)
  const delta = writeViewDelta(before.bytes, after.bytes, covers, compression)
  return Buffer.concat([Uint8Array.from(head), packedPlan, delta])
}

/** Restores the new archive. @param limit the maximum size of the output, bytes. @throws BadDeltaError */
export const readDelta = (before: Uint8Array, delta: Uint8Array, limit: number): Uint8Array => {
  const head = storedSource(delta)
  const magic = new Uint8Array(MAGIC.length)
  head.fill(magic)
  if (MAGIC.compare(magic) !== 0) throw new BadDeltaError('NOT_ZIP_DELTA')
  if (head.next() !== VERSION) throw new BadDeltaError('ZIP_DELTA_VERSION')
  const planSize = takeVarint(head)
  if (planSize > LARGEST_PLAN) throw new BadDeltaError('ZIP_TOO_MANY_ENTRIES')
  const packedSize = takeVarint(head)
  const rest = head.rest()
  if (packedSize > rest.length) throw new BadDeltaError('DELTA_INCOMPLETE')
  const plan = new Uint8Array(planSize)
  const { dictionarySize } = compression
  decodeLzma(rest.subarray(0, packedSize), lzmaProperties(compression), dictionarySize, planSize).fill(plan)
  const { oldEntries, newSize, newEntries } = readPlan(plan)
  if (newSize > limit) throw new BadDeltaError('IMAGE_TOO_LARGE')
  const viewSize = viewSizeOf(newSize, newEntries)
  if (viewSize > largestView(newSize)) throw new BadDeltaError('ZIP_NEW_TOO_LARGE')
  const view = readViewDelta(inflateView(before, oldEntries), rest.subarray(packedSize), viewSize)
  const after = deflateView(view, newEntries)
  if (after.length !== newSize) throw new BadDeltaError('ZIP_SIZE')
  return after
}
