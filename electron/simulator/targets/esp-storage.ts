import { createHash } from 'node:crypto'
import { EspWriter } from './esp-writer.ts'
import type { NorFlash } from './nor-flash.ts'

/** One write as a begin command announces it, in bytes. */
export interface EspWrite {
  readonly address: number
  /** How much is erased before the first block. */
  readonly erase: number
  /** How much is written at most; what a last block has beyond it is dropped. */
  readonly size: number
  readonly compressed: boolean
}

/** Why a block was not taken: no write has begun, or the block is out of order or damaged. */
export type BlockRefusal = 'mode' | 'broken'

/** The loader's access to the flash: at most one write at a time, and reads. */
export class EspStorage {
  readonly flash: NorFlash
  readonly #worn: readonly number[]
  #writer: EspWriter | undefined

  /** @param worn addresses that read back wrong. */
  constructor(flash: NorFlash, worn: readonly number[]) {
    this.flash = flash
    this.#worn = worn
  }

  begin({ address, erase, size, compressed }: EspWrite): void {
    this.flash.erase(address, erase)
    this.#writer = new EspWriter(this.flash, address, size, compressed)
  }

  /** @param atOnce whether the block is written before the answer. */
  take(sequence: number, bytes: Uint8Array, atOnce: boolean): BlockRefusal | undefined {
    if (!this.#writer) return 'mode'
    const isTaken = this.#writer.take(sequence, bytes)
    return isTaken && (!atOnce || this.#writer.settle()) ? undefined : 'broken'
  }

  /** Writes the blocks that were answered but not yet written. */
  settle(): void {
    this.#writer?.settle()
  }

  /** Ends the write; returns the bytes that were announced and did not arrive. */
  end(): number {
    const missing = this.#writer?.missing ?? 0
    this.forget()
    return missing
  }

  /** Aborts the current write. */
  forget(): void {
    this.#writer = undefined
  }

  read(address: number, size: number): Uint8Array {
    const bytes = this.flash.bytes.slice(address, address + size)
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
