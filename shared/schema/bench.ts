import { z } from 'zod'
import { flashPhases, flashTargets } from '../flashing.ts'
import { rules } from '../rule-texts.ts'
import { unsafePattern } from '../safe-pattern.ts'
import { runStates } from '../states/run.ts'
import { slotLamps } from '../states/slot.ts'
import { FreeText, Id, Label, PageInput, pageOf, Timestamp } from './values.ts'

export const FlashTarget = z.enum(flashTargets)

/** A serial port that is there now. */
export const Port = z.object({
  /** `/dev/ttyUSB0`, `COM7`, `sim:1`. */
  path: z.string(),
  /** The physical place: `/dev/serial/by-path/…`, a location path or id; null where the system does not tell. */
  location: z.string().nullable(),
  manufacturer: z.string().nullable(),
  vendorId: z.string().nullable(),
  productId: z.string().nullable(),
  serialNumber: z.string().nullable(),
  /** The slot that stands for this place. */
  slotId: Id.nullable(),
})
export type Port = z.infer<typeof Port>

/** Why ports cannot be listed or one cannot be opened: a code of `flash-reasons.ts` with what its text is filled with. */
export const BenchTrouble = z.object({
  code: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
})
export type BenchTrouble = z.infer<typeof BenchTrouble>

const Serial = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/, rules.serial.en)

/** A physical place by `location`, or for lab use a `path` (pty, COM name, `sim:1`). */
export const SlotInput = z
  .strictObject({
    /** Of the line's slot that is meant; left out: a new one. */
    id: Id.optional(),
    label: Label,
    location: z.string().min(1).max(512).nullish(),
    path: z.string().min(1).max(512).nullish(),
  })
  .refine(({ location, path }) => (location == null) !== (path == null), {
    message: rules.locationOrPath.en,
    path: ['location'],
  })
export type SlotInput = z.infer<typeof SlotInput>

/** Who stands in a slot. */
export const Unit = z.object({
  /** What makes it unique: MAC or unique id, lower-case hex; else the scanned or the USB serial number; null: nobody knows. */
  id: z.string().nullable(),
  /** Scanned or given; null where none was. */
  serial: z.string().nullable(),
  chip: z.string().nullable(),
  flashSize: z.number().nullable(),
  usbSerial: z.string().nullable(),
  facts: z.record(z.string(), z.string()),
})
export type Unit = z.infer<typeof Unit>

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

/** A slot as the screen draws it. */
export const Slot = z.object({
  id: Id,
  lineId: Id,
  /** Its place in the line, from 0. */
  position: z.number(),
  label: z.string(),
  location: z.string().nullable(),
  path: z.string().nullable(),
  /** The port that stands there now; null: nothing is plugged in. */
  port: z.string().nullable(),
  lamp: z.enum(slotLamps),
  unit: Unit.nullable(),
  /** A barcode that waits for the slot's next run. */
  scanned: z.string().nullable(),
  /** Its latest run. */
  run: Run.nullable(),
  /** Why its unit could not be identified at plug-in. */
  trouble: BenchTrouble.nullable(),
})
export type Slot = z.infer<typeof Slot>

export const Line = z.object({
  id: Id,
  name: z.string(),
  /** The recipe of the line's key and of auto-start. */
  recipeId: Id.nullable(),
  /** Whether slots start by themselves when a unit is plugged in; null: as the recipe says. */
  autoStart: z.boolean().nullable(),
  operator: z.string().nullable(),
  /** Each port that is plugged in now becomes the line's next slot. */
  learning: z.boolean(),
  /** Its slots hold simulated targets. */
  simulated: z.boolean(),
  createdAt: Timestamp,
  slots: z.array(Slot),
})
export type Line = z.infer<typeof Line>

const lineSettings = {
  recipeId: Id.nullable().optional(),
  autoStart: z.boolean().nullable().optional(),
  operator: Label.nullable().optional(),
}
const Slots = z.array(SlotInput).max(256)
export const LineInput = z.strictObject({ name: Label, slots: Slots.default([]), ...lineSettings })
/** `slots`: all of them in their order; one that is left out is deleted. */
export const LinePatch = z.strictObject({ name: Label.optional(), slots: Slots.optional(), ...lineSettings })

/** An address as a number, or as engineers write it: `0x10000`. */
export const Address = z.union([
  z.number().int().min(0).max(0xffff_ffff),
  z
    .string()
    .regex(/^(0x[0-9a-f]{1,8}|\d{1,10})$/i, rules.address.en)
    .transform(Number)
    .refine((address) => address <= 0xffff_ffff, rules.address.en),
])

/** Where an image's bytes are: a package of the library (its file by name where it has several), or a file of the recipe. */
export const RecipeImageInput = z
  .strictObject({
    packageId: Id.nullish(),
    fileName: z.string().min(1).max(255).nullish(),
    /** The id of an upload, or the SHA-256 of a file the recipe already has. */
    file: z.string().min(1).max(64).nullish(),
    /** Null: the file says itself (HEX, S19, ELF), or the target has no addresses. */
    address: Address.nullable().default(null),
  })
  .refine(({ packageId, file }) => (packageId == null) !== (file == null), {
    message: rules.packageOrFile.en,
    path: ['packageId'],
  })
export const RecipeImage = z.object({
  packageId: Id.nullable(),
  name: z.string(),
  size: z.number(),
  sha256: z.string(),
  address: z.number().nullable(),
})
export type RecipeImage = z.infer<typeof RecipeImage>

const Pattern = z
  .string()
  .min(1)
  .max(200)
  .superRefine((source, context) => {
    const fault = unsafePattern(source.replace(/\{(serial|unit)\}/g, 'x'))
    if (fault) context.addIssue({ code: 'custom', message: rules[fault].en })
  })

/** What must stand in the slot; a unit that differs is refused. */
export const RecipeExpect = z.strictObject({
  /** As the chip names itself, without case; `ESP32-C3` also fits `ESP32-C3 (QFN32)`. */
  chip: z.string().trim().min(1).max(64).optional(),
  /** Bytes. */
  minFlashSize: z.number().int().min(0).optional(),
  /** A pattern the unit's id or serial must fit. */
  unit: Pattern.optional(),
  /** USB ids of the adapter or chip, hex: `303a`. */
  vendorId: z
    .string()
    .regex(/^[0-9a-f]{4}$/i, rules.usbId.en)
    .optional(),
  productId: z
    .string()
    .regex(/^[0-9a-f]{4}$/i, rules.usbId.en)
    .optional(),
  /** The USB serial number is the unit's own (chips with native USB), not that of an adapter in the slot. */
  usbSerialIsUnit: z.boolean().optional(),
  /** A run without a scanned serial is refused. */
  serial: z.boolean().optional(),
})
export type RecipeExpect = z.infer<typeof RecipeExpect>

/** A line sent and what must come back within the time; either may be left out. */
export const RecipeCheck = z
  .strictObject({
    name: Label.optional(),
    /** Sent as it is; `\r`, `\n`, `\t`, `\xHH` stand for their bytes, `{serial}` and `{unit}` for the unit's. */
    send: z.string().max(500).optional(),
    /** A pattern for one line of the answer; `{serial}` and `{unit}` as in `send`. */
    expect: Pattern.optional(),
    timeoutMs: z.number().int().min(50).max(120_000).default(3000),
    /** Of the console. */
    baudRate: z.number().int().min(110).max(4_000_000).optional(),
  })
  .refine(({ send, expect }) => send !== undefined || expect !== undefined, {
    message: rules.sendOrExpect.en,
    path: ['expect'],
  })
export type RecipeCheck = z.infer<typeof RecipeCheck>

/** Values of the unit's own, written beside the images: an NVS partition (esp). `{serial}` and `{unit}` are filled in. */
export const RecipeUnitData = z.strictObject({
  address: Address,
  /** Bytes of the partition. */
  size: z.number().int().min(4096).max(1_048_576),
  entries: z
    .array(
      z.strictObject({
        /** NVS names have at most 15 characters. */
        namespace: z.string().regex(/^[\x21-\x7e]{1,15}$/, rules.nvsName.en),
        key: z.string().regex(/^[\x21-\x7e]{1,15}$/, rules.nvsName.en),
        type: z.enum(['string', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'hex']),
        value: z.string().max(4000),
      }),
    )
    .min(1)
    .max(200),
})
export type RecipeUnitData = z.infer<typeof RecipeUnitData>

const recipeFields = {
  name: Label,
  /** Units become devices of this product; its package's version is what they are then on. */
  productId: Id.nullable(),
  target: FlashTarget,
  /** Of the family; its own schema reads them. */
  options: z.record(z.string(), z.json()),
  expect: RecipeExpect,
  unitData: RecipeUnitData.nullable(),
  checks: z.array(RecipeCheck).max(50),
  autoStart: z.boolean(),
  notes: FreeText.nullable(),
}
export const Recipe = z.object({
  id: Id,
  /** From 1; a change makes the next. */
  version: z.number(),
  ...recipeFields,
  images: z.array(RecipeImage),
  /** Why it cannot run as it is: a package was deleted, say. */
  missing: z.array(z.string()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Recipe = z.infer<typeof Recipe>
export const RecipeInput = z.strictObject({
  name: recipeFields.name,
  /** Left out: the product of its packages. */
  productId: Id.nullable().optional(),
  target: recipeFields.target,
  options: recipeFields.options.default({}),
  images: z.array(RecipeImageInput).min(1).max(32),
  expect: RecipeExpect.default({}),
  unitData: RecipeUnitData.nullish().transform((data) => data ?? null),
  checks: recipeFields.checks.default([]),
  autoStart: z.boolean().default(false),
  notes: FreeText.nullish().transform((notes) => notes ?? null),
})
export const RecipePatch = z.strictObject({
  name: recipeFields.name.optional(),
  productId: Id.nullable().optional(),
  target: recipeFields.target.optional(),
  options: recipeFields.options.optional(),
  images: z.array(RecipeImageInput).min(1).max(32).optional(),
  expect: RecipeExpect.optional(),
  unitData: RecipeUnitData.nullable().optional(),
  checks: recipeFields.checks.optional(),
  autoStart: z.boolean().optional(),
  notes: FreeText.nullable().optional(),
})

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
    message: rules.lineOrSlots.en,
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
export const RunPage = pageOf(Run)

export const ScanInput = z.strictObject({
  serial: Serial,
  /** Left out: the first slot of the line that waits for one. */
  slotId: Id.optional(),
})

/** A recipe as it is stored, or as it would be: then `recipeId` says whose own files its images may name. */
export const RecipeCheckInput = z
  .strictObject({ recipeId: Id.optional(), recipe: RecipeInput.optional() })
  .refine(({ recipeId, recipe }) => recipeId !== undefined || recipe !== undefined, {
    message: rules.recipeOrId.en,
    path: ['recipeId'],
  })
export const RecipeCheckResult = z.object({
  /** No problems; what only warns does not count. */
  ok: z.boolean(),
  /** In the order of addresses. */
  regions: z.array(z.object({ address: z.number(), size: z.number(), name: z.string() })),
  totalBytes: z.number(),
  /** Chip the images are for, where they say. */
  chip: z.string().nullable(),
  problems: z.array(BenchTrouble),
  warnings: z.array(BenchTrouble),
})
export type RecipeCheckResult = z.infer<typeof RecipeCheckResult>

export const reportGroups = ['line', 'recipe', 'operator', 'hour'] as const
export const ReportQuery = z.object({
  from: Timestamp.optional(),
  to: Timestamp.optional(),
  groupBy: z.enum(reportGroups).default('line'),
  format: z.enum(['json', 'csv']).default('json'),
})
const reportNumbers = {
  /** Attempts. */
  started: z.number(),
  passed: z.number(),
  failed: z.number(),
  refused: z.number(),
  cancelled: z.number(),
  /** Units that were written to, each once. */
  units: z.number(),
  /** Of the units, whose latest attempt passed, 0-1; null without units. */
  yield: z.number().nullable(),
  /** Of the units, whose first attempt ever passed. */
  firstPassYield: z.number().nullable(),
  /** Units passed per hour from the first start to the last end; null where that is no time. */
  unitsPerHour: z.number().nullable(),
  /** Seconds from start to end of what passed. */
  cycleSecondsMedian: z.number().nullable(),
  cycleSecondsP95: z.number().nullable(),
  /** Most frequent first. */
  reasons: z.array(z.object({ errorCode: z.string(), runs: z.number() })),
}
/** How it went, most recent hour first, else by name. */
export const BenchReport = z.object({
  from: Timestamp.nullable(),
  to: Timestamp.nullable(),
  groupBy: z.enum(reportGroups),
  total: z.object(reportNumbers),
  /** `key`: the line's or recipe's id, the operator, the hour's beginning; `name`: for people. */
  items: z.array(z.object({ key: z.string(), name: z.string(), ...reportNumbers })),
})
export type BenchReport = z.infer<typeof BenchReport>

/** What the demo lines are made of: one line each. */
export const demoBoards = ['esp', 'stm32'] as const
export type DemoBoard = (typeof demoBoards)[number]
export const DemoInput = z.strictObject({
  /** Of all lines together. */
  slots: z.number().int().min(1).max(64).default(8),
  boards: z
    .array(z.enum(demoBoards))
    .min(1)
    .refine((boards) => new Set(boards).size === boards.length)
    .default([...demoBoards]),
  /** Of 100 runs, how many meet a fault. */
  failurePercent: z.number().min(0).max(100).default(10),
})
export type DemoInput = z.infer<typeof DemoInput>
/** `lineId`: the first of the demo lines. */
export const DemoStatus = z.object({
  running: z.boolean(),
  lineId: Id.nullable(),
  lineIds: z.array(Id),
  slots: z.number(),
})
export type DemoStatus = z.infer<typeof DemoStatus>
