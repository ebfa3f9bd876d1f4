import { z } from 'zod'
import { flashPhases } from '../flashing.ts'
import { languages } from '../languages.ts'
import { rule } from '../phrase.ts'
import { runStates } from '../states/run.ts'
import { MeasuredValue } from './bench-values.ts'
import { Serial } from './recipe-serials.ts'
import { Id, Label, PageInput, Timestamp } from './values.ts'

export const Run = z.object({
  id: Id,
  lineId: Id.nullable(),
  slotId: Id.nullable(),
  /** The value at the time of the run. */
  lineName: z.string(),
  slotLabel: z.string(),
  recipeId: Id.nullable(),
  recipeName: z.string(),
  recipeVersion: z.number(),
  /** `Unit.id`; null until known. */
  unit: z.string().nullable(),
  serial: z.string().nullable(),
  chip: z.string().nullable(),
  state: z.enum(runStates),
  phase: z.enum(flashPhases).nullable(),
  /** Percentage of the phase's bytes, a whole number. */
  progress: z.number(),
  /** Throughput of the stream in this phase, now. */
  bytesPerSecond: z.number().nullable(),
  errorCode: z.string().nullable(),
  /** The values for the code's text (`benchReasonText(code, language, data)`). */
  errorData: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The reason and what to do, as text; in the caller's language, in events in English. */
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
/** The written content, as stored in the record. */
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

/** One attempt at one unit, kept permanently: stored before the lamp turns green. */
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
  /** The device registered for it; null where none was, or where it was deleted. */
  deviceId: Id.nullable(),
  /** What its checks measured, in the order in which they read it. */
  values: z.array(MeasuredValue),
})
export type UnitRecord = z.infer<typeof UnitRecord>
export const UnitRecordWithLog = UnitRecord.extend({ log: z.array(RunLogLine) })
export type UnitRecordWithLog = z.infer<typeof UnitRecordWithLog>

export const RunInput = z
  .strictObject({
    /** Every slot of the line in which a unit answers now. */
    lineId: Id.optional(),
    slotIds: z.array(Id).min(1).max(1000).optional(),
    /** Left out: the line's recipe. */
    recipeId: Id.optional(),
    units: z
      .array(z.strictObject({ slotId: Id, serial: Serial }))
      .max(1000)
      .default([]),
    operator: Label.nullish(),
    /** Also writes units again that already have this recipe version. */
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

/** Which records stand in a file, and in which language its heads are; left out: the caller's. */
export const RecordExport = RecordFilter.omit({ limit: true, cursor: true }).extend({
  language: z.enum(languages).optional(),
})

export const ScanInput = z.strictObject({
  serial: Serial,
  /** Left out: the first slot of the line that waits for a barcode. */
  slotId: Id.optional(),
})
