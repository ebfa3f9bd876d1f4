/** Writes bits into a growing byte buffer, the most significant bit of every number first. */
export interface BitWriter {
  /** @param count 0 to 24 */
  write(value: number, count: number): void
  /** All bytes, the last padded with zero bits. */
  finish(): Uint8Array<ArrayBuffer>
}

export const createBitWriter = (): BitWriter => {
  let bytes = new Uint8Array(1 << 12)
  let size = 0
  let held = 0
  let pending = 0
  const flush = (): void => {
    if (size + 4 > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2)
      larger.set(bytes)
      bytes = larger
    }
    while (pending >= 8) {
      pending -= 8
      bytes[size++] = held >>> pending
    }
  }
  return {
    write(value, count) {
      held = (held << count) | value
      pending += count
      if (pending >= 8) flush()
    },
    finish() {
      if (pending > 0) {
        held <<= 8 - pending
        pending = 8
        flush()
      }
      return bytes.slice(0, size)
    },
  }
}
