import { FlashError, type Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { flashStart } from './chips.ts'
import { type ErasePlan, erasePlanOf, type PlanFacts } from './erase-plan.ts'
import { type FlashLayout, flashEnd, flashReachOf } from './flash-layout.ts'

/** One Write Memory: at most 256 bytes, a multiple of the chip's granule (AN3155 3.6). */
export interface Stm32Write {
  readonly address: number
  readonly bytes: Uint8Array
}

export interface Stm32Plan extends ErasePlan {
  /** Every block of the images, as it is read back. */
  readonly blocks: readonly Stm32Write[]
  /** The blocks that must be written: all but those that erased flash holds already. */
  readonly writes: readonly Stm32Write[]
  /** Bytes of all writes. */
  readonly total: number
  /** Bytes of all blocks. */
  readonly checked: number
}

const largestWrite = 256
/** For unknown chips: the widest programming unit of any chip with this bootloader. */
const unknownGranule = 32

/** One piece of memory, granules filled up with the value of erased flash; neighbours in one granule are joined. */
const segmentsOf = (
  regions: readonly Region[],
  granule: number,
  erased: number,
): { address: number; bytes: Uint8Array }[] => {
  const segments: { address: number; bytes: Uint8Array }[] = []
  for (const { address, bytes } of regions) {
    const start = address - (address % granule)
    const end = Math.ceil((address + bytes.length) / granule) * granule
    const previous = segments.at(-1)
    const from = previous && previous.address + previous.bytes.length >= start ? previous.address : start
    const joined = new Uint8Array(end - from).fill(erased)
    if (previous && from === previous.address) {
      joined.set(previous.bytes)
      segments.pop()
    }
    joined.set(bytes, address - from)
    segments.push({ address: from, bytes: joined })
  }
  return segments
}

/** The first address behind the chip's flash, as far as it is known. */
const flashLimit = ({ chip, flashSize, layout }: PlanFacts): number => {
  if (layout) return flashEnd(layout)
  return chip ? flashReachOf([chip], flashSize ?? chip.maxFlash) : Number.POSITIVE_INFINITY
}

/** Refuses regions that overlap or leave the chip's flash. */
const checkPlaces = (sorted: readonly Region[], facts: PlanFacts): void => {
  const { chip, layout } = facts
  const limit = flashLimit(facts)
  for (const [index, region] of sorted.entries()) {
    const next = sorted[index + 1]
    const end = region.address + region.bytes.length
    if (next && end > next.address) {
      throw new FlashError('REGIONS_OVERLAP', { first: region.name, second: next.name, address: hex32(next.address) })
    }
    if (region.address < flashStart || end > limit) {
      throw new FlashError('STM32_OUTSIDE_FLASH', {
        name: region.name,
        chip: chip?.name ?? 'STM32',
        start: hex32(flashStart),
        end: hex32(end),
        limit: Number.isFinite(limit) ? hex32(limit) : '…',
      })
    }
    const gap = layout && firstGap(layout, region.address, end)
    if (gap !== undefined) {
      throw new FlashError('STM32_FLASH_GAP', { name: region.name, chip: chip?.name ?? 'STM32', address: hex32(gap) })
    }
  }
}

/** The first address of [start, end) that is in no page. */
const firstGap = ({ pages }: FlashLayout, start: number, end: number): number | undefined => {
  let at = start
  for (const { address, bytes } of pages) {
    if (address >= end) break
    if (address > at) return at
    at = Math.max(at, address + bytes)
  }
  return at < end ? at : undefined
}

const sum = (writes: readonly Stm32Write[]): number => writes.reduce((total, { bytes }) => total + bytes.length, 0)

/**
 * The pages to erase and the blocks to write for the regions. Blocks that erased flash already holds are not written if it is erased.
 * @throws FlashError NO_IMAGE, REGIONS_OVERLAP, STM32_OUTSIDE_FLASH, STM32_FLASH_GAP, STM32_CHIP_UNKNOWN, STM32_BANKS_UNKNOWN,
 * STM32_PAGES_UNNUMBERED, STM32_MASS_ERASE_MISSING.
 */
export const planOf = (regions: readonly Region[], facts: PlanFacts): Stm32Plan => {
  const sorted = regions.filter(({ bytes }) => bytes.length > 0).sort((left, right) => left.address - right.address)
  if (sorted.length === 0) throw new FlashError('NO_IMAGE')
  checkPlaces(sorted, facts)
  const series = facts.chip?.series
  const segments = segmentsOf(sorted, series?.granule ?? unknownGranule, series?.erased ?? 0xff)
  const blocks = segments.flatMap(({ address, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / largestWrite) }, (_, index) => ({
      address: address + index * largestWrite,
      bytes: bytes.subarray(index * largestWrite, (index + 1) * largestWrite),
    })),
  )
  // What erased flash of an unknown chip reads as is unknown as well.
  const isErased = ({ bytes }: Stm32Write): boolean =>
    series !== undefined && bytes.every((byte) => byte === series.erased)
  const writes = facts.erase === 'none' ? blocks : blocks.filter((block) => !isErased(block))
  return { blocks, writes, total: sum(writes), checked: sum(blocks), ...erasePlanOf(sorted, facts) }
}
