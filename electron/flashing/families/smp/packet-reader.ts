/** Takes a stream of bytes apart into SMP packets: header and body. */
export interface PacketReader {
  /** The packets that are complete with these bytes. */
  push(bytes: Uint8Array): readonly Uint8Array[]
  /** The latest output that is no packet, for people. */
  readonly words: string
  /** Whether output was seen that is no packet. */
  readonly strange: Uint8Array
}

/** Bytes of strange output that are kept. */
const keptBytes = 300

/** The end of a unit's output that is no packet. */
export class StrangeOutput {
  #bytes = new Uint8Array(0)

  add(bytes: Uint8Array): void {
    const both = new Uint8Array(this.#bytes.length + bytes.length)
    both.set(this.#bytes)
    both.set(bytes, this.#bytes.length)
    this.#bytes = both.subarray(Math.max(0, both.length - keptBytes))
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Printable text in one line, without colours; what cannot be printed is left out. */
  get words(): string {
    const text = new TextDecoder('latin1').decode(this.#bytes)
    const bare = text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g'), '')
    return bare.replaceAll(/[^\x20-\x7e]+/g, ' ').trim()
  }
}
