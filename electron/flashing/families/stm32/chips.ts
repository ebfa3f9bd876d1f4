import { stm32Parts } from '#shared/targets/stm32-parts.ts'
import type { Division, Series } from './chip-series.ts'
import { type ChipRow, chipRows } from './chip-table.ts'

/** What is known of the chips of one product id. */
export interface Stm32Chip {
  /** As Get ID returns it. */
  readonly id: number
  /** As ST writes it. */
  readonly name: string
  readonly series: Series
  readonly division: Division
  /** Flash of the smallest and of the largest part, bytes. */
  readonly minFlash: number
  readonly maxFlash: number
  /** Bytes of RAM from 0x20000000 on that the bootloader uses itself; undefined where that is not known. */
  readonly loaderRam: number | undefined
}

/** Main flash memory of every chip in the table. */
export const flashStart = 0x0800_0000

const chipOfRow = ([id, name, series, division, smallest, largest, loaderRam]: ChipRow): Stm32Chip => ({
  id,
  name,
  series,
  division,
  minFlash: smallest * 1024,
  maxFlash: largest * 1024,
  loaderRam,
})

/** Every chip of the table, by series. */
export const chips: readonly Stm32Chip[] = chipRows.map(chipOfRow)

const byId = new Map(chips.map((chip) => [chip.id, chip]))

/** The chip of a product id, as Get ID returns it; undefined for one that is not in the table. */
export const chipOf = (productId: number): Stm32Chip | undefined => byId.get(productId)

/** The chips that a name of the table or a part number may mean; empty for a text that is neither. */
export const chipsNamed = (text: string): readonly Stm32Chip[] => {
  const named = chips.filter(({ name }) => name === text)
  if (named.length > 0) return named
  const groups = stm32Parts.find(text)?.groups ?? []
  return groups.flatMap(({ id }) => chipOf(Number.parseInt(id, 16)) ?? [])
}
