import { BadDeltaError } from '../delta-format.ts'
import { largestView } from '../format-limits.ts'
import { deflatedEntries, type PackedEntry } from './archive.ts'
import { allSettings, type DeflateSettings, deflateAgain, gives, inflate } from './deflate.ts'

/** An entry that stands inflated in the view. */
export interface ViewEntry {
  /** Bytes between the entry before and this one, which stand in the view as they are. */
  readonly gap: number
  readonly packedSize: number
  readonly size: number
  readonly settings: DeflateSettings
}

/** An archive as its entries are inside: what is compared instead of it. */
export interface View {
  readonly bytes: Uint8Array
  readonly entries: readonly ViewEntry[]
}

/** Entries of less pay less than what is written about them. */
export const SMALLEST_ENTRY = 32

/** After so many entries in a row that no settings give, only the ones that gave others are tried: the archive's maker is not stock zlib. */
const PATIENCE = 16

/** So many times the largest view may be inflated in vain: of an archive whose entries no settings give. */
const VAIN = 2

/** Finds the settings that give an entry, from what gave those before. */
const createSearch = () => {
  let known: DeflateSettings[] = []
  let failures = 0
  return (bytes: Uint8Array, stream: Uint8Array): DeflateSettings | undefined => {
    const others = failures < PATIENCE ? allSettings.filter((settings) => !known.includes(settings)) : []
    const found = [...known, ...others].find((settings) => gives(bytes, settings, stream))
    failures = found ? 0 : failures + 1
    // The one that fitted last is tried first.
    if (found) known = [found, ...known.filter((settings) => settings !== found)]
    return found
  }
}

/**
 * The view of an archive: every entry inflated that stock zlib deflates to the same bits again, the rest as it is.
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

/**
 * The view again from the archive and where its entries are.
 * @throws BadDeltaError when the archive is another one.
 */
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

/** Bytes of the view of an archive of so many bytes. */
export const viewSizeOf = (archiveSize: number, entries: readonly ViewEntry[]): number =>
  entries.reduce((sum, { packedSize, size }) => sum + size - packedSize, archiveSize)

/**
 * The archive again from its view.
 * @throws BadDeltaError when an entry does not become as small as it was.
 */
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
