import { Inflate } from 'pako'
import type { NorFlash } from './nor-flash.ts'

/** A write that has begun: blocks in order, plain or deflated, into flash that its beginning has erased. */
export class EspWriter {
  readonly #flash: NorFlash
  readonly #inflate: Inflate | undefined
  #address: number
  #left: number
  #next = 0

  constructor(flash: NorFlash, address: number, size: number, compressed: boolean) {
    this.#flash = flash
    this.#address = address
    this.#left = size
    flash.erase(address, size)
    if (!compressed) return
    this.#inflate = new Inflate()
    this.#inflate.onData = (bytes) => {
      if (bytes instanceof Uint8Array) this.#program(bytes)
    }
  }

  #program(bytes: Uint8Array): void {
    const fitting = bytes.subarray(0, this.#left)
    this.#flash.program(this.#address, fitting)
    this.#address += fitting.length
    this.#left -= fitting.length
  }

  /** False where the block is out of order or its stream is broken. */
  block(sequence: number, bytes: Uint8Array): boolean {
    if (sequence !== this.#next) return false
    this.#next += 1
    if (this.#inflate) return this.#inflate.push(bytes) && this.#inflate.err === 0
    this.#program(bytes)
    return true
  }

  /** Bytes that the beginning announced and that did not come. */
  get missing(): number {
    return this.#left
  }
}
