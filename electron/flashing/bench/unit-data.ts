import type { RecipeUnitData } from '#shared/schema.ts'
import type { Region } from '../flasher.ts'
import { nvsImage } from '../images/nvs.ts'

/** Values that replace the placeholders of a recipe. */
export type UnitValues = Readonly<Record<'serial' | 'unit', string>>

/** Whether the data needs the unit's identity. */
export const needsUnit = (data: RecipeUnitData | null): boolean =>
  data?.entries.some(({ value }) => value.includes('{unit}')) ?? false

/** The partition with a unit's own data. @throws FlashError naming the entry that does not fit. */
export const unitRegion = ({ address, size, entries }: RecipeUnitData, values: UnitValues): Region => ({
  address,
  name: 'nvs',
  role: 'unitData',
  bytes: nvsImage(
    entries.map((entry) => ({
      ...entry,
      value: entry.value.replace(/\{(serial|unit)\}/g, (_, name: 'serial' | 'unit') => values[name]),
    })),
    size,
  ),
})
