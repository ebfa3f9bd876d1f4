import { createHash } from 'node:crypto'
import { type Answer, failed } from './esp-wire.ts'
import { EspWriter } from './esp-writer.ts'
import type { NorFlash } from './nor-flash.ts'

/** The loader's access to the flash: at most one write at a time, and reads. */
export class EspStorage {
  readonly #flash: NorFlash
  readonly #worn: readonly number[]
  #writer: EspWriter | undefined

  /** @param worn addresses that read back wrong. */
  constructor(flash: NorFlash, worn: readonly number[]) {
    this.#flash = flash
    this.#worn = worn
  }

  begin(address: number, size: number, compressed: boolean): Answer {
    this.#writer = new EspWriter(this.#flash, address, size, compressed)
    return {}
  }

  /** @param atOnce whether the block is written before the answer. */
  take(sequence: number, bytes: Uint8Array, atOnce: boolean): Answer {
    if (!this.#writer) return { error: failed.mode }
    const isTaken = this.#writer.take(sequence, bytes)
    return isTaken && (!atOnce || this.#writer.settle()) ? {} : { error: failed.inflate }
  }

  /** Writes the blocks that were answered but not yet written. */
  settle(): void {
    this.#writer?.settle()
  }

  end(): Answer {
    const missing = this.#writer?.missing ?? 0
    this.forget()
    return missing > 0 ? { error: failed.short } : {}
  }

  /** Aborts the current write. */
  forget(): void {
    this.#writer = undefined
  }

  read(address: number, size: number): Uint8Array {
    const bytes = this.#flash.bytes.slice(address, address + size)
    for (const worn of this.#worn) {
      const byte = bytes[worn - address]
      if (byte !== undefined) bytes[worn - address] = byte ^ 1
    }
    return bytes
  }

  /** 16 bytes, or a ROM's 32 characters. */
  md5(address: number, size: number, binary: boolean): Uint8Array {
    const digest = createHash('md5').update(this.read(address, size))
    return binary ? digest.digest() : new TextEncoder().encode(digest.digest('hex'))
  }
}
