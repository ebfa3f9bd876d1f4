/*
 * SMP's console transport as a unit has it (Zephyr, "SMP Transport Specification"; MCUboot, boot_serial): every line is decoded by
 * itself, and what is wrong or too long is dropped in silence.
 */

/** CRC with polynomial 0x1021 and initial value 0, bit by bit. */
const crcOf = (bytes: Uint8Array): number => {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}

/** Characters of a unit's line buffer. */
const lineBuffer = 128

/** Collects lines into packets of at most `most` bytes with length and CRC. */
export class SmpLineBuffer {
  readonly #most: number
  #line: number[] = []
  #packet: Buffer<ArrayBuffer> | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** @returns header and body of each packet that is complete. */
  push(bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = []
    for (const byte of bytes) {
      if (byte !== 0x0a) {
        this.#line.push(byte)
        continue
      }
      const line = this.#line
      this.#line = []
      const packet = line.length < lineBuffer ? this.#take(line) : undefined
      if (packet) packets.push(packet)
    }
    return packets
  }

  #take(line: readonly number[]): Uint8Array | undefined {
    const isFirst = line[0] === 6 && line[1] === 9
    if (isFirst) this.#packet = Buffer.alloc(0)
    else if (line[0] !== 4 || line[1] !== 20 || !this.#packet) return undefined
    const text = Buffer.from(line.slice(2)).toString('latin1')
    const decoded = Buffer.from(text, 'base64')
    // Each line by itself: what was cut elsewhere than at a multiple of four is no base64.
    if (text.length % 4 !== 0 || decoded.toString('base64') !== text) {
      this.#packet = undefined
      return undefined
    }
    const packet = Buffer.concat([this.#packet ?? Buffer.alloc(0), decoded])
    this.#packet = packet
    if (packet.length > this.#most) this.#packet = undefined
    if (packet.length > this.#most || packet.length < 2 || packet.readUInt16BE(0) !== packet.length - 2)
      return undefined
    this.#packet = undefined
    const body = packet.subarray(2)
    return crcOf(body) === 0 ? Uint8Array.from(body.subarray(0, -2)) : undefined
  }
}

/** A packet as lines of a unit. */
export const smpLines = (packet: readonly number[]): number[] => {
  const crc = crcOf(Uint8Array.from(packet))
  const length = packet.length + 2
  const text = Buffer.from([length >> 8, length & 0xff, ...packet, crc >> 8, crc & 0xff]).toString('base64')
  return (text.match(/.{1,124}/g) ?? []).flatMap((part, at) => [
    ...(at === 0 ? [6, 9] : [4, 20]),
    ...Buffer.from(part),
    0x0a,
  ])
}
