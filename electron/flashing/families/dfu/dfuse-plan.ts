import type { DfuOptions } from '#shared/targets/dfu.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { originOf } from './images.ts'
import { endOfSegment, type MemoryLayout, type Sector, sectorAt, sectorsOf } from './memory-layout.ts'

/** Bytes for a memory. */
export interface Part {
  readonly alternate: number
  readonly address: number
  readonly bytes: Uint8Array
  readonly name: string
}

export interface DfuSePlan {
  /** As the files give them; they are read back. */
  readonly parts: readonly Part[]
  /** As they are written: filled up to what flash programs at once. */
  readonly writes: readonly Part[]
  /** Memories that are erased as a whole. */
  readonly masses: readonly number[]
  /** Sectors that are erased, each once. */
  readonly sectors: readonly { readonly alternate: number; readonly sector: Sector }[]
  /** Whether what is written can be read back: none of its sectors hides its content. */
  readonly isReadable: boolean
}

type Memories = ReadonlyMap<number, MemoryLayout>

/** Flash of these chips is programmed in words of 2 to 8 bytes. */
const granule = 8
/** The value of erased flash, which programs nothing. */
const erased = 0xff

const limitsOf = ({ segments }: MemoryLayout): string =>
  segments.map((segment) => `${hex32(segment.address)}-${hex32(endOfSegment(segment))}`).join(', ')

/** The alternate setting that the recipe names. @throws FlashError DFU_ALTERNATE_MISSING. */
const chosenAlternate = (memories: Memories, { alternate }: DfuOptions): number | undefined => {
  if (alternate === 'auto') return undefined
  const number = Number(alternate)
  if (memories.has(number)) return number
  const found = [...memories].map(([key, { name }]) => `${key} (${name})`).join(', ')
  throw new FlashError('DFU_ALTERNATE_MISSING', { alternate, found })
}

/** Where a region goes. @throws FlashError DFU_OUTSIDE. */
const partOf = (region: Region, memories: Memories, chosen: number | undefined): Part => {
  const { name, bytes } = region
  const origin = originOf(region)
  const [lowest = 0] = [...memories.keys()].sort((left, right) => left - right)
  const start = memories.get(chosen ?? lowest)?.segments[0]?.address
  const address = origin.hasAddress || start === undefined ? region.address : start
  const holds = (alternate: number): boolean => {
    const layout = memories.get(alternate)
    return layout !== undefined && sectorAt(layout, address) !== undefined
  }
  const named = chosen ?? (holds(origin.alternate) ? origin.alternate : undefined)
  const alternate = named ?? [...memories.keys()].find(holds)
  if (alternate === undefined || !holds(alternate)) {
    const limits = [...memories.values()].map(limitsOf).join(', ')
    throw new FlashError('DFU_OUTSIDE', { name, address: hex32(address), limits })
  }
  return { alternate, address, bytes, name }
}

/** Refuses what the device does not write, and memories that a mistake damages for ever unless the recipe names them. */
const sectorsOfPart = (part: Part, memories: Memories, chosen: number | undefined): readonly Sector[] => {
  const { alternate, address, bytes, name } = part
  const layout = memories.get(alternate)
  if (!layout) return []
  const { sectors, outside } = sectorsOf(layout, address, address + bytes.length)
  if (outside !== undefined)
    throw new FlashError('DFU_OUTSIDE', { name, address: hex32(outside), limits: limitsOf(layout) })
  for (const { writable, erasable, address: at } of sectors) {
    const data = { name, address: hex32(at), memory: layout.name, alternate }
    if (!writable) throw new FlashError('DFU_NOT_WRITABLE', data)
    if (!erasable && chosen !== alternate) throw new FlashError('DFU_SPECIAL_MEMORY', data)
  }
  return sectors
}

/** Parts of one memory as they are written: granules filled up, neighbours within one joined. */
const filled = (parts: readonly Part[], memories: Memories): Part[] => {
  const joined: Part[] = []
  for (const part of [...parts].sort((a, b) => a.alternate - b.alternate || a.address - b.address)) {
    const layout = memories.get(part.alternate)
    if (!layout || !sectorAt(layout, part.address)?.erasable) {
      joined.push(part)
      continue
    }
    const start = part.address - (part.address % granule)
    const end = Math.ceil((part.address + part.bytes.length) / granule) * granule
    const before = joined.at(-1)
    const touches =
      before !== undefined && before.alternate === part.alternate && before.address + before.bytes.length > start
    const from = touches ? before.address : start
    const bytes = new Uint8Array(end - from).fill(erased)
    if (touches) {
      bytes.set(before.bytes)
      joined.pop()
    }
    bytes.set(part.bytes, part.address - from)
    joined.push({ ...part, address: from, bytes })
  }
  return joined
}

const checkOverlaps = (parts: readonly Part[]): void => {
  const sorted = [...parts].sort((a, b) => a.alternate - b.alternate || a.address - b.address)
  for (const [index, { alternate, address, bytes, name }] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next && next.alternate === alternate && address + bytes.length > next.address)
      throw new FlashError('REGIONS_OVERLAP', { first: name, second: next.name, address: hex32(next.address) })
  }
}

/**
 * What is erased and written for the regions.
 * @throws FlashError NO_IMAGE, REGIONS_OVERLAP, DFU_ALTERNATE_MISSING, DFU_OUTSIDE, DFU_NOT_WRITABLE, DFU_SPECIAL_MEMORY.
 */
export const dfuSePlanOf = (regions: readonly Region[], memories: Memories, options: DfuOptions): DfuSePlan => {
  const chosen = chosenAlternate(memories, options)
  const parts = regions
    .filter(({ bytes }) => bytes.length > 0)
    .map((region) => partOf(region, memories, chosen))
    .sort((left, right) => left.alternate - right.alternate || left.address - right.address)
  if (parts.length === 0) throw new FlashError('NO_IMAGE')
  checkOverlaps(parts)
  const touched = new Map<string, { alternate: number; sector: Sector }>()
  for (const part of parts)
    for (const sector of sectorsOfPart(part, memories, chosen))
      touched.set(`${part.alternate} ${sector.address}`, { alternate: part.alternate, sector })
  const all = [...touched.values()]
  const erasable = all.filter(({ sector }) => sector.erasable)
  return {
    parts,
    writes: options.erase === 'none' ? parts : filled(parts, memories),
    masses: options.erase === 'mass' ? [...new Set(erasable.map(({ alternate }) => alternate))] : [],
    sectors: options.erase === 'sectors' ? erasable : [],
    isReadable: all.every(({ sector }) => sector.readable),
  }
}
