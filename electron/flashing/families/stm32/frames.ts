/** AN3155 3, "Communication safety". */
export const ackByte = 0x79
export const nackByte = 0x1f
/** AN3155 1: the byte that the bootloader measures the speed from. */
export const syncByte = 0x7f

/** AN3155 table 2, with the names of the document. */
export const commands = {
  get: { code: 0x00, name: 'Get' },
  version: { code: 0x01, name: 'Get Version' },
  id: { code: 0x02, name: 'Get ID' },
  read: { code: 0x11, name: 'Read Memory' },
  go: { code: 0x21, name: 'Go' },
  write: { code: 0x31, name: 'Write Memory' },
  erase: { code: 0x43, name: 'Erase' },
  extendedErase: { code: 0x44, name: 'Extended Erase' },
  writeUnprotect: { code: 0x73, name: 'Write Unprotect' },
  readoutProtect: { code: 0x82, name: 'Readout Protect' },
  readoutUnprotect: { code: 0x92, name: 'Readout Unprotect' },
} as const
export type CommandName = keyof typeof commands

/** A command code, or a count, with its complement. */
export const commandFrame = (code: number): Uint8Array => Uint8Array.of(code, ~code & 0xff)

/** Bytes followed by their XOR. */
export const checksummed = (bytes: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(bytes.length + 1)
  frame.set(bytes)
  let sum = 0
  for (const byte of bytes) sum ^= byte
  frame[bytes.length] = sum
  return frame
}

/** Write Memory's data: their number less one, the bytes, the checksum of all (AN3155 3.6). */
export const dataFrame = (bytes: Uint8Array): Uint8Array => {
  const counted = new Uint8Array(bytes.length + 1)
  counted[0] = bytes.length - 1
  counted.set(bytes, 1)
  return checksummed(counted)
}

/** Erase's and Extended Erase's list of pages: their number less one, the numbers, each 8 or 16 bits, the checksum (AN3155 3.7, 3.8). */
export const eraseFrame = (pages: readonly number[], extended: boolean): Uint8Array => {
  const numbers = [pages.length - 1, ...pages]
  return checksummed(Uint8Array.from(extended ? numbers.flatMap((page) => [page >>> 8, page & 0xff]) : numbers))
}
