import type { EspChipModel } from './esp-chips.ts'

const start = 2 ** 18
const commands = { id: 0x9f, parameters: 0x5a } as const
/** JEDEC's table of parameters begins with these letters. */
const sfdp = new TextEncoder().encode('SFDP')
const unconnected = 0xff_ffff

/** The flash controller as far as a host uses it by registers: the flash's id, and the beginning of its table of parameters. */
export class EspSpi {
  readonly #model: EspChipModel
  readonly #sizeCode: number
  readonly #isConnected: () => boolean
  readonly #registers = new Map<number, number>()

  /** @param sizeCode the third byte of the flash's JEDEC id. @param isConnected whether the flash has power and its pins are attached. */
  constructor(model: EspChipModel, sizeCode: number, isConnected: () => boolean) {
    this.#model = model
    this.#sizeCode = sizeCode
    this.#isConnected = isConnected
  }

  /** Whether the address is one of the controller's. */
  owns(address: number): boolean {
    const { base, data } = this.#model.spi
    return address >= base && address < base + data + 64
  }

  read(address: number): number {
    // The command register clears itself at the end of the command.
    return address === this.#model.spi.base ? 0 : (this.#registers.get(address) ?? 0)
  }

  write(address: number, value: number): void {
    const { base, usr2, data } = this.#model.spi
    if (address !== base) this.#registers.set(address, value)
    else if ((value & start) !== 0) {
      this.#registers.set(base + data, this.#answer((this.#registers.get(base + usr2) ?? 0) & 0xff))
    }
  }

  #answer(command: number): number {
    if (command !== commands.id && command !== commands.parameters) return 0
    if (!this.#isConnected()) return unconnected
    if (command === commands.id) return 0xef | (0x40 << 8) | (this.#sizeCode << 16)
    const from = (this.#registers.get(this.#model.spi.base + 4) ?? 0) & 0xff
    return [3, 2, 1, 0].reduce((value, index) => ((value << 8) | (sfdp[from + index] ?? 0)) >>> 0, 0)
  }
}
