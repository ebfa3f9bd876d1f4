import { Stm32Memory } from './stm32-memory.ts'
import { type Stm32Model, stm32Models } from './stm32-models.ts'

export interface Stm32BoardOptions {
  readonly model?: Stm32Model
  /** The unique id's twelve bytes. */
  readonly unit?: Uint8Array
  readonly isProtected?: boolean
  /** Level 2: Readout Unprotect does not help. */
  readonly isProtectedForEver?: boolean
  /** All sectors are write-protected; `silent` or `refused` is how the bootloader takes what they are told. */
  readonly writeProtection?: 'silent' | 'refused'
  /** Flash offsets that read back wrong. */
  readonly worn?: readonly number[]
}

/** What of a chip stays over resets, and over the time that it is unplugged. */
export class Stm32Board {
  readonly model: Stm32Model
  readonly memory: Stm32Memory
  isProtected: boolean
  writeProtection: 'silent' | 'refused' | undefined
  readonly #isProtectedForEver: boolean

  constructor({ model = stm32Models.f4, unit, worn, ...rest }: Stm32BoardOptions) {
    this.model = model
    const number = unit ?? Uint8Array.of(0x25, 0, 0x35, 0, 0x11, 0x47, 0x33, 0x31, 0x39, 0x36, 0x35, 0x34)
    this.memory = new Stm32Memory(model, number, worn ?? [])
    this.#isProtectedForEver = rest.isProtectedForEver ?? false
    this.isProtected = (rest.isProtected ?? false) || this.#isProtectedForEver
    this.writeProtection = rest.writeProtection
  }

  /** Carries out a command that changes the option bytes. */
  protect(change: 'readoutProtect' | 'readoutUnprotect' | 'writeUnprotect'): void {
    if (change === 'writeUnprotect') this.writeProtection = undefined
    else this.isProtected = change === 'readoutProtect' || this.#isProtectedForEver
  }

  /** Loads the option bytes, as a reset does. */
  loadOptions(): void {
    const { options } = this.model
    if (options) this.isProtected = this.memory.options[options.protectionAt] !== options.unprotected
  }

  /** The power goes while flash is being erased: a part of it is, and what would have come after is not done. */
  loseErase(): void {
    this.memory.eraseHalf()
  }
}
