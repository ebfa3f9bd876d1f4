import { crc16 } from '../crc16.ts'
import { type PacketReader, StrangeOutput } from './packet-reader.ts'

/*
 * SMP over a console (Zephyr, "SMP Transport Specification", UART/serial and console): a packet is its length, header and body, and a CRC;
 * as base64, in lines of at most 127 bytes that begin with a marker. Other output may stand between the lines.
 */

const firstMarker = [0x06, 0x09] as const
const nextMarker = [0x04, 0x14] as const
const newline = 0x0a

/** Base64 in one line: 93 bytes. A multiple of 4, because a unit decodes each line by itself. */
const lineChars = 124

/** Longest line of a unit that is kept; what is longer is no frame. */
const longestLine = 8192

/** Bytes that a packet has besides header and body: length and CRC. */
export const consoleOverhead = 4

/** A packet (header and body) as lines for the unit. @throws RangeError for more than 65,533 bytes. */
export const consoleLines = (packet: Uint8Array): Uint8Array => {
  const length = packet.length + 2
  if (length > 0xffff) throw new RangeError(`a packet of ${packet.length} bytes`)
  const crc = crc16(packet)
  const whole = Buffer.concat([
    Buffer.from([length >>> 8, length & 0xff]),
    packet,
    Buffer.from([crc >>> 8, crc & 0xff]),
  ])
  const text = whole.toString('base64')
  const lines: Buffer[] = []
  for (let at = 0; at < text.length; at += lineChars)
    lines.push(
      Buffer.from(at === 0 ? firstMarker : nextMarker),
      Buffer.from(text.slice(at, at + lineChars), 'latin1'),
      Buffer.from([newline]),
    )
  return new Uint8Array(Buffer.concat(lines))
}

/** Where the last marker of a line begins, and whether it is that of a packet's first line; a prompt may stand before it. */
const markerIn = (line: Uint8Array): { readonly at: number; readonly isFirst: boolean } | undefined => {
  for (let at = line.length - 2; at >= 0; at--) {
    if (line[at] === firstMarker[0] && line[at + 1] === firstMarker[1]) return { at, isFirst: true }
    if (line[at] === nextMarker[0] && line[at + 1] === nextMarker[1]) return { at, isFirst: false }
  }
  return undefined
}

/** Reads packets from a console, and skips everything else. A packet that is damaged is dropped, as the unit does. */
export class ConsoleReader implements PacketReader {
  readonly #strange = new StrangeOutput()
  #line: number[] = []
  /** Base64 of the packet so far; undefined: none has begun. */
  #text: string | undefined

  get words(): string {
    return this.#strange.words
  }

  get strange(): Uint8Array {
    return this.#strange.bytes
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    const packets: Uint8Array[] = []
    for (const byte of bytes) {
      if (byte !== newline) {
        this.#line.push(byte)
        if (this.#line.length > longestLine) this.#spill()
        continue
      }
      const packet = this.#take(Uint8Array.from(this.#line))
      this.#line = []
      if (packet) packets.push(packet)
    }
    // A unit that never ends a line still says something.
    if (this.#line.length > 0 && !markerIn(Uint8Array.from(this.#line.slice(-2048)))) this.#spill(2)
    return packets
  }

  /** Gives an unfinished line up, except for its last bytes: the beginning of a marker. */
  #spill(keep = 0): void {
    const rest = keep === 0 ? [] : this.#line.splice(-keep)
    this.#strange.add(Uint8Array.from(this.#line))
    this.#line = rest
  }

  #take(line: Uint8Array): Uint8Array | undefined {
    const marker = markerIn(line)
    this.#strange.add(Uint8Array.of(...(marker ? line.subarray(0, marker.at) : line), newline))
    if (!marker) return undefined
    const text = Buffer.from(line.subarray(marker.at + 2))
      .toString('latin1')
      .replace(/\r+$/, '')
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || (!marker.isFirst && this.#text === undefined)) {
      this.#text = undefined
      return undefined
    }
    this.#text = (marker.isFirst ? '' : (this.#text ?? '')) + text
    return this.#whole(this.#text)
  }

  /** The packet, once all of it is there. */
  #whole(text: string): Uint8Array | undefined {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length < 2) return undefined
    const length = bytes.readUInt16BE(0)
    if (bytes.length < 2 + length) return undefined
    this.#text = undefined
    const body = bytes.subarray(2, 2 + length)
    // The CRC over a packet with its own CRC is 0.
    const isSound = length >= 2 && bytes.length === 2 + length && crc16(body) === 0
    return isSound ? new Uint8Array(body.subarray(0, length - 2)) : undefined
  }
}
