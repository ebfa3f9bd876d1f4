import { createHash } from 'node:crypto'

/**
 * A stub's answer to READ_FLASH: packets, of which only some may be on their way without an acknowledgement, and then the MD5
 * (esptool documentation, "Reading Flash").
 */
export class EspReading {
  readonly #bytes: Uint8Array
  readonly #packet: number
  readonly #most: number
  readonly #send: (content: Uint8Array) => void
  #sent = 0

  constructor(bytes: Uint8Array, packet: number, most: number, send: (content: Uint8Array) => void) {
    this.#bytes = bytes
    this.#packet = packet
    this.#most = most
    this.#send = send
  }

  /** Sends what may be sent. @param acknowledged bytes that the host has. @returns false once the MD5 has been sent. */
  continue(acknowledged: number): boolean {
    while (this.#sent < this.#bytes.length && this.#sent - acknowledged < this.#packet * this.#most) {
      this.#send(this.#bytes.subarray(this.#sent, this.#sent + this.#packet))
      this.#sent += this.#packet
    }
    if (acknowledged < this.#bytes.length) return true
    this.#send(createHash('md5').update(this.#bytes).digest())
    return false
  }
}
