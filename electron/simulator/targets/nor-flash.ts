const sectorSize = 4096

/** A SPI flash chip: erasing sets whole sectors to ones, writing only clears bits. */
export class NorFlash {
  readonly bytes: Uint8Array

  constructor(size: number) {
    this.bytes = new Uint8Array(size).fill(0xff)
  }

  /** Erases every sector that the range touches. */
  erase(address: number, size: number): void {
    if (size === 0) return
    const from = Math.floor(address / sectorSize) * sectorSize
    const to = Math.ceil((address + size) / sectorSize) * sectorSize
    this.bytes.fill(0xff, from, to)
  }

  /** Accesses beyond the end have no effect, as on a real chip that is too small. */
  program(address: number, data: Uint8Array): void {
    const target = this.bytes.subarray(address, address + data.length)
    for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) & (data[index] ?? 0)
  }

  /** The third byte of a JEDEC id: the size as an exponent of two. */
  get sizeCode(): number {
    return Math.log2(this.bytes.length)
  }
}
