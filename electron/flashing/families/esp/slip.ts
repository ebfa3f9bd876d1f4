/** RFC 1055, which Espressif's serial protocol frames its packets with. */
const end = 0xc0
const escaping = 0xdb
const escapedEnd = 0xdc
const escapedEscape = 0xdd
/** Longer than any answer of a chip; what is longer is noise. */
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

/** Takes bytes as they come and gives whole frames; what stands between frames is kept as text, its last characters only. */
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

  /** Forgets the frame that has begun. */
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
        // An empty frame: the end byte that was taken for a beginning was an end, this one begins.
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
