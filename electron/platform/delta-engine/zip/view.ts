import { BadDeltaError } from '../delta-format.ts'
import { largestView } from '../format-limits.ts'
import { deflatedEntries, type PackedEntry } from './archive.ts'
import { allSettings, type DeflateSettings, deflateAgain, gives, inflate } from './deflate.ts'

/** An entry that is inflated in the view. */
export interface ViewEntry {
  /** Bytes between the entry before and this one, which the view contains unchanged. */
  readonly gap: number
  readonly packedSize: number
  readonly size: number
  readonly settings: DeflateSettings
}

/** An archive with its entries inflated: it is compared instead of the archive. */
export interface View {
  readonly bytes: Uint8Array
  readonly entries: readonly ViewEntry[]
}

/** Smaller entries save less than their description costs. */
export const SMALLEST_ENTRY = 32

/**
 * After this many entries in a row that no settings reproduce, only the settings that worked for others are tried: the archive was
 * not made by stock zlib.
 */
const PATIENCE = 16

/** Limits failed inflation to this many times the largest view, for archives whose entries no settings reproduce. */
const VAIN = 2

/** Finds the settings that reproduce an entry, trying those of earlier entries first. */
const createSearch = () => {
  let known: DeflateSettings[] = []
  let failures = 0
  return (bytes: Uint8Array, stream: Uint8Array): DeflateSettings | undefined => {
    const others = failures < PATIENCE ? allSettings.filter((settings) => !known.includes(settings)) : []
    const found = [...known, ...others].find((settings) => gives(bytes, settings, stream))
    failures = found ? 0 : failures + 1
    // The last matching settings are tried first.
    if (found) known = [found, ...known.filter((settings) => settings !== found)]
    return found
  }
}

/**
 * The view of an archive: every entry that stock zlib deflates to the same bits again is inflated, the rest is unchanged.
 * @throws UnsupportedImageError; the signal's reason.
 */
export const viewOf = (archive: Uint8Array, signal?: AbortSignal): View => {
  const search = createSearch()
  const entries: ViewEntry[] = []
  const parts: Uint8Array[] = []
  let copied = 0
  let viewSize = archive.length
  const largest = largestView(archive.length)
  let vain = 0
  const take = ({ at, packedSize, size }: PackedEntry): void => {
    if (packedSize < SMALLEST_ENTRY || viewSize + size - packedSize > largest || vain > largest * VAIN) return
    const stream = archive.subarray(at, at + packedSize)
    const bytes = inflate(stream, size)
    const settings = bytes && search(bytes, stream)
    if (!settings) {
      vain += size
      return
    }
    entries.push({ gap: at - copied, packedSize, size, settings })
    parts.push(archive.subarray(copied, at), bytes)
    copied = at + packedSize
    viewSize += size - packedSize
  }
  for (const entry of deflatedEntries(archive)) {
    signal?.throwIfAborted()
    take(entry)
  }
  parts.push(archive.subarray(copied))
  return { bytes: Buffer.concat(parts), entries }
}

/** Recreates the view from the archive and the positions of its entries. @throws BadDeltaError when the archive is a different one. */
export const inflateView = (archive: Uint8Array, entries: readonly ViewEntry[]): Uint8Array => {
  const parts: Uint8Array[] = []
  let at = 0
  let viewSize = archive.length
  for (const { gap, packedSize, size } of entries) {
    const start = at + gap
    viewSize += size - packedSize
    if (start + packedSize > archive.length) throw new BadDeltaError('ZIP_ENTRY_OUTSIDE_BASE')
    if (viewSize > largestView(archive.length)) throw new BadDeltaError('ZIP_BASE_TOO_LARGE')
    const bytes = inflate(archive.subarray(start, start + packedSize), size)
    if (!bytes) throw new BadDeltaError('ZIP_ENTRY_MOVED')
    parts.push(archive.subarray(at, start), bytes)
    at = start + packedSize
  }
  parts.push(archive.subarray(at))
  return Buffer.concat(parts)
}

/** The maximum size of the view of an archive of that size, bytes. */
export const viewSizeOf = (archiveSize: number, entries: readonly ViewEntry[]): number =>
  entries.reduce((sum, { packedSize, size }) => sum + size - packedSize, archiveSize)

/** Recreates the archive from its view. @throws BadDeltaError when an entry does not deflate to its former size. */
export const deflateView = (view: Uint8Array, entries: readonly ViewEntry[]): Uint8Array => {
  const parts: Uint8Array[] = []
  let at = 0
  for (const { gap, packedSize, size, settings } of entries) {
    const start = at + gap
    if (start + size > view.length) throw new BadDeltaError('ZIP_ENTRY_OUTSIDE_NEW')
    const stream = deflateAgain(view.subarray(start, start + size), settings)
    if (stream.length !== packedSize) throw new BadDeltaError('ZIP_ENTRY_DIFFERS')
    parts.push(view.subarray(at, start), stream)
    at = start + size
  }
  parts.push(view.subarray(at))
  return Buffer.concat(parts)
}
