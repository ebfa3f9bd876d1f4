const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0)
  return value
})

/** Adds one byte to bzip2's checksum: CRC-32, most significant bit first. The start value and the result are inverted (`~`). */
export const crcOf = (crc: number, byte: number): number => (crc << 8) ^ (table[((crc >>> 24) ^ byte) & 255] as number)

/** Combines a block's checksum with those of the blocks before it. */
export const joinedCrc = (all: number, block: number): number => ((all << 1) | (all >>> 31)) ^ block

/** The 48-bit marks of a block (pi) and of the end of a stream (the square root of pi), each as two halves. */
export const BLOCK_MARK: readonly [number, number] = [0x314159, 0x265359]
export const END_MARK: readonly [number, number] = [0x177245, 0x385090]

/** Symbols of the Huffman codes: two for zero counts, the move-to-front positions except the first, and the end. */
export const RUN_A = 0
export const RUN_B = 1

/** The number of symbols that share a code table. */
export const GROUP = 50

/** Bytes of a block after the first run-length step, for each of the levels 1 to 9. */
export const LEVEL_BYTES = 100_000
