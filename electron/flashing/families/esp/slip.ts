/** RFC 1055, the framing of Espressif's serial protocol. */
const end = 0xc0
const escaping = 0xdb
const escapedEnd = 0xdc
const escapedEscape = 0xdd
/** Longer than any response of a chip; a longer frame is noise. */
const packetLimit = 64 * 1024

/** One frame, with an end byte before and after. */
export const encodeSlip = (data: Uint8Array): Uint8Array => {
  const out = new Uint8Array(data.length * 2 + 2)
  let length = 0
  out[length++] = end
  for (const byte of data) {
    if (byte === end || byte === escaping) {
      out[length++] = escaping
      out[length++] = byte === end ? escapedEnd : escapedEscape
    } else out[length++] = byte
  }
  out[length++] = end
  return out.subarray(0, length)
}

/** Splits received bytes into frames. The last characters between frames are kept as text. */
export class SlipDecoder {
  readonly #textLimit: number
  #packet: number[] | undefined
  #escaped = false
  #text = ''

  constructor(textLimit: number) {
    this.#textLimit = textLimit
  }

  get text(): string {
    return this.#text
  }

  /** Drops the frame that has begun. */
  clear(): void {
    this.#packet = undefined
    this.#escaped = false
  }

  push(bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = []
    for (const byte of bytes) {
      const packet = this.#packet
      if (!packet) {
        if (byte === end) this.#packet = []
        else this.#note(byte)
      } else if (byte === end) {
        // An empty frame: the byte taken for a beginning was an end, and this one begins a frame.
        if (packet.length === 0) continue
        packets.push(Uint8Array.from(packet))
        this.#packet = undefined
        this.#escaped = false
      } else if (this.#escaped) {
        this.#escaped = false
        if (byte === escapedEnd) packet.push(end)
        else if (byte === escapedEscape) packet.push(escaping)
        else this.#packet = undefined
      } else if (byte === escaping) this.#escaped = true
      else if (packet.length < packetLimit) packet.push(byte)
      else this.#packet = undefined
    }
    return packets
  }

  #note(byte: number): void {
    const readable = byte === 10 || (byte >= 32 && byte < 127)
    if (readable) this.#text = (this.#text + String.fromCharCode(byte)).slice(-this.#textLimit)
  }
}
