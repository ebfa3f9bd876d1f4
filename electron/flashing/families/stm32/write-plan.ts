import { FlashError, type Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { flashStart, type Stm32Chip } from './chips.ts'

/** One Write Memory: at most 256 bytes, a multiple of the chip's granule (AN3155 3.6). */
export interface Stm32Write {
  readonly address: number
  readonly bytes: Uint8Array
}

export interface Stm32Plan {
  readonly writes: readonly Stm32Write[]
  /** Numbers of the pages or sectors that the writes touch, ascending. */
  readonly pages: readonly number[]
  /** Bytes of all writes. */
  readonly total: number
}

const largestWrite = 256
/** For unknown chips: the widest programming unit of any chip with this bootloader. */
const unknownGranule = 32

/** Page or sector numbers that the range [start, end) of flash touches. */
const pagesIn = (sizes: readonly number[], start: number, end: number): number[] => {
  const pages: number[] = []
  const last = sizes.at(-1) ?? end
  for (let page = 0, from = flashStart; from < end; page++) {
    const to = from + (sizes[page] ?? last)
    if (to > start) pages.push(page)
    from = to
  }
  return pages
}

/** One piece of memory, granules filled up with the value of erased flash; neighbours in one granule are joined. */
const segmentsOf = (regions: readonly Region[], granule: number): { address: number; bytes: Uint8Array }[] => {
  const segments: { address: number; bytes: Uint8Array }[] = []
  for (const { address, bytes } of regions) {
    const start = address - (address % granule)
    const end = Math.ceil((address + bytes.length) / granule) * granule
    const previous = segments.at(-1)
    const from = previous && previous.address + previous.bytes.length >= start ? previous.address : start
    const joined = new Uint8Array(end - from).fill(0xff)
    if (previous && from === previous.address) {
      joined.set(previous.bytes)
      segments.pop()
    }
    joined.set(bytes, address - from)
    segments.push({ address: from, bytes: joined })
  }
  return segments
}

const isErased = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0xff)

/**
 * The pages to erase and the blocks to write for the regions. Blocks that erased flash already holds (0xFF throughout) are left out if it is erased.
 * @param flashSize as read from the chip; undefined: the largest of its kind.
 * @throws FlashError NO_IMAGE, REGIONS_OVERLAP, STM32_OUTSIDE_FLASH.
 */
export const planOf = (
  regions: readonly Region[],
  chip: Stm32Chip | undefined,
  flashSize: number | undefined,
  erased: boolean,
): Stm32Plan => {
  const sorted = regions.filter(({ bytes }) => bytes.length > 0).sort((left, right) => left.address - right.address)
  if (sorted.length === 0) throw new FlashError('NO_IMAGE')
  for (const [index, region] of sorted.entries()) {
    const next = sorted[index + 1]
    const end = region.address + region.bytes.length
    if (next && end > next.address) {
      throw new FlashError('REGIONS_OVERLAP', { first: region.name, second: next.name, address: hex32(next.address) })
    }
    const limit = flashStart + (flashSize ?? chip?.maxFlash ?? Number.POSITIVE_INFINITY)
    if (region.address < flashStart || end > limit) {
      throw new FlashError('STM32_OUTSIDE_FLASH', {
        name: region.name,
        chip: chip?.name ?? 'STM32',
        start: hex32(flashStart),
        end: hex32(end),
        limit: Number.isFinite(limit) ? hex32(limit) : '…',
      })
    }
  }
  const segments = segmentsOf(sorted, chip?.granule ?? unknownGranule)
  const writes = segments.flatMap(({ address, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / largestWrite) }, (_, index) => ({
      address: address + index * largestWrite,
      bytes: bytes.subarray(index * largestWrite, (index + 1) * largestWrite),
    })).filter((write) => !(erased && isErased(write.bytes))),
  )
  const pages = segments.flatMap(({ address, bytes }) => pagesIn(chip?.pages ?? [], address, address + bytes.length))
  return {
    writes,
    pages: [...new Set(pages)],
    total: writes.reduce((sum, { bytes }) => sum + bytes.length, 0),
  }
}
