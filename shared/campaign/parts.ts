import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Label } from '../schema/values.ts'

// The options of a campaign that have several members.

/** Failures for which a retry may help, by the step that failed; a cancelled or timed-out job is never retried. */
export const RetryClass = z.enum(['upgrade', 'download', 'verification', 'burning', 'version'])
export type RetryClass = z.infer<typeof RetryClass>
/**
 * How often and after how many minutes a failed job is retried: by the device where its protocol carries the option
 * (docs/protocols/onenet.md §6.3: 重试策略), otherwise by the station.
 */
export const Retry = z.strictObject({
  times: z.number().int().min(0).max(10),
  intervalMinutes: z.number().int().min(0).max(4320),
  /** Left out: every class. */
  on: z.array(RetryClass).min(1).optional(),
})

/** The minimum signal and battery (percent) for an upgrade; 0: no minimum. */
export const ConditionsHint = z.strictObject({
  signal: z.number().int().min(0).max(100).optional(),
  battery: z.number().int().min(0).max(100).optional(),
})

/** Hours and minutes in the station's own time zone. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, rule('timeOfDay'))
/** The time of day in which devices may be notified: from (included) to (excluded), across midnight where `to` is earlier. */
export const DailyWindow = z.strictObject({ from: TimeOfDay, to: TimeOfDay })

/** Devices notified per minute, and devices that upgrade at the same time. */
export const Rate = z.strictObject({
  perMinute: z.number().int().min(1).max(10_000).optional(),
  concurrent: z.number().int().min(1).max(100_000).optional(),
})

/**
 * A group of a rollout: a percentage of the matching devices (at least one), before all later groups. When all its jobs have ended and
 * `successPercent` of those not skipped have succeeded, the next group opens: automatically, or after the operator releases it.
 */
export const RolloutGroup = z.strictObject({
  name: Label,
  percent: z.number().int().min(1).max(99),
  successPercent: z.number().int().min(0).max(100).default(100),
  proceed: z.enum(['auto', 'person']).default('auto'),
})
export type RolloutGroup = z.infer<typeof RolloutGroup>
export const RolloutGroups = z
  .array(RolloutGroup)
  .max(10)
  .refine(
    (groups) => groups.reduce((sum, group) => sum + group.percent, 0) < 100,
    'the groups together must leave some devices for the rest',
  )

/** When both are reached, the campaign halts: no new upgrade starts, running ones go on. */
export const FailureThreshold = z.strictObject({
  percent: z.number().int().min(1).max(100),
  minimum: z.number().int().min(1).max(100_000),
})

/** Maximum minutes of a job in one step; left out: only the limit from the first progress applies. */
export const StepTimeouts = z.strictObject({
  downloading: z.number().int().min(1).max(10_080).optional(),
  installing: z.number().int().min(1).max(10_080).optional(),
})
export type StepTimeouts = z.infer<typeof StepTimeouts>
