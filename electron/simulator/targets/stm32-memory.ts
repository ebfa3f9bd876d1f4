import type { Stm32Model } from './stm32-models.ts'

const flashStart = 0x0800_0000
const ramStart = 0x2000_0000
const ramSize = 0x1_0000

/** The memories of a simulated chip. Programming clears bits (or sets them, where erased flash is 0), pages are erased one by one, and a new chip contains an older program. */
export class Stm32Memory {
  readonly flash: Uint8Array
  readonly options: Uint8Array
  readonly #model: Stm32Model
  readonly #erased: number
  readonly #ram = new Uint8Array(ramSize)
  readonly #signature: ReadonlyMap<number, number>
  /** Offsets of worn bytes, whose lowest bit reads as 0. */
  readonly #worn: ReadonlySet<number>

  constructor(model: Stm32Model, unit: Uint8Array, worn: readonly number[]) {
    this.#model = model
    this.#worn = new Set(worn)
    this.flash = new Uint8Array(model.flashSize).fill(0xa5)
    this.#erased = model.erased ?? 0xff
    this.options = Uint8Array.from(model.options?.bytes ?? [])
    const kib = model.flashSize / 1024
    this.#signature = new Map([
      ...[...unit].map((byte, at) => {
        const word = at >> 2
        return [model.unitAddress + (model.unitOffsets?.[word] ?? word * 4) + (at & 3), byte] as const
      }),
      [model.sizeAddress, kib & 0xff],
      [model.sizeAddress + 1, kib >>> 8],
    ])
  }

  /** Whether the whole range is readable. */
  readable(address: number, count: number): boolean {
    if (this.programmable(address, count)) return true
    const from = this.#model.signatureFrom
    return from === undefined ? this.#signature.has(address) : address === from
  }

  programmable(address: number, count: number): boolean {
    const inside = (start: number, size: number) => address >= start && address + count <= start + size
    const options = this.#model.options
    return (
      inside(flashStart, this.flash.length) ||
      inside(ramStart, ramSize) ||
      (options !== undefined && inside(options.address, this.options.length))
    )
  }

  isOptions(address: number): boolean {
    const start = this.#model.options?.address ?? 0
    return address >= start && address < start + this.options.length
  }

  isFlash(address: number): boolean {
    return address >= flashStart && address < flashStart + this.flash.length
  }

  read(address: number, count: number): Uint8Array {
    return Uint8Array.from({ length: count }, (_, index) => this.#byte(address + index))
  }

  /** Option bytes are erased as a whole before the new values are programmed (AN3155 3.6). */
  program(address: number, bytes: Uint8Array): void {
    if (this.isOptions(address)) {
      this.options.fill(0xff)
      this.options.set(bytes, address - (this.#model.options?.address ?? 0))
      return
    }
    for (const [index, byte] of bytes.entries()) {
      if (this.isFlash(address)) {
        const at = address - flashStart + index
        const old = this.flash[at] ?? this.#erased
        this.flash[at] = this.#erased === 0 ? old | byte : old & byte
      } else this.#ram[address - ramStart + index] = byte
    }
  }

  eraseAll(): void {
    this.flash.fill(this.#erased)
  }

  /** An erase of everything that was cut off. */
  eraseHalf(): void {
    this.flash.fill(this.#erased, 0, this.flash.length >> 1)
  }

  /** @returns false for a page that does not exist. */
  erasePage(page: number): boolean {
    const sizes = this.#model.pages
    const last = sizes.at(-1) ?? this.flash.length
    let start = 0
    for (let index = 0; index < page; index++) start += sizes[index] ?? last
    if (start >= this.flash.length) return false
    this.flash.fill(this.#erased, start, start + (sizes[page] ?? last))
    return true
  }

  #byte(address: number): number {
    if (this.isFlash(address)) {
      const at = address - flashStart
      return (this.flash[at] ?? 0xff) & (this.#worn.has(at) ? 0xfe : 0xff)
    }
    if (this.isOptions(address)) return this.options[address - (this.#model.options?.address ?? 0)] ?? 0xff
    return this.#signature.get(address) ?? this.#ram[address - ramStart] ?? 0
  }
}
