import { z } from 'zod'
import { flashPhases } from '../flashing.ts'
import { rule } from '../phrase.ts'
import { runStates } from '../states/run.ts'
import { Id, Label, PageInput, Timestamp } from './values.ts'

const Serial = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/, rule('serial'))

export const Run = z.object({
  id: Id,
  lineId: Id.nullable(),
  slotId: Id.nullable(),
  /** As it was then. */
  lineName: z.string(),
  slotLabel: z.string(),
  recipeId: Id.nullable(),
  recipeName: z.string(),
  recipeVersion: z.number(),
  /** `Unit.id`; null until it is known. */
  unit: z.string().nullable(),
  serial: z.string().nullable(),
  chip: z.string().nullable(),
  state: z.enum(runStates),
  phase: z.enum(flashPhases).nullable(),
  /** Percent of the phase's bytes, whole. */
  progress: z.number(),
  /** Of the stream in this phase, now. */
  bytesPerSecond: z.number().nullable(),
  errorCode: z.string().nullable(),
  /** What the code's text is filled with (`benchReasonText(code, language, data)`). */
  errorData: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The reason in words and what to do; in the caller's language, in events in English. */
  message: z.string().nullable(),
  operator: z.string().nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  attempt: z.number(),
})
export type Run = z.infer<typeof Run>

export const RunLogLine = z.object({ at: Timestamp, level: z.enum(['info', 'warn', 'error']), words: z.string() })
export type RunLogLine = z.infer<typeof RunLogLine>
/** What was written, as the record keeps it. */
export const WrittenImage = z.object({
  name: z.string(),
  address: z.number().nullable(),
  size: z.number(),
  sha256: z.string(),
})
export type WrittenImage = z.infer<typeof WrittenImage>
export const RunWithLog = Run.extend({
  images: z.array(WrittenImage),
  /** Of the latest attempt, oldest first. */
  log: z.array(RunLogLine),
})
export type RunWithLog = z.infer<typeof RunWithLog>

/** One attempt at one unit, kept for good: written before the lamp turns green. */
export const UnitRecord = z.object({
  id: Id,
  runId: Id,
  attempt: z.number(),
  unit: z.string().nullable(),
  serial: z.string().nullable(),
  chip: z.string().nullable(),
  lineId: Id.nullable(),
  lineName: z.string(),
  slotId: Id.nullable(),
  slotLabel: z.string(),
  recipeId: Id.nullable(),
  recipeName: z.string(),
  recipeVersion: z.number(),
  images: z.array(WrittenImage),
  state: z.enum(['passed', 'failed', 'refused', 'cancelled']),
  errorCode: z.string().nullable(),
  errorData: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string().nullable(),
  operator: z.string().nullable(),
  startedAt: Timestamp,
  finishedAt: Timestamp,
  /** The device it became; null where it did not, or that was deleted. */
  deviceId: Id.nullable(),
})
export type UnitRecord = z.infer<typeof UnitRecord>
export const UnitRecordWithLog = UnitRecord.extend({ log: z.array(RunLogLine) })
export type UnitRecordWithLog = z.infer<typeof UnitRecordWithLog>

export const RunInput = z
  .strictObject({
    /** Every slot of the line with a unit that is not already done. */
    lineId: Id.optional(),
    slotIds: z.array(Id).min(1).max(1000).optional(),
    /** Left out: the line's. */
    recipeId: Id.optional(),
    units: z
      .array(z.strictObject({ slotId: Id, serial: Serial }))
      .max(1000)
      .default([]),
    operator: Label.nullish(),
    /** Units that this recipe version was already written to are written again. */
    repeat: z.boolean().default(false),
  })
  .refine(({ lineId, slotIds }) => (lineId === undefined) !== (slotIds === undefined), {
    message: rule('lineOrSlots'),
    path: ['lineId'],
  })

export const RunFilter = PageInput.extend({
  lineId: Id.optional(),
  slotId: Id.optional(),
  recipeId: Id.optional(),
  state: z.enum(runStates).optional(),
  /** Part of the unit's id or serial. */
  q: z.string().max(128).optional(),
})
export const RecordFilter = PageInput.extend({
  lineId: Id.optional(),
  recipeId: Id.optional(),
  deviceId: Id.optional(),
  runId: Id.optional(),
  state: UnitRecord.shape.state.optional(),
  q: z.string().max(128).optional(),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
})

export const ScanInput = z.strictObject({
  serial: Serial,
  /** Left out: the first slot of the line that waits for one. */
  slotId: Id.optional(),
})
