import { createInflate, type Inflate } from 'node:zlib'
import type { NorFlash } from './nor-flash.ts'

/** A write that has begun: blocks in order, plain or deflated, into flash that its beginning has erased. */
export class EspWriter {
  readonly #flash: NorFlash
  readonly #inflate: Inflate | undefined
  readonly #size: number
  #address: number
  #left: number
  #next = 0
  #broken = false

  constructor(flash: NorFlash, address: number, size: number, compressed: boolean) {
    this.#flash = flash
    this.#address = address
    this.#size = size
    this.#left = size
    flash.erase(address, size)
    if (!compressed) return
    this.#inflate = createInflate()
    this.#inflate.on('data', (bytes: Buffer) => this.#program(bytes))
    this.#inflate.on('error', () => {
      this.#broken = true
    })
  }

  #program(bytes: Uint8Array): void {
    const fitting = bytes.subarray(0, this.#left)
    this.#flash.program(this.#address, fitting)
    this.#address += fitting.length
    this.#left -= fitting.length
  }

  /** False where the block is out of order or its stream is broken. */
  async block(sequence: number, bytes: Uint8Array): Promise<boolean> {
    if (sequence !== this.#next || this.#broken) return false
    this.#next += 1
    const inflate = this.#inflate
    if (!inflate) {
      this.#program(bytes)
      return true
    }
    await new Promise<void>((resolve) => {
      const done = () => {
        inflate.off('error', done)
        resolve()
      }
      inflate.once('error', done)
      inflate.write(bytes, done)
    })
    return !this.#broken
  }

  /** What is missing of what the beginning announced, after all that came is through. */
  async end(): Promise<number> {
    const inflate = this.#inflate
    if (inflate && !this.#broken) {
      await new Promise<void>((resolve) => {
        inflate.once('close', resolve)
        inflate.once('error', () => resolve())
        inflate.once('end', resolve)
        inflate.end()
      })
    }
    return this.#size === 0 ? 0 : this.#left
  }
}
