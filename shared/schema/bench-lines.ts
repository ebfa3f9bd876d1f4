import { z } from 'zod'
import { rule } from '../phrase.ts'
import { slotLamps } from '../states/slot.ts'
import { demoBoards } from '../targets/index.ts'
import { BenchTrouble } from './bench-ports.ts'
import { Run } from './bench-runs.ts'
import { Id, Label, Timestamp } from './values.ts'

/** A USB port by its physical `location`, or for lab use by its `path` (pty, COM name, `sim:1`). */
export const SlotInput = z
  .strictObject({
    /** The id of an existing slot of the line; left out: a new slot. */
    id: Id.optional(),
    label: Label,
    location: z.string().min(1).max(512).nullish(),
    path: z.string().min(1).max(512).nullish(),
  })
  .refine(({ location, path }) => (location == null) !== (path == null), {
    message: rule('locationOrPath'),
    path: ['location'],
  })
export type SlotInput = z.infer<typeof SlotInput>

/** The identity of the unit in a slot. */
export const Unit = z.object({
  /** The unique identity: MAC or unique id, lower-case hex; else the scanned or the USB serial number; null: unknown. */
  id: z.string().nullable(),
  /** Scanned or given; null where none was. */
  serial: z.string().nullable(),
  chip: z.string().nullable(),
  flashSize: z.number().nullable(),
  usbSerial: z.string().nullable(),
  facts: z.record(z.string(), z.string()),
})
export type Unit = z.infer<typeof Unit>

/** A slot as the screen shows it. */
export const Slot = z.object({
  id: Id,
  lineId: Id,
  /** Its position in the line, from 0. */
  position: z.number(),
  label: z.string(),
  location: z.string().nullable(),
  path: z.string().nullable(),
  /** The port connected to it now; null: nothing is plugged in. */
  port: z.string().nullable(),
  lamp: z.enum(slotLamps),
  unit: Unit.nullable(),
  /** A barcode that waits for the slot's next run. */
  scanned: z.string().nullable(),
  /** Its latest run. */
  run: Run.nullable(),
  /** The serial number that the unit in it gets from the recipe, or has; null: it is scanned, or there is none. */
  nextSerial: z.string().nullable(),
  /** Why its unit could not be identified when it was plugged in. */
  trouble: BenchTrouble.nullable(),
  /** Until when it is asked again and again for a unit, which then starts by itself; null: it does not wait. */
  waitsUntil: Timestamp.nullable(),
})
export type Slot = z.infer<typeof Slot>

export const Line = z.object({
  id: Id,
  name: z.string(),
  /** The recipe for the line's start key and for auto-start. */
  recipeId: Id.nullable(),
  /** Whether slots start automatically when a unit is plugged in; null: the recipe decides. */
  autoStart: z.boolean().nullable(),
  /** Seconds for which a slot without an answer is asked again and again (pogo-pin beds); 0: once. */
  waitForContact: z.number(),
  operator: z.string().nullable(),
  /** Each port that is plugged in now becomes the line's next slot. */
  learning: z.boolean(),
  /** Its slots hold simulated targets. */
  simulated: z.boolean(),
  /** The serial numbers that its recipe gives; null: they are scanned, or it has no recipe. */
  serials: z
    .object({
      next: z.string().nullable(),
      /** Numbers that are left; null: no end is set. */
      left: z.number().nullable(),
      /** Why there is none. */
      trouble: BenchTrouble.nullable(),
    })
    .nullable(),
  createdAt: Timestamp,
  slots: z.array(Slot),
})
export type Line = z.infer<typeof Line>

const lineSettings = {
  recipeId: Id.nullable().optional(),
  autoStart: z.boolean().nullable().optional(),
  waitForContact: z.number().int().min(0).max(86_400).optional(),
  operator: Label.nullable().optional(),
}
const Slots = z.array(SlotInput).max(256)
export const LineInput = z.strictObject({ name: Label, slots: Slots.default([]), ...lineSettings })
/** `slots`: all of them in order; a slot that is left out is deleted. */
export const LinePatch = z.strictObject({ name: Label.optional(), slots: Slots.optional(), ...lineSettings })

export const DemoInput = z.strictObject({
  /** For all lines together. */
  slots: z.number().int().min(1).max(64).default(8),
  boards: z
    .array(z.enum(demoBoards))
    .min(1)
    .refine((boards) => new Set(boards).size === boards.length, rule('unique'))
    .default([...demoBoards]),
  /** The percentage of runs with a fault. */
  failurePercent: z.number().min(0).max(100).default(10),
})
export type DemoInput = z.infer<typeof DemoInput>
/** `lineId`: the first of the demo lines; `slots`: 0 while they do not run; `boards`, `failurePercent`: the settings of the last start. */
export const DemoStatus = z.object({
  running: z.boolean(),
  lineId: Id.nullable(),
  lineIds: z.array(Id),
  slots: z.number(),
  boards: z.array(z.enum(demoBoards)),
  failurePercent: z.number(),
})
export type DemoStatus = z.infer<typeof DemoStatus>
