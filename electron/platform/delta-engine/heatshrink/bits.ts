/** Puts numbers into bytes bit by bit, the most significant bit first; the last byte is filled up by zeros. */
export interface BitWriter {
  readonly bytes: Uint8Array
  put(value: number, bits: number): void
}

/** @param size bytes there will be. */
export const createBitWriter = (size: number): BitWriter => {
  const bytes = new Uint8Array(size)
  let at = 0
  return {
    bytes,
    put(value, bits) {
      for (let bit = bits - 1; bit >= 0; bit--, at++) {
        if ((value >> bit) & 1) bytes[at >> 3] = (bytes[at >> 3] as number) | (0x80 >> (at & 7))
      }
    },
  }
}
