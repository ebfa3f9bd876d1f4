import { z } from 'zod'
import { Timestamp } from './values.ts'

export const reportGroups = ['line', 'recipe', 'operator', 'hour'] as const
export const ReportQuery = z.object({
  from: Timestamp.optional(),
  to: Timestamp.optional(),
  groupBy: z.enum(reportGroups).default('line'),
  format: z.enum(['json', 'csv']).default('json'),
})
const reportNumbers = {
  /** Number of attempts. */
  started: z.number(),
  passed: z.number(),
  failed: z.number(),
  refused: z.number(),
  cancelled: z.number(),
  /** Units that were written to, each counted once. */
  units: z.number(),
  /** Share of the units whose latest attempt passed, 0-1; null without units. */
  yield: z.number().nullable(),
  /** Share of the units whose first attempt ever passed. */
  firstPassYield: z.number().nullable(),
  /** Units passed per hour from the first start to the last end; null where no time has passed. */
  unitsPerHour: z.number().nullable(),
  /** Seconds from start to end of passed runs. */
  cycleSecondsMedian: z.number().nullable(),
  cycleSecondsP95: z.number().nullable(),
  /** Most frequent first. */
  reasons: z.array(z.object({ errorCode: z.string(), runs: z.number() })),
}
/** The results by key; hours with the most recent first, all others by name. */
export const BenchReport = z.object({
  from: Timestamp.nullable(),
  to: Timestamp.nullable(),
  groupBy: z.enum(reportGroups),
  total: z.object(reportNumbers),
  /** `key`: the line's or recipe's id, the operator, the beginning of the hour; `name`: for display. */
  items: z.array(z.object({ key: z.string(), name: z.string(), ...reportNumbers })),
})
export type BenchReport = z.infer<typeof BenchReport>
