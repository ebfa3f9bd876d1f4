import { createHash } from 'node:crypto'

/*
 * MCUboot's image format (MCUboot, "Bootloader design", image format): header, program, and behind them tags with hash and signatures.
 * All numbers are little-endian.
 */

const magic = 0x96f3_b83d
/** MCUboot 1.0 and before, Mynewt. */
const oldMagic = 0x96f3_b83c
const headerSize = 32
const tagsMagic = 0x6907
const protectedTagsMagic = 0x6908
const tagsHeader = 4

/** Flags of the header. */
const flagBits = { encrypted: 0x04 | 0x08, notBootable: 0x10 } as const

/** Tags with a hash of header, program and protected tags. */
const hashes: Readonly<Record<number, string>> = { 16: 'sha256', 17: 'sha384', 18: 'sha512' }
/** Tags of signatures; 0x25 says that the signature is over the image and not over its hash. */
const isSignature = (type: number): boolean => type >= 0x20 && type <= 0x24
const pureSignature = 0x25

/** An image as its file describes it. */
export interface McubootImage {
  /** `1.2.3`, with `+4` where it has a build number. */
  readonly version: string
  /** As a unit lists it: `1.2.3`, with `.4` where it has a build number. */
  readonly listedVersion: string
  /** Of header, program and all tags. */
  readonly size: number
  /** The hash that its tags carry, by which a unit lists it; undefined: it has none. */
  readonly hash: Uint8Array | undefined
  /** Whether the hash is that of the content. */
  readonly isIntact: boolean
  readonly isSigned: boolean
  readonly isPure: boolean
  readonly isEncrypted: boolean
  readonly isBootable: boolean
  /** What follows the tags: nothing, erased flash or a trailer up to the slot's end, or anything else. */
  readonly rest: 'none' | 'padding' | 'other'
}

/** Why a file is no image. */
export interface NoImage {
  readonly wrong: 'header' | 'old' | 'short' | 'tags'
  /** Bytes that it should have; 0 where nobody knows. */
  readonly needed: number
}

interface Tag {
  readonly type: number
  readonly value: Uint8Array
}

/** The tags at `at`. @returns undefined: there are none, or they are damaged. */
const tagsAt = (bytes: Uint8Array, at: number, begin: number): { tags: Tag[]; end: number } | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (at + tagsHeader > bytes.length || view.getUint16(at, true) !== begin) return undefined
  const end = at + view.getUint16(at + 2, true)
  if (end > bytes.length) return undefined
  const tags: Tag[] = []
  let next = at + tagsHeader
  while (next + 4 <= end) {
    const length = view.getUint16(next + 2, true)
    if (next + 4 + length > end) return undefined
    tags.push({ type: view.getUint8(next), value: bytes.subarray(next + 4, next + 4 + length) })
    next += 4 + length
  }
  return next === end ? { tags, end } : undefined
}

/** The magic at the end of a slot whose image is to be started (MCUboot, "Image trailer"). */
const trailerMagic = Buffer.from('77c295f360d2ef7f3552500f2cb67980', 'hex')

const restOf = (bytes: Uint8Array): McubootImage['rest'] => {
  if (bytes.length === 0) return 'none'
  const hasTrailer = Buffer.compare(bytes.subarray(-trailerMagic.length), trailerMagic) === 0
  // A trailer has some set flags before its magic.
  const blank = hasTrailer ? bytes.subarray(0, -trailerMagic.length - 64) : bytes
  return blank.every((byte) => byte === 0xff) ? 'padding' : 'other'
}

/** Reads a file as an image for MCUboot. */
export const readMcubootImage = (bytes: Uint8Array): McubootImage | NoImage => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const begins = bytes.length >= 4 ? view.getUint32(0, true) : 0
  if (begins === oldMagic) return { wrong: 'old', needed: 0 }
  if (begins !== magic) return { wrong: 'header', needed: 0 }
  if (bytes.length < headerSize) return { wrong: 'short', needed: headerSize }
  const hashedEnd = view.getUint16(8, true) + view.getUint32(12, true)
  const protectedSize = view.getUint16(10, true)
  const flags = view.getUint32(16, true)
  const at = hashedEnd + protectedSize
  if (at + tagsHeader > bytes.length) return { wrong: 'short', needed: at + tagsHeader }
  const begun = view.getUint16(at, true) === tagsMagic
  const tags = tagsAt(bytes, at, tagsMagic)
  const isCut = begun && at + view.getUint16(at + 2, true) > bytes.length
  if (isCut) return { wrong: 'short', needed: at + view.getUint16(at + 2, true) }
  if (!tags || (protectedSize > 0 && tagsAt(bytes, hashedEnd, protectedTagsMagic)?.end !== at))
    return { wrong: 'tags', needed: 0 }
  const hash = tags.tags.find(({ type }) => type in hashes)
  const own =
    hash &&
    createHash(hashes[hash.type] ?? '')
      .update(bytes.subarray(0, at))
      .digest()
  const isEncrypted = (flags & flagBits.encrypted) !== 0
  const [major, minor, revision] = [view.getUint8(20), view.getUint8(21), view.getUint16(22, true)]
  const build = view.getUint32(24, true)
  const version = `${major}.${minor}.${revision}`
  return {
    version: build === 0 ? version : `${version}+${build}`,
    listedVersion: build === 0 ? version : `${version}.${build}`,
    size: tags.end,
    hash: hash?.value,
    // The hash is over the program before it was encrypted, which nobody can compute here.
    isIntact: isEncrypted || (own !== undefined && Buffer.compare(own, hash?.value ?? new Uint8Array(0)) === 0),
    isSigned: tags.tags.some(({ type }) => isSignature(type)),
    isPure: tags.tags.some(({ type }) => type === pureSignature),
    isEncrypted,
    isBootable: (flags & flagBits.notBootable) === 0,
    rest: restOf(bytes.subarray(tags.end)),
  }
}

export const isNoImage = (read: McubootImage | NoImage): read is NoImage => 'wrong' in read
