import { BadDeltaError } from '../delta-format.ts'
import { BLOCK_MARK, crcOf, END_MARK, GROUP, joinedCrc, LEVEL_BYTES, RUN_B } from './crc.ts'

/** The longest code that bzip2 1.0 reads, bits. */
const MAX_LENGTH = 20

const broken = (what: string): BadDeltaError => new BadDeltaError('BZIP2_DAMAGED', undefined, what)

interface BitReader {
  /** @param count 1 to 24 */
  read(count: number): number
}

const createBitReader = (bytes: Uint8Array): BitReader => {
  let at = 0
  let held = 0
  let pending = 0
  return {
    read(count) {
      while (pending < count) {
        if (at === bytes.length) throw broken('ends too early')
        held = (held << 8) | (bytes[at++] as number)
        pending += 8
      }
      pending -= count
      return (held >>> pending) & ((1 << count) - 1)
    },
  }
}

/** A canonical code that is read bit by bit: for every length the first code, the number of codes, and their symbols in order. */
interface CodeTable {
  readonly first: Int32Array
  readonly counts: Int32Array
  readonly offsets: Int32Array
  readonly symbols: Uint16Array
}

const tableOf = (lengths: Uint8Array): CodeTable => {
  const counts = new Int32Array(MAX_LENGTH + 1)
  for (const length of lengths) counts[length] = (counts[length] as number) + 1
  const first = new Int32Array(MAX_LENGTH + 1)
  const offsets = new Int32Array(MAX_LENGTH + 1)
  const symbols = new Uint16Array(lengths.length)
  let code = 0
  let offset = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    first[length] = code
    offsets[length] = offset
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) symbols[offset++] = symbol
    code = (code + (counts[length] as number)) << 1
  }
  return { first, counts, offsets, symbols }
}

const readSymbol = (bits: BitReader, { first, counts, offsets, symbols }: CodeTable): number => {
  let code = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code = (code << 1) | bits.read(1)
    const index = code - (first[length] as number)
    if (index >= 0 && index < (counts[length] as number)) return symbols[(offsets[length] as number) + index] as number
  }
  throw broken('no such code')
}

const readLengths = (bits: BitReader, alphabet: number): Uint8Array => {
  const lengths = new Uint8Array(alphabet)
  let current = bits.read(5)
  for (let symbol = 0; symbol < alphabet; symbol++) {
    while (bits.read(1) === 1) {
      current += bits.read(1) === 1 ? -1 : 1
      if (current < 1 || current > MAX_LENGTH) throw broken('code length')
    }
    if (current < 1 || current > MAX_LENGTH) throw broken('code length')
    lengths[symbol] = current
  }
  return lengths
}

const readUsed = (bits: BitReader): Uint8Array => {
  const sixteens = bits.read(16)
  const used: number[] = []
  for (let sixteen = 0; sixteen < 16; sixteen++) {
    if ((sixteens & (0x8000 >> sixteen)) === 0) continue
    const members = bits.read(16)
    for (let i = 0; i < 16; i++) if (members & (0x8000 >> i)) used.push(sixteen * 16 + i)
  }
  if (used.length === 0) throw broken('no bytes used')
  return Uint8Array.from(used)
}

const readSelectors = (bits: BitReader, tables: number): Uint8Array => {
  const selectors = new Uint8Array(bits.read(15))
  const recent = Array.from({ length: tables }, (_, table) => table)
  for (let i = 0; i < selectors.length; i++) {
    let rank = 0
    while (bits.read(1) === 1) if (++rank >= tables) throw broken('selector')
    const [table] = recent.splice(rank, 1)
    recent.unshift(table as number)
    selectors[i] = table as number
  }
  return selectors
}

/** Decodes the symbols of a block to the last column of its sorted rotations. */
const readColumn = (bits: BitReader, capacity: number): Uint8Array => {
  const recent = readUsed(bits)
  const alphabet = recent.length + 2
  const tableCount = bits.read(3)
  if (tableCount < 2 || tableCount > 6) throw broken('number of tables')
  const selectors = readSelectors(bits, tableCount)
  const tables = Array.from({ length: tableCount }, () => tableOf(readLengths(bits, alphabet)))
  const column = new Uint8Array(capacity)
  let size = 0
  let run = 0
  let digit = 1
  for (let read = 0; ; read++) {
    const table = tables[selectors[Math.floor(read / GROUP)] ?? -1]
    if (!table) throw broken('too few selectors')
    const symbol = readSymbol(bits, table)
    if (symbol <= RUN_B) {
      run += digit * (symbol + 1)
      digit *= 2
      if (run > capacity) throw broken('block too long')
      continue
    }
    if (size + run > capacity) throw broken('block too long')
    column.fill(recent[0] as number, size, size + run)
    size += run
    run = 0
    digit = 1
    if (symbol === alphabet - 1) return column.subarray(0, size)
    if (size === capacity) throw broken('block too long')
    const rank = symbol - 1
    const byte = recent[rank] as number
    recent.copyWithin(1, 0, rank)
    recent[0] = byte
    column[size++] = byte
  }
}

/** Inverts the transform: for every position its byte (low 8 bits) and the position of the next byte. */
const chainOf = (column: Uint8Array): Int32Array => {
  const starts = new Int32Array(257)
  for (const byte of column) starts[byte + 1] = (starts[byte + 1] as number) + 1
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] = (starts[byte + 1] as number) + (starts[byte] as number)
  const chain = new Int32Array(column.length)
  for (let i = 0; i < column.length; i++) {
    const byte = column[i] as number
    const slot = starts[byte] as number
    chain[slot] = (chain[slot] as number) | (i << 8)
    starts[byte] = slot + 1
    chain[i] = (chain[i] as number) | byte
  }
  return chain
}

/** A byte buffer that grows up to a limit. */
const createOutput = (limit: number) => {
  let bytes = new Uint8Array(Math.min(limit, 1 << 16))
  let size = 0
  return {
    add(byte: number, count: number): void {
      if (size + count > limit) throw broken('more bytes than allowed')
      if (size + count > bytes.length) {
        const larger = new Uint8Array(Math.min(limit, Math.max(bytes.length * 2, size + count)))
        larger.set(bytes)
        bytes = larger
      }
      for (let i = 0; i < count; i++) bytes[size++] = byte
    },
    all: (): Uint8Array<ArrayBuffer> => bytes.subarray(0, size),
  }
}

/** Writes the block's text, expands its runs, and returns the checksum of the result. */
const writeText = (column: Uint8Array, row: number, add: (byte: number, count: number) => void): number => {
  const chain = chainOf(column)
  let crc = ~0
  let equal = 0
  let before = -1
  let entry = chain[row] as number
  for (let i = 0; i < column.length; i++) {
    entry = chain[entry >>> 8] as number
    const byte = entry & 255
    if (equal === 4) {
      add(before, byte)
      for (let k = 0; k < byte; k++) crc = crcOf(crc, before)
      equal = 0
      before = -1
      continue
    }
    equal = byte === before ? equal + 1 : 1
    before = byte
    add(byte, 1)
    crc = crcOf(crc, byte)
  }
  return ~crc
}

/**
 * Decompresses a bzip2 stream.
 * @param limit the maximum size of the output, bytes
 * @throws BadDeltaError: not a bzip2 stream, a wrong checksum, or more output than the limit
 */
export const bunzip2 = (bytes: Uint8Array, limit: number): Uint8Array<ArrayBuffer> => {
  const bits = createBitReader(bytes)
  const level = bits.read(24) === 0x425a68 ? bits.read(8) - 0x30 : 0
  if (level < 1 || level > 9) throw broken('no such stream')
  const output = createOutput(limit)
  let allCrc = 0
  const read32 = (): number => (bits.read(16) << 16) | bits.read(16)
  for (;;) {
    const high = bits.read(24)
    const low = bits.read(24)
    const crc = read32()
    if (high === END_MARK[0] && low === END_MARK[1]) {
      if (crc !== allCrc) throw broken('checksum')
      return output.all()
    }
    if (high !== BLOCK_MARK[0] || low !== BLOCK_MARK[1]) throw broken('no block')
    // Randomised blocks were dropped in bzip2 0.9.5 (1999), before bsdiff existed.
    if (bits.read(1) === 1) throw broken('randomised block')
    const row = bits.read(24)
    const column = readColumn(bits, level * LEVEL_BYTES)
    if (row >= column.length) throw broken('row')
    if (writeText(column, row, output.add) !== crc) throw broken('checksum')
    allCrc = joinedCrc(allCrc, crc)
  }
}
