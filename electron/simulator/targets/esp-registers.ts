import type { EspChipModel } from './esp-chips.ts'

const detectAddress = 0x4000_1000
/** ESP32's BLOCK0: FLASH_CRYPT_CNT in word 0, ABS_DONE_1 in word 6 (Technical Reference Manual, "eFuse Controller"). */
const esp32Fuses = 0x3ff5_a000
const readJedecId = 0x9f

export interface EspFuses {
  /** Six bytes. */
  readonly mac: Uint8Array
  readonly secureBoot?: boolean
  readonly flashEncryption?: boolean
}

/**
 * Values that can be read and written by address: fuses, the chip's magic value, and the flash controller as far as the flash id needs
 * it.
 */
export class EspRegisters {
  readonly #model: EspChipModel
  readonly #values: Map<number, number>
  readonly #sizeCode: number

  /** @param sizeCode the third byte of the flash's JEDEC id. */
  constructor(model: EspChipModel, { mac, secureBoot, flashEncryption }: EspFuses, sizeCode: number) {
    this.#model = model
    this.#sizeCode = sizeCode
    this.#values = new Map([[detectAddress, model.magic], ...model.fuses(mac)])
    if (model.name !== 'ESP32') return
    this.#values.set(esp32Fuses, flashEncryption ? 1 << 20 : 0)
    this.#values.set(esp32Fuses + 0x18, secureBoot ? 1 << 5 : 0)
  }

  read(address: number): number {
    const { base, usr2, data } = this.#model.spi
    // The command register clears itself at the end of the command.
    if (address === base) return 0
    const isFlashId = ((this.#values.get(base + usr2) ?? 0) & 0xff) === readJedecId
    if (address === base + data && isFlashId) return 0xef | (0x40 << 8) | (this.#sizeCode << 16)
    return this.#values.get(address) ?? 0
  }

  write(address: number, value: number): void {
    this.#values.set(address, value)
  }
}
