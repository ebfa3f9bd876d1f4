import { z } from 'zod'
import { SERIAL_LENGTH } from './recipe-serials.ts'

export const searchKinds = ['unit', 'device', 'package', 'campaign', 'recipe', 'record'] as const
export type SearchKind = (typeof searchKinds)[number]

export const SearchInput = z.object({ q: z.string().trim().min(1).max(SERIAL_LENGTH) })

export const SearchItem = z.object({
  kind: z.enum(searchKinds),
  /** `Unit.id` for a unit, else the number of the row. */
  id: z.string(),
  title: z.string(),
  /** Names that tell it from others with the same title; may be empty. */
  detail: z.string(),
})
export type SearchItem = z.infer<typeof SearchItem>
