import { UnsupportedImageError } from '../delta-format.ts'

/** The position of a deflated entry in an archive, in bytes. */
export interface PackedEntry {
  readonly at: number
  readonly packedSize: number
  /** As the central directory claims. */
  readonly size: number
}

/** APPNOTE.TXT 6.3.10: 4.3.16, 4.3.15, 4.3.12, 4.3.7. */
const END_SIGNATURE = 0x06054b50
const END_SIZE = 22
const LONGEST_COMMENT = 0xffff
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50
const ZIP64_LOCATOR_SIZE = 20
const CENTRAL_SIGNATURE = 0x02014b50
const CENTRAL_SIZE = 46
const LOCAL_SIGNATURE = 0x04034b50
const LOCAL_SIZE = 30

/** The value of a field whose real value is in a ZIP64 record (4.4.1.4). */
const ZIP64_SHORT = 0xffff
const ZIP64_LONG = 0xffffffff

const DEFLATED = 8
const ENCRYPTED = 1

const findEnd = (bytes: Buffer): number => {
  const first = Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT)
  for (let at = bytes.length - END_SIZE; at >= first; at--)
    if (bytes.readUInt32LE(at) === END_SIGNATURE && at + END_SIZE + bytes.readUInt16LE(at + 20) === bytes.length)
      return at
  throw new UnsupportedImageError('NOT_ZIP')
}

/** The entry of a central directory record; undefined when it is not deflated, or when its local header is not at the stated position. */
const entryOf = (bytes: Buffer, record: number, end: number): PackedEntry | undefined => {
  const packedSize = bytes.readUInt32LE(record + 20)
  const size = bytes.readUInt32LE(record + 24)
  const header = bytes.readUInt32LE(record + 42)
  if (packedSize === ZIP64_LONG || size === ZIP64_LONG || header === ZIP64_LONG)
    throw new UnsupportedImageError('ZIP64')
  if (bytes.readUInt16LE(record + 10) !== DEFLATED || (bytes.readUInt16LE(record + 8) & ENCRYPTED) !== 0)
    return undefined
  if (header + LOCAL_SIZE > end || bytes.readUInt32LE(header) !== LOCAL_SIGNATURE) return undefined
  const at = header + LOCAL_SIZE + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)
  return at + packedSize <= end ? { at, packedSize, size } : undefined
}

/**
 * The deflated entries of an archive in byte order, not overlapping. Sizes come from the central directory, so data descriptors
 * are plain bytes between entries. It never reads out of bounds, whatever the archive claims; invalid entries are left out.
 * @throws UnsupportedImageError for a file that is not a ZIP, for ZIP64, and when the directory cannot be read.
 */
export const deflatedEntries = (archive: Uint8Array): PackedEntry[] => {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length)
  const end = findEnd(bytes)
  if (end >= ZIP64_LOCATOR_SIZE && bytes.readUInt32LE(end - ZIP64_LOCATOR_SIZE) === ZIP64_LOCATOR_SIGNATURE)
    throw new UnsupportedImageError('ZIP64')
  const count = bytes.readUInt16LE(end + 10)
  const directory = bytes.readUInt32LE(end + 16)
  if (count === ZIP64_SHORT || directory === ZIP64_LONG) throw new UnsupportedImageError('ZIP64')
  const entries: PackedEntry[] = []
  let record = directory
  for (let i = 0; i < count; i++) {
    if (record + CENTRAL_SIZE > end || bytes.readUInt32LE(record) !== CENTRAL_SIGNATURE)
      throw new UnsupportedImageError('ZIP_DIRECTORY')
    const entry = entryOf(bytes, record, directory)
    if (entry) entries.push(entry)
    record +=
      CENTRAL_SIZE + bytes.readUInt16LE(record + 28) + bytes.readUInt16LE(record + 30) + bytes.readUInt16LE(record + 32)
  }
  let last = 0
  return entries
    .sort((a, b) => a.at - b.at)
    .filter(({ at, packedSize }) => {
      if (at < last) return false
      last = at + packedSize
      return true
    })
}
