import { crc16 } from '../crc16.ts'

/** Control characters (Forsberg, "XMODEM/YMODEM Protocol Reference", 1988, 7.2). */
export const soh = 0x01
export const stx = 0x02
export const eot = 0x04
export const ack = 0x06
const bs = 0x08
export const nak = 0x15
export const can = 0x18
/** `C`: the receiver asks for blocks with CRC. */
export const wantsCrc = 0x43
/** `G`: a receiver of YMODEM-G, which wants blocks without a pause and acknowledges none (Forsberg 6). */
export const wantsStream = 0x47

/** How a receiver checks its blocks. */
export type BlockCheck = 'crc' | 'checksum'

/** Two CANs end a transfer; more of them, and backspaces to wipe them from a person's screen, as receivers expect. */
export const cancelFrame = Uint8Array.of(...Array<number>(8).fill(can), ...Array<number>(8).fill(bs))

/**
 * A block: SOH for 128 bytes of data or STX for 1024, its number modulo 256, that number's complement, data, check (Forsberg 7.3, 8.1).
 * @throws RangeError for any other length.
 */
export const blockFrame = (number: number, data: Uint8Array, check: BlockCheck): Uint8Array => {
  if (data.length !== 128 && data.length !== 1024) throw new RangeError(`a block of ${data.length} bytes`)
  const frame = new Uint8Array(3 + data.length + (check === 'crc' ? 2 : 1))
  frame[0] = data.length === 128 ? soh : stx
  frame[1] = number & 0xff
  frame[2] = ~number & 0xff
  frame.set(data, 3)
  if (check === 'crc') {
    const crc = crc16(data)
    frame[frame.length - 2] = crc >>> 8
    frame[frame.length - 1] = crc & 0xff
  } else {
    frame[frame.length - 1] = data.reduce((sum, byte) => (sum + byte) & 0xff, 0)
  }
  return frame
}

/** `bytes` from `offset` on as one block of `size`, filled up with `padding`. */
export const blockData = (bytes: Uint8Array, offset: number, size: 128 | 1024, padding: number): Uint8Array => {
  const data = new Uint8Array(size).fill(padding)
  data.set(bytes.subarray(offset, offset + size))
  return data
}

/** Size of the block at `offset`: a short end goes in small blocks, so that no more than 127 bytes are filled up (Forsberg 4.3). */
export const blockSize = (left: number, largest: 128 | 1024): 128 | 1024 =>
  largest === 1024 && left > 7 * 128 ? 1024 : 128

/**
 * YMODEM's block 0: name, NUL, length in decimal, filled up with NULs (Forsberg 5). Names are bare, of characters that every receiver keeps.
 * Without a name: the empty block that ends a batch.
 */
export const headerData = (name: string, size: number): Uint8Array => {
  const bare = name.replaceAll(/^.*[/\\]/g, '').replaceAll(/[^\x21-\x7e]/g, '_')
  const text = bare === '' ? '' : `${bare.slice(0, 100)}\0${size}`
  const data = new Uint8Array(128)
  data.set(new TextEncoder().encode(text))
  return data
}
