/** Sectors of equal size that follow each other, as DfuSe names them (UM0424, "Memory mapping"; docs/bench.md §11). */
export interface Segment {
  readonly address: number
  readonly count: number
  /** Bytes of one sector. */
  readonly size: number
  readonly readable: boolean
  readonly erasable: boolean
  readonly writable: boolean
}

/** A memory of a device. */
export interface MemoryLayout {
  /** As the device names it: `Internal Flash`. */
  readonly name: string
  /** In ascending order. */
  readonly segments: readonly Segment[]
}

/** A sector of a memory. */
export interface Sector {
  readonly address: number
  readonly size: number
  readonly erasable: boolean
  readonly writable: boolean
  readonly readable: boolean
}

const units: Readonly<Record<string, number>> = { '': 1, ' ': 1, B: 1, K: 1024, M: 1024 * 1024 }
/** More sectors than any memory has; a name that says so is damaged. */
const mostSectors = 1_000_000

export const endOfSegment = ({ address, count, size }: Segment): number => address + count * size

/**
 * The memory that an interface's name describes: `@Internal Flash  /0x08000000/04*016Kg,01*064Kg`. A letter from a to g holds three bits:
 * readable, erasable, writable.
 * @returns undefined for a name that describes no memory.
 */
export const parseMemoryLayout = (name: string): MemoryLayout | undefined => {
  if (!name.startsWith('@')) return undefined
  const [title = '', ...parts] = name.slice(1).split('/')
  const segments: Segment[] = []
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const start = /^\s*0x([0-9a-f]{1,8})\s*$/i.exec(parts[index] ?? '')?.[1]
    if (start === undefined) return undefined
    let address = Number.parseInt(start, 16)
    for (const part of (parts[index + 1] ?? '').split(',')) {
      const found = /^\s*(\d{1,7})\s*\*\s*(\d{1,7})\s*([ BKM]?)([a-g])\s*$/.exec(part)
      if (!found) return undefined
      const [, count = '', size = '', unit = '', letter = 'a'] = found
      const bits = letter.charCodeAt(0) - 0x60
      const segment: Segment = {
        address,
        count: Number(count),
        size: Number(size) * (units[unit] ?? 1),
        readable: (bits & 1) !== 0,
        erasable: (bits & 2) !== 0,
        writable: (bits & 4) !== 0,
      }
      if (segment.count > mostSectors || segment.size === 0 || endOfSegment(segment) > 0x1_0000_0000) return undefined
      if (segment.count > 0) segments.push(segment)
      address = endOfSegment(segment)
    }
  }
  if (segments.length === 0) return undefined
  return { name: title.trim(), segments: segments.sort((left, right) => left.address - right.address) }
}

/** The sector that an address is in; undefined: none. */
export const sectorAt = ({ segments }: MemoryLayout, address: number): Sector | undefined => {
  const segment = segments.find((one) => address >= one.address && address < endOfSegment(one))
  if (!segment) return undefined
  const { size, readable, erasable, writable } = segment
  return { address: address - ((address - segment.address) % size), size, readable, erasable, writable }
}

/** The sectors of [start, end) in ascending order, and the first address that is in none. */
export const sectorsOf = (
  layout: MemoryLayout,
  start: number,
  end: number,
): { readonly sectors: readonly Sector[]; readonly outside: number | undefined } => {
  const sectors: Sector[] = []
  for (let at = start; at < end; ) {
    const sector = sectorAt(layout, at)
    if (!sector) return { sectors, outside: at }
    sectors.push(sector)
    at = sector.address + sector.size
  }
  return { sectors, outside: undefined }
}
