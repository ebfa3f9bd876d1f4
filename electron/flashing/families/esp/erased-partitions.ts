import { FlashError, type Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import type { Range, RecipeOptions } from '../../images/image-rules.ts'
import { layoutOf, sectorSize } from './flash-layout.ts'

/** A part of the flash to erase, and its name for people. */
interface Wanted extends Range {
  readonly name: string
}

/** Bytes of all of them; more is faster erased with the whole flash. */
const largest = 16 * 1024 * 1024
const up = (value: number): number => Math.ceil(value / sectorSize) * sectorSize
const down = (value: number): number => Math.floor(value / sectorSize) * sectorSize

const rangeIn = (text: string): Range | undefined => {
  const found = /^(0x[0-9a-f]{1,8}|\d{1,10})[:+](0x[0-9a-f]{1,8}|\d{1,10})$/i.exec(text)
  return found ? { address: Number(found[1]), size: Number(found[2]) } : undefined
}

/** What the option names: labels of the table, or `0xADDRESS:0xSIZE` where the recipe has none. @throws FlashError. */
const wantedOf = (text: string, regions: readonly Region[]): Wanted[] => {
  const names = text.split(/[\s,;]+/).filter(Boolean)
  if (names.length === 0) return []
  const { partitions } = layoutOf(regions)
  let total = 0
  return [...new Set(names)].map((name) => {
    const partition = partitions.find(({ label }) => label === name)
    const range = partition ?? rangeIn(name)
    if (!range) throw new FlashError('ESP_ERASE_UNKNOWN', { label: name })
    const { address, size } = range
    total += size
    if (total > largest) throw new FlashError('ESP_ERASE_TOO_LARGE', { label: name, limit: hex(largest) })
    if (address % sectorSize !== 0 || size % sectorSize !== 0 || size === 0)
      throw new FlashError('ESP_ERASE_UNALIGNED', { label: name })
    return { name, address, size }
  })
}

/** The range without the sectors that are written. */
const without = (range: Wanted, taken: readonly Range[]): Wanted[] =>
  taken.reduce<Wanted[]>(
    (left, one) =>
      left.flatMap((part) => {
        const [from, to] = [down(one.address), up(one.address + one.size)]
        const end = part.address + part.size
        if (to <= part.address || from >= end) return [part]
        const before = { ...part, size: Math.max(0, from - part.address) }
        const after = { ...part, address: to, size: Math.max(0, end - to) }
        return [before, after].filter(({ size }) => size > 0)
      }),
    [range],
  )

/**
 * The partitions that the option `erasePartitions` names, as regions of 0xFF: the loader erases the sectors of what it writes, and the
 * MD5 of each proves it, with the stub and with every ROM. What files or the unit's own data write is left out.
 * @throws FlashError ESP_ERASE_UNKNOWN, ESP_ERASE_UNALIGNED.
 */
export const erasedPartitions = (
  regions: readonly Region[],
  { erasePartitions = '', eraseAll }: RecipeOptions,
  taken: readonly Range[],
): Region[] => {
  const wanted = wantedOf(String(erasePartitions), regions)
  if (eraseAll === true) return []
  const written = [...regions.map(({ address, bytes }) => ({ address, size: bytes.length })), ...taken]
  return wanted
    .flatMap((range) => without(range, written))
    .map(({ name, address, size }) => ({ address, bytes: new Uint8Array(size).fill(0xff), name, role: 'erased' }))
}
