import { headerBytes, isAnswerHeader } from './header.ts'
import { type PacketReader, StrangeOutput } from './packet-reader.ts'

/** Longest answer that is believed. */
const longestAnswer = 16 * 1024

/** Reads packets that come as they are, without lines, marker and CRC (MCUboot's BOOT_SERIAL_RAW_PROTOCOL, Zephyr's UART_MCUMGR_RAW_PROTOCOL). */
export class RawReader implements PacketReader {
  readonly #strange = new StrangeOutput()
  #bytes = new Uint8Array(0)

  get words(): string {
    return this.#strange.words
  }

  get strange(): Uint8Array {
    return this.#strange.bytes
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#bytes = new Uint8Array(Buffer.concat([this.#bytes, bytes]))
    const packets: Uint8Array[] = []
    while (this.#bytes.length >= headerBytes) {
      const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset)
      const length = headerBytes + view.getUint16(2)
      // Nothing marks where a packet begins, so the next byte may be it.
      const size = !isAnswerHeader(this.#bytes) || length > longestAnswer ? undefined : length
      if (size !== undefined && this.#bytes.length < size) break
      if (size === undefined) this.#strange.add(this.#bytes.subarray(0, 1))
      else packets.push(this.#bytes.slice(0, size))
      this.#bytes = this.#bytes.subarray(size ?? 1)
    }
    return packets
  }
}
