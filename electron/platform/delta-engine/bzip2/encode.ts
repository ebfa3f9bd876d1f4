import { type BitWriter, createBitWriter } from './bit-writer.ts'
import { BLOCK_MARK, crcOf, END_MARK, GROUP, joinedCrc, LEVEL_BYTES, RUN_A, RUN_B } from './crc.ts'
import { codesOf } from './huffman.ts'
import { chooseTables } from './tables.ts'
import { burrowsWheeler } from './transform.ts'

const LEVEL = 9
/** bzip2 leaves this many bytes of a block free, and decoders may rely on it. */
const BLOCK_BYTES = LEVEL * LEVEL_BYTES - 19

/** Move-to-front positions of the column; runs of zeros are counted in base 2 with the digits 1 and 2; the end symbol follows. */
const ranked = (column: Uint8Array, used: readonly number[]): Uint16Array => {
  const symbols = new Uint16Array(column.length + 1)
  const recent = Uint8Array.from(used)
  let size = 0
  let zeros = 0
  const flush = (): void => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) symbols[size++] = zeros & 1 ? RUN_A : RUN_B
  }
  for (let i = 0; i < column.length; i++) {
    const byte = column[i] as number
    if (recent[0] === byte) {
      zeros++
      continue
    }
    flush()
    let rank = 0
    let moved = recent[0] as number
    while (moved !== byte) {
      rank++
      const next = recent[rank] as number
      recent[rank] = moved
      moved = next
    }
    recent[0] = byte
    symbols[size++] = rank + 1
  }
  flush()
  symbols[size++] = used.length + 1
  return symbols.subarray(0, size)
}

const writeUsed = (bits: BitWriter, present: Uint8Array): void => {
  const has = (from: number, count: number): boolean => present.subarray(from, from + count).includes(1)
  for (let sixteen = 0; sixteen < 256; sixteen += 16) bits.write(has(sixteen, 16) ? 1 : 0, 1)
  for (let sixteen = 0; sixteen < 256; sixteen += 16) {
    if (!has(sixteen, 16)) continue
    for (let byte = sixteen; byte < sixteen + 16; byte++) bits.write(present[byte] as number, 1)
  }
}

const writeSelectors = (bits: BitWriter, selectors: Uint8Array, count: number): void => {
  bits.write(count, 3)
  bits.write(selectors.length, 15)
  const recent = Array.from({ length: count }, (_, table) => table)
  for (const table of selectors) {
    const rank = recent.indexOf(table)
    recent.splice(rank, 1)
    recent.unshift(table)
    for (let i = 0; i < rank; i++) bits.write(1, 1)
    bits.write(0, 1)
  }
}

const writeLengths = (bits: BitWriter, lengths: Uint8Array): void => {
  let current = lengths[0] as number
  bits.write(current, 5)
  for (const length of lengths) {
    for (; current < length; current++) bits.write(0b10, 2)
    for (; current > length; current--) bits.write(0b11, 2)
    bits.write(0, 1)
  }
}

const write32 = (bits: BitWriter, value: number): void => {
  bits.write(value >>> 16, 16)
  bits.write(value & 0xffff, 16)
}

const writeMark = (bits: BitWriter, mark: readonly [number, number]): void => {
  for (const half of mark) bits.write(half, 24)
}

const writeBlock = (bits: BitWriter, block: Uint8Array, crc: number): void => {
  const { column, row } = burrowsWheeler(block)
  const present = new Uint8Array(256)
  for (const byte of block) present[byte] = 1
  const used = Array.from(present.keys()).filter((byte) => present[byte] === 1)
  const symbols = ranked(column, used)
  const { tables, selectors } = chooseTables(symbols, used.length + 2)
  writeMark(bits, BLOCK_MARK)
  write32(bits, crc)
  // Not randomised (decoders still read this bit for very old files).
  bits.write(0, 1)
  bits.write(row, 24)
  writeUsed(bits, present)
  writeSelectors(bits, selectors, tables.length)
  for (const lengths of tables) writeLengths(bits, lengths)
  const codes = tables.map(codesOf)
  for (let i = 0; i < symbols.length; i++) {
    const table = selectors[Math.floor(i / GROUP)] as number
    const symbol = symbols[i] as number
    bits.write((codes[table] as Int32Array)[symbol] as number, (tables[table] as Uint8Array)[symbol] as number)
  }
}

/** Compresses `bytes` to a bzip2 stream (level 9) that bzip2 1.0 reads. @param onProgress called with the completed share, 0-1 */
export const bzip2 = (bytes: Uint8Array, onProgress?: (share: number) => void): Uint8Array<ArrayBuffer> => {
  const bits = createBitWriter()
  bits.write(0x425a68, 24)
  bits.write(0x30 + LEVEL, 8)
  const block = new Uint8Array(Math.min(BLOCK_BYTES, Math.ceil(bytes.length * 1.25) + 5))
  let allCrc = 0
  let at = 0
  while (at < bytes.length) {
    let size = 0
    let crc = ~0
    // First run-length step: after four equal bytes a count of further ones follows, up to 251.
    while (at < bytes.length && size + 5 <= block.length) {
      const byte = bytes[at] as number
      let run = 0
      while (run < 255 && bytes[at + run] === byte) {
        run++
        crc = crcOf(crc, byte)
      }
      at += run
      for (let i = 0; i < Math.min(run, 4); i++) block[size++] = byte
      if (run >= 4) block[size++] = run - 4
    }
    crc = ~crc
    allCrc = joinedCrc(allCrc, crc)
    writeBlock(bits, block.subarray(0, size), crc)
    onProgress?.(at / bytes.length)
  }
  writeMark(bits, END_MARK)
  write32(bits, allCrc)
  return bits.finish()
}
