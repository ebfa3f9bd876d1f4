import { Inflate } from 'pako'
import type { NorFlash } from './nor-flash.ts'

/** A write in progress: blocks in order, plain or deflated, into erased flash. */
export class EspWriter {
  readonly #flash: NorFlash
  readonly #inflate: Inflate | undefined
  #address: number
  #left: number
  #next = 0
  #broken = false
  readonly #taken: Uint8Array[] = []

  constructor(flash: NorFlash, address: number, size: number, compressed: boolean) {
    this.#flash = flash
    this.#address = address
    this.#left = size
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

  /**
   * Accepts the next block, which is written after the answer to it: a stub does so while the next one arrives.
   * False where the block is out of order or an earlier one was damaged.
   */
  take(sequence: number, bytes: Uint8Array): boolean {
    if (sequence !== this.#next || this.#broken) return false
    this.#next += 1
    this.#taken.push(bytes)
    setImmediate(() => this.settle())
    return true
  }

  /** Writes all accepted blocks; false where the stream is damaged. */
  settle(): boolean {
    for (const bytes of this.#taken.splice(0)) {
      if (!this.#inflate) this.#program(bytes)
      else if (!this.#broken) this.#broken = !this.#inflate.push(bytes) || this.#inflate.err !== 0
    }
    return !this.#broken
  }

  /** Bytes that were announced and have not arrived. */
  get missing(): number {
    this.settle()
    return this.#left
  }
}
