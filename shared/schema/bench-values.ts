import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Id, Timestamp } from './values.ts'

/** The name of a measured value: that of a named group in a check's pattern. */
export const ValueName = z.string().regex(/^[A-Za-z]\w{0,31}$/, rule('measureName'))

/** A value that a check reads by a named group of its pattern, with the limits that a good unit keeps. */
export const CheckValue = z
  .strictObject({
    name: ValueName,
    /** As shown behind the number: `dBm`, `mV`, `°C`. */
    unit: z.string().trim().min(1).max(16).optional(),
    /** Lower and upper limit; a value on a limit is good. */
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    message: rule('limitsInOrder'),
    path: ['max'],
  })
export type CheckValue = z.infer<typeof CheckValue>

/** A value as the record keeps it, with the limits of then. */
export const MeasuredValue = z.object({
  name: z.string(),
  /** As the unit wrote it. */
  text: z.string(),
  /** Null: not a number. */
  value: z.number().nullable(),
  unit: z.string().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Whether it keeps its limits; one without limits does. */
  good: z.boolean(),
})
export type MeasuredValue = z.infer<typeof MeasuredValue>

const ValueScope = {
  recipeId: Id,
  lineId: Id.optional(),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
}
export const ValueQuery = z.object(ValueScope)
export const ValueDetailQuery = z.object({ ...ValueScope, name: ValueName })

const spread = {
  /** Readings that are numbers; at most the latest `VALUES_MAX` of the period count. */
  count: z.number(),
  /** Readings beyond a limit, and those that are no numbers where there is one. */
  bad: z.number(),
  mean: z.number().nullable(),
  /** Standard deviation of all readings; null with fewer than two. */
  deviation: z.number().nullable(),
  lowest: z.number().nullable(),
  highest: z.number().nullable(),
  /** Null where limits or readings are missing, or all readings are equal. */
  cp: z.number().nullable(),
  cpk: z.number().nullable(),
}
/** One measured value of a recipe in a period; limits and unit as the latest reading had them. */
export const ValueSummary = z.object({
  name: z.string(),
  unit: z.string().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  ...spread,
})
export type ValueSummary = z.infer<typeof ValueSummary>

const Reading = z.object({ recordId: Id, at: Timestamp, value: z.number(), good: z.boolean() })
/** The same with its distribution. */
export const ValueDetail = ValueSummary.extend({
  /** Bars of equal width, lowest first; `from` is in the bar, `to` is not, but in the last one. */
  bars: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })),
  /** The latest readings, oldest first. */
  trend: z.array(Reading),
  /** The latest readings that are out of limits, newest first. */
  outliers: z.array(Reading),
})
export type ValueDetail = z.infer<typeof ValueDetail>
