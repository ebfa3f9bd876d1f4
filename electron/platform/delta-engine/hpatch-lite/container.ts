import { type ByteSource, storedSource } from '../byte-source.ts'
import { BadDeltaError, type Cover } from '../delta-format.ts'
import { marks } from '../format-magic.ts'
import { decodeLzma } from '../lzma/decode.ts'
import { encodeLzma } from '../lzma/encode.ts'
import { type LzmaOptions, lzmaProperties } from '../lzma/options.ts'
import { readBody, writeBody } from './body.ts'

/** Supported compression types of the header. */
const STORED = 0
const LZMA1 = 3

const VERSION = 1

/** Bytes of the properties and the window size before an LZMA stream; the format writes this number before them. */
const LZMA_HEADER_SIZE = 5

/** Decodes with a window of 4 KB and 1,846 + 768 models, which fits a device with 9 KB of RAM. */
const deviceLzma: LzmaOptions = { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }

const littleEndian = (value: number): number[] => {
  const bytes: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256)
  return bytes
}

const header = (type: number, newSize: number, bodySize: number): Uint8Array => {
  const newBytes = littleEndian(newSize)
  const bodyBytes = littleEndian(bodySize)
  const sizes = (VERSION << 6) | (bodyBytes.length << 3) | newBytes.length
  return Uint8Array.from([...marks['hpatch-lite'], type, sizes, ...newBytes, ...bodyBytes])
}

const stored = (after: Uint8Array, body: Uint8Array): Uint8Array =>
  Buffer.concat([header(STORED, after.length, 0), body])

/** Writes the delta of these covers; uncompressed when compression does not make it smaller, or when `compression` is 'none'. */
export const writeDelta = (
  before: Uint8Array,
  after: Uint8Array,
  covers: readonly Cover[],
  compression: LzmaOptions | 'none' = deviceLzma,
): Uint8Array => {
  const body = writeBody(before, after, covers)
  if (compression === 'none') return stored(after, body)
  const lzmaHeader = Buffer.alloc(1 + LZMA_HEADER_SIZE)
  lzmaHeader.writeUInt8(LZMA_HEADER_SIZE, 0)
  lzmaHeader.writeUInt8(lzmaProperties(compression), 1)
  lzmaHeader.writeUInt32LE(compression.dictionarySize, 2)
  const stream = encodeLzma(body, compression)
  const packed = Buffer.concat([header(LZMA1, after.length, body.length), lzmaHeader, stream])
  const plain = stored(after, body)
  return plain.length <= packed.length ? plain : packed
}

/** Restores the new image. @param limit the maximum size of the output, bytes. @throws BadDeltaError */
export const readDelta = (before: Uint8Array, delta: Uint8Array, limit: number): Uint8Array => {
  const bytes = Buffer.from(delta.buffer, delta.byteOffset, delta.length)
  if (bytes.length < 4 || !marks['hpatch-lite'].equals(bytes.subarray(0, 2))) throw new BadDeltaError('NOT_HPATCH_LITE')
  const sizes = bytes.readUInt8(3)
  if (sizes >> 6 !== VERSION) throw new BadDeltaError('HPATCH_LITE_VERSION')
  let at = 4
  const takeSize = (count: number): number => {
    if (at + count > bytes.length) throw new BadDeltaError('DELTA_INCOMPLETE')
    let value = 0
    for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes.readUInt8(at + i)
    at += count
    return value
  }
  const newSize = takeSize(sizes & 7)
  const bodySize = takeSize((sizes >> 3) & 7)
  if (newSize > limit) throw new BadDeltaError('IMAGE_TOO_LARGE')
  const type = bytes.readUInt8(2)
  let source: ByteSource
  if (type === STORED) {
    source = storedSource(bytes.subarray(at))
  } else if (type === LZMA1) {
    if (takeSize(1) !== LZMA_HEADER_SIZE) throw new BadDeltaError('LZMA_HEADER')
    const properties = takeSize(1)
    const dictionarySize = takeSize(4)
    source = decodeLzma(bytes.subarray(at), properties, dictionarySize, bodySize)
  } else {
    throw new BadDeltaError('COMPRESSION_UNSUPPORTED')
  }
  const after = new Uint8Array(newSize)
  readBody(before, source, after)
  return after
}
