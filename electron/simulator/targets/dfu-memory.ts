/** A sector of a simulated memory. */
export interface DfuSector {
  readonly address: number
  readonly size: number
  /** The kind letter of DfuSe: `g` flash, `e` without erase, `a` read only. */
  readonly kind: string
}

/** Memory of a simulated DfuSe device, described by the same text that it names itself by. */
export class DfuMemory {
  readonly sectors: readonly DfuSector[]
  readonly #cells = new Map<number, Uint8Array>()
  readonly #protected: ReadonlySet<number>
  /** Addresses of sectors, in the order in which they were erased. */
  readonly erased: number[] = []

  /** @param writeProtected addresses of sectors that keep their content and report no error. */
  constructor(
    segments: readonly (readonly [start: number, count: number, size: number, kind: string])[],
    writeProtected: readonly number[],
  ) {
    this.sectors = segments.flatMap(([start, count, size, kind]) =>
      Array.from({ length: count }, (_, index) => ({ address: start + index * size, size, kind })),
    )
    // An old program, so that a sector that was not erased shows.
    for (const { address, size, kind } of this.sectors)
      this.#cells.set(address, new Uint8Array(size).fill(kind === 'g' ? 0x5a : 0xff))
    this.#protected = new Set(writeProtected)
  }

  at(address: number): DfuSector | undefined {
    return this.sectors.find((one) => address >= one.address && address < one.address + one.size)
  }

  erase({ address, size }: DfuSector): void {
    this.erased.push(address)
    if (!this.#protected.has(address)) this.#cells.set(address, new Uint8Array(size).fill(0xff))
  }

  eraseAll(): void {
    for (const sector of this.sectors) if (sector.kind === 'g') this.erase(sector)
  }

  /** Flash only loses bits. @returns false outside. */
  write(address: number, bytes: Uint8Array): boolean {
    for (const [index, byte] of bytes.entries()) {
      const sector = this.at(address + index)
      const cells = sector && this.#cells.get(sector.address)
      if (!sector || !cells) return false
      const place = address + index - sector.address
      if (!this.#protected.has(sector.address)) cells[place] = sector.kind === 'g' ? (cells[place] ?? 0) & byte : byte
    }
    return true
  }

  /** Undefined outside. */
  read(address: number, length: number): Uint8Array | undefined {
    const bytes = new Uint8Array(length)
    for (let index = 0; index < length; index++) {
      const sector = this.at(address + index)
      const cells = sector && this.#cells.get(sector.address)
      if (!sector || !cells) return undefined
      bytes[index] = cells[address + index - sector.address] ?? 0
    }
    return bytes
  }
}
