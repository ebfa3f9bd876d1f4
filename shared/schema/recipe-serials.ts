import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Flag, FreeText, Id, PageInput, Timestamp } from './values.ts'

/** Longest serial number. */
export const SERIAL_LENGTH = 128
/** Most serial numbers in a recipe's list. */
export const SERIAL_LIST_MAX = 10_000
/** Printable ASCII without spaces, as scanners send it. */
export const serialPattern = /^[\x21-\x7e]+$/

/** The first number that a counter's width has no room for. */
export const counterLimit = ({ width }: { readonly width: number | null }): number =>
  width === null ? Number.MAX_SAFE_INTEGER : 10 ** width

/** A unit's serial number, as scanned. */
export const Serial = z.string().trim().min(1).max(SERIAL_LENGTH).regex(serialPattern, rule('serial'))

const counter = {
  from: z.literal('counter'),
  prefix: z
    .string()
    .max(100)
    .regex(/^[\x21-\x7e]*$/, rule('serial'))
    .default(''),
  /** Digits of the number, filled with zeros; null: as many as it has. */
  width: z
    .number()
    .int()
    .min(1)
    .max(15)
    .nullish()
    .transform((width) => width ?? null),
}
const counterNumber = z.number().int().min(0).max(999_999_999_999_999)

/** Where a recipe's serial numbers come from. */
export const RecipeSerials = z.discriminatedUnion('from', [
  z.object({ from: z.literal('scan') }),
  /** `next`: the first number that is free; null: it must be set on this station, because the recipe came from another. */
  z.object({
    from: z.literal('counter'),
    prefix: z.string(),
    width: z.number().nullable(),
    next: z.number().nullable(),
  }),
  /** Taken in this order; empty: it must be set on this station. */
  z.object({ from: z.literal('list'), list: z.array(z.string()) }),
])
export type RecipeSerials = z.infer<typeof RecipeSerials>

/** As entered. `next` and `list` may be left out in a change: the counter and the list go on. */
export const RecipeSerialsInput = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('scan') }),
  z
    .strictObject({ ...counter, next: counterNumber.optional() })
    .refine(({ width, next }) => next === undefined || next < counterLimit({ width }), {
      message: rule('serialNext'),
      path: ['next'],
    }),
  z.strictObject({ from: z.literal('list'), list: z.array(Serial).min(1).max(SERIAL_LIST_MAX).optional() }),
])

/** As a recipe file carries it: numbers that one station uses are never used by another. */
export const ExportedSerials = z.discriminatedUnion('from', [
  z.object({ from: z.literal('scan') }),
  z.object({ ...counter }),
  z.object({ from: z.literal('list') }),
])

/** A serial number that a unit has or had. */
export const UnitLabel = z.object({
  /** `Unit.id`. */
  unit: z.string(),
  /** The product within which the number is unique; null: the station. */
  productId: Id.nullable(),
  serial: z.string(),
  /** Since when the number is the unit's. */
  at: Timestamp,
  /** When the unit got another label; the number stays the unit's. */
  retiredAt: Timestamp.nullable(),
  /** Why an engineer gave it, and who. */
  reason: z.string().nullable(),
  operator: z.string().nullable(),
  /** Other units with the same number, from before numbers were kept apart. */
  sharedWith: z.array(z.string()),
})
export type UnitLabel = z.infer<typeof UnitLabel>

/** A unit by its serial numbers, the current one first. */
export const BenchUnit = z.object({ id: z.string(), labels: z.array(UnitLabel) })
export type BenchUnit = z.infer<typeof BenchUnit>

/** `Unit.id`. */
export const UnitId = z.string().trim().min(1).max(SERIAL_LENGTH)

export const RelabelInput = z.strictObject({
  serial: Serial,
  reason: FreeText.pipe(z.string().trim().min(1)),
  /** Only for a unit that has serial numbers of several products. */
  productId: Id.nullish(),
})

export const UnitFilter = PageInput.extend({
  /** Part of the unit's id or serial. */
  q: z.string().max(SERIAL_LENGTH).optional(),
  /** Only numbers that several units have. */
  shared: Flag.optional(),
})
