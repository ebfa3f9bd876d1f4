import { z } from 'zod'
import { atProfileName } from '#shared/at-profiles.ts'
import { patternFault, patternGroups } from '#shared/pattern.ts'
import { placeholders } from './placeholders.ts'

/** What a module's own result code means; each has a text in every language (`AT_RESULT_…`). */
export const atMeanings = [
  'network',
  'server',
  'notFound',
  'timeout',
  'address',
  'package',
  'source',
  'size',
  'space',
  'storage',
  'busy',
  'restored',
  'rejected',
  'other',
] as const
export type AtMeaning = (typeof atMeanings)[number]

/** A pattern of RE2 for one line of the module. */
const Pattern = (groups: number) =>
  z
    .string()
    .min(1)
    .max(200)
    .superRefine((source, context) => {
      const fault = patternFault(source)
      const message = fault ? `no pattern that runs in linear time (${fault})` : 'needs a group in parentheses'
      if (fault || patternGroups(source) < groups) context.addIssue({ code: 'custom', message })
    })

const Command = z
  .string()
  .min(1)
  .max(600)
  .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII on one line')
  .superRefine((text, context) => {
    const unknown = [...text.matchAll(/\{(\w+)\}/g)]
      .map(([, name = '']) => name)
      .find((name) => !placeholders.includes(name))
    if (unknown !== undefined)
      context.addIssue({
        code: 'custom',
        message: `{${unknown}} is not one of ${placeholders.map((one) => `{${one}}`).join(' ')}`,
      })
  })

/** A command, and what comes after it. */
const Step = z
  .strictObject({
    /** Sent with a carriage return. */
    send: Command,
    /** A line that must come before the final OK; null: not even that is waited for. */
    answer: Pattern(0).nullable().optional(),
    /** The module sends this text, and then wants `payload` as raw bytes. */
    prompt: z.string().min(1).max(32).optional(),
    payload: z.enum(['url', 'package']).optional(),
    /** Bytes of the payload that are written at once, and the pause after them. */
    chunk: z.number().int().min(1).max(65_536).optional(),
    paceMs: z.number().int().min(0).max(5000).optional(),
    /** The answer comes within this time. */
    seconds: z.number().int().min(1).max(3600).default(5),
    /** An error is no reason to stop. */
    optional: z.boolean().default(false),
  })
  .refine(({ prompt, payload }) => (prompt === undefined) === (payload === undefined), {
    message: 'prompt and payload belong together',
    path: ['prompt'],
  })
export type AtStep = z.infer<typeof Step>

/** A question with one line as its answer. */
const Query = z.strictObject({
  send: Command,
  /** Its first group is the value; left out: the first line, without the command's name and quotes. */
  line: Pattern(1).optional(),
})
export type AtQuery = z.infer<typeof Query>

/** A line of the module during the update. Its first group is a percentage or a code. */
const Event = z
  .strictObject({
    line: Pattern(0),
    /**
     * `download`: percent of the download; `downloaded`: the module has the package; `install`: percent of the installation; `restart`: it
     * restarts; `done`: it is finished; `failed`: it gave up.
     */
    means: z.enum(['download', 'downloaded', 'install', 'restart', 'done', 'failed']),
    /** Codes that are good; any other one is a failure. */
    ok: z.array(z.string().max(32)).min(1).max(16).optional(),
    /** Sent when the line came. */
    send: Command.optional(),
  })
  .refine(({ means, ok, line }) => (means !== 'download' && ok === undefined) || patternGroups(line) > 0, {
    message: 'needs a group in parentheses',
    path: ['line'],
  })
export type AtEvent = z.infer<typeof Event>

/** How a module gets its package. */
const Way = z.strictObject({
  /** Characters of the address. */
  urlMax: z.number().int().min(80).max(255).default(255),
  start: z.array(Step).min(1).max(32),
  events: z.array(Event).max(64).default([]),
  /** An installation without a sign of life for this time has failed. */
  updateSeconds: z.number().int().min(1).max(7200).default(600),
})
export type AtWay = z.infer<typeof Way>

const parts = {
  /** Sent after every start of the module, after ATE0. */
  setup: z.array(Step).max(32),
  model: Query,
  version: Query,
  /** What identifies the module; left out: its barcode. */
  unit: Query.extend({ kind: z.enum(['imei', 'mac']) }),
  ways: z.strictObject({ http: Way.optional(), serial: Way.optional() }),
  codes: z.record(z.string().regex(/^[\x21-\x7e]{1,32}$/), z.enum(atMeanings)),
}

/** The dialogue of one maker's modules. */
export const AtProfile = z.strictObject({
  name: z.string().regex(atProfileName, 'must have small letters, digits or . _ -'),
  /** For people: the modules that it is made for. */
  modules: z.string().min(1).max(300),
  /** Where its dialogue is written down. */
  sources: z.array(z.string().min(1).max(300)).max(16).default([]),
  notes: z.array(z.string().max(500)).max(16).default([]),
  setup: parts.setup.default([]),
  model: parts.model,
  version: parts.version,
  unit: parts.unit.optional(),
  ways: parts.ways,
  codes: parts.codes.default({}),
  /** What differs in modules whose model matches; the first that matches counts. */
  variants: z
    .array(z.strictObject({ match: Pattern(0), ...z.object(parts).partial().shape }))
    .max(32)
    .default([]),
})
export type AtProfile = z.infer<typeof AtProfile>
export type AtWays = AtProfile['ways']
