import { z } from 'zod'
import { rule } from '../phrase.ts'
import { consoleStates } from '../states/console.ts'
import { BenchTrouble } from './bench-ports.ts'
import { Id, Timestamp, wholeOf } from './values.ts'

export const parities = ['none', 'even', 'odd'] as const
export const lineEnds = ['crlf', 'lf', 'cr', 'none'] as const
export type LineEnd = (typeof lineEnds)[number]

/** Bytes that a console keeps; older ones are dropped. */
export const CONSOLE_KEPT_BYTES = 1024 * 1024
const SENT_BYTES = 4096

const lineSettings = {
  baudRate: wholeOf(50, 12_000_000).optional(),
  parity: z.enum(parities).optional(),
  dataBits: z.union([z.literal(7), z.literal(8)]).optional(),
  stopBits: z.union([z.literal(1), z.literal(2)]).optional(),
}

/** Where to open a console: at a slot or at a port. Settings that are left out stay as the console has them. */
export const ConsoleInput = z
  .strictObject({ slotId: Id.optional(), path: z.string().min(1).max(512).optional(), ...lineSettings })
  .refine(({ slotId, path }) => (slotId === undefined) !== (path === undefined), {
    message: rule('slotOrPath'),
    path: ['slotId'],
  })
export type ConsoleInput = z.output<typeof ConsoleInput>

export const ConsolePatch = z.strictObject({
  ...lineSettings,
  dtr: z.boolean().optional(),
  rts: z.boolean().optional(),
})
export type ConsolePatch = z.output<typeof ConsolePatch>

/** What is sent: text (UTF-8) or bytes in hex, and the end of the line (of text CR LF, of bytes none, unless given). */
const sent = {
  text: z.string().max(SENT_BYTES).optional(),
  hex: z
    .string()
    .max(3 * SENT_BYTES)
    .regex(/^\s*(?:[0-9a-f]{2}\s*)*$/i, rule('hexBytes'))
    .optional(),
  lineEnd: z.enum(lineEnds).optional(),
}
export const ConsoleSend = z
  .strictObject({ id: Id, ...sent })
  .refine(({ text, hex }) => (text === undefined) !== (hex === undefined), {
    message: rule('textOrHex'),
    path: ['text'],
  })
export type ConsoleSend = z.output<typeof ConsoleSend>

/** A serial console. */
export const Console = z.object({
  id: Id,
  /** The port's physical place, else its path. */
  place: z.string(),
  /** The port that is there now. */
  path: z.string().nullable(),
  slotId: Id.nullable(),
  state: z.enum(consoleStates),
  /** Why it is paused, and the slot's label. */
  pausedFor: z.enum(['run', 'identification']).nullable(),
  slot: z.string().nullable(),
  /** Why the port cannot be opened. */
  trouble: BenchTrouble.nullable(),
  baudRate: z.number(),
  parity: z.enum(parities),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  stopBits: z.union([z.literal(1), z.literal(2)]),
  dtr: z.boolean(),
  rts: z.boolean(),
  /** Streams that follow it. */
  readers: z.number(),
  /** First position that is kept, and the position of what comes next. */
  begin: z.number(),
  end: z.number(),
  openedAt: Timestamp,
})
export type Console = z.infer<typeof Console>

/** What was received, what was sent, and what happened to the port (`note`, a state), in order. A note takes one position. */
export const ConsoleEntry = z.object({
  position: z.number(),
  at: Timestamp,
  kind: z.enum(['received', 'sent', 'note']),
  base64: z.string(),
  note: z.enum(consoleStates).nullable(),
  /** The slot that a note is about. */
  slot: z.string().nullable(),
})
export type ConsoleEntry = z.infer<typeof ConsoleEntry>

export const ConsoleOutput = z.object({
  console: Console,
  /** Positions between the asked one and the first that was still kept. */
  dropped: z.number(),
  /** Where to go on. */
  next: z.number(),
  entries: z.array(ConsoleEntry),
})
export type ConsoleOutput = z.infer<typeof ConsoleOutput>

export const ConsoleRead = z.object({
  id: Id,
  offset: wholeOf(0, Number.MAX_SAFE_INTEGER).default(0),
  limit: wholeOf(1, CONSOLE_KEPT_BYTES).default(65_536),
  /** How long to wait where there is nothing yet. */
  waitSeconds: wholeOf(0, 30).default(0),
})
export const ConsoleFollow = ConsoleRead.pick({ id: true, offset: true })
