import { crc32 } from 'node:zlib'
import { FlashError } from '../flasher.ts'

// ESP-IDF Programming Guide, "Non-volatile Storage Library", Internals: pages of 4096 bytes, each a header, a bitmap of entry states
// and 126 entries of 32 bytes.

const pageSize = 4096
const entrySize = 32
const entriesPerPage = 126
const bitmapAt = 32
const entriesAt = 64
/** The library needs a free page to move entries to, and the generator of ESP-IDF makes no smaller image. */
const leastSize = 3 * pageSize
const namespaceLimit = 254
/** Texts with their final zero stay in one page. */
const textLimit = 4000
const blobLimit = (entriesPerPage - 1) * entrySize
const pageStates = { active: 0xffff_fffe, full: 0xffff_fffc }
const version2 = 0xfe
const anyChunk = 0xff

const numberTypes = {
  u8: { code: 0x01, bits: 8 },
  i8: { code: 0x11, bits: 8 },
  u16: { code: 0x02, bits: 16 },
  i16: { code: 0x12, bits: 16 },
  u32: { code: 0x04, bits: 32 },
  i32: { code: 0x14, bits: 32 },
  u64: { code: 0x08, bits: 64 },
  i64: { code: 0x18, bits: 64 },
} as const
const textType = 0x21
const blobDataType = 0x42
const blobIndexType = 0x48

export interface NvsEntry {
  readonly namespace: string
  readonly key: string
  readonly type: keyof typeof numberTypes | 'string' | 'hex'
  /** Decimal or 0x… for numbers, pairs of hexadecimal digits for `hex`. */
  readonly value: string
}

/** Entries that must stay together, one after the other in one page. */
type Item = readonly Uint8Array[]

const checksum = (...parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, part) => crc32(part, sum), 0xffff_ffff) >>> 0

const entry = (
  namespace: number,
  type: number,
  span: number,
  chunk: number,
  key: string,
  fill: (data: DataView) => void,
): Uint8Array => {
  const bytes = new Uint8Array(entrySize).fill(0xff)
  const view = new DataView(bytes.buffer)
  bytes.set([namespace, type, span, chunk])
  bytes.fill(0, 8, 24)
  bytes.set(new TextEncoder().encode(key), 8)
  fill(new DataView(bytes.buffer, 24, 8))
  view.setUint32(4, checksum(bytes.subarray(0, 4), bytes.subarray(8)), true)
  return bytes
}

const withData = (namespace: number, type: number, chunk: number, key: string, data: Uint8Array): Item => {
  const more = Math.ceil(data.length / entrySize)
  const head = entry(namespace, type, more + 1, chunk, key, (view) => {
    view.setUint16(0, data.length, true)
    view.setUint32(4, checksum(data), true)
  })
  const rest = Array.from({ length: more }, (_, index) => {
    const bytes = new Uint8Array(entrySize).fill(0xff)
    bytes.set(data.subarray(index * entrySize, (index + 1) * entrySize))
    return bytes
  })
  return [head, ...rest]
}

const parseNumber = (text: string): bigint | undefined =>
  /^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text.trim()) ? BigInt(text.trim()) : undefined

const items = (namespace: number, one: NvsEntry): Item[] => {
  const refused = () => new FlashError('NVS_VALUE', { namespace: one.namespace, key: one.key })
  if (one.type === 'string') {
    const data = new TextEncoder().encode(`${one.value}\0`)
    if (data.length > textLimit) throw refused()
    return [withData(namespace, textType, anyChunk, one.key, data)]
  }
  if (one.type === 'hex') {
    const data = new Uint8Array(Buffer.from(one.value, 'hex'))
    if (data.length * 2 !== one.value.length || data.length > blobLimit || data.length === 0) throw refused()
    const index = entry(namespace, blobIndexType, 1, anyChunk, one.key, (view) => {
      view.setUint32(0, data.length, true)
      view.setUint8(4, 1)
      view.setUint8(5, 0)
    })
    return [withData(namespace, blobDataType, 0, one.key, data), [index]]
  }
  const { code, bits } = numberTypes[one.type]
  const number = parseNumber(one.value)
  const fitting = one.type.startsWith('i') ? BigInt.asIntN(bits, number ?? 0n) : BigInt.asUintN(bits, number ?? 0n)
  if (number === undefined || fitting !== number) throw refused()
  const head = entry(namespace, code, 1, anyChunk, one.key, (view) => {
    for (let byte = 0; byte < bits / 8; byte++)
      view.setUint8(byte, Number(BigInt.asUintN(8, number >> BigInt(byte * 8))))
  })
  return [[head]]
}

const isName = (name: string): boolean => /^[\x21-\x7e]{1,15}$/.test(name)

/** All items in order, each namespace's own entry before its first key. */
const itemsOf = (entries: readonly NvsEntry[]): Item[] => {
  const namespaces = new Map<string, number>()
  const keys = new Set<string>()
  return entries.flatMap((one) => {
    const { namespace, key } = one
    const twice = keys.has(`${namespace} ${key}`)
    keys.add(`${namespace} ${key}`)
    if (twice || !isName(namespace) || !isName(key)) throw new FlashError('NVS_VALUE', { namespace, key })
    const known = namespaces.get(namespace)
    if (known !== undefined) return items(known, one)
    const index = namespaces.size + 1
    if (index > namespaceLimit) throw new FlashError('NVS_VALUE', { namespace, key })
    namespaces.set(namespace, index)
    const name = entry(0, numberTypes.u8.code, 1, anyChunk, namespace, (view) => view.setUint8(0, index))
    return [[name], ...items(index, one)]
  })
}

const pageOf = (contents: readonly Uint8Array[], sequence: number, state: number): Uint8Array => {
  const page = new Uint8Array(pageSize).fill(0xff)
  const view = new DataView(page.buffer)
  view.setUint32(0, state, true)
  view.setUint32(4, sequence, true)
  page[8] = version2
  view.setUint32(28, checksum(page.subarray(4, 28)), true)
  contents.forEach((bytes, index) => {
    // Two bits an entry, the lower one cleared: written.
    const at = bitmapAt + (index >> 2)
    page[at] = (page[at] ?? 0) & ~(1 << ((index % 4) * 2))
    page.set(bytes, entriesAt + index * entrySize)
  })
  return page
}

/**
 * An NVS partition with one unit's data, format version 2. Pure.
 * @param size Bytes of the partition.
 * @throws FlashError NVS_SIZE, NVS_VALUE naming the key, NVS_FULL.
 */
export const nvsImage = (entries: readonly NvsEntry[], size: number): Uint8Array => {
  if (size % pageSize !== 0 || size < leastSize) throw new FlashError('NVS_SIZE', { size })
  const pages: Uint8Array[][] = [[]]
  for (const item of itemsOf(entries)) {
    const page = pages.at(-1)
    if (page && page.length + item.length <= entriesPerPage) page.push(...item)
    else pages.push([...item])
  }
  if (pages.length > size / pageSize - 1) throw new FlashError('NVS_FULL', { size })
  const image = new Uint8Array(size).fill(0xff)
  pages.forEach((contents, index) => {
    const state = index === pages.length - 1 ? pageStates.active : pageStates.full
    image.set(pageOf(contents, index, state), index * pageSize)
  })
  return image
}
