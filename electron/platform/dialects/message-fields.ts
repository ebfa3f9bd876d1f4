import { z } from 'zod'
import { JSON_DEPTH, MODULE_NAME_PATTERN } from '#shared/limits.ts'
import { ruleText } from '#shared/phrase-text.ts'
import { DEFAULT_MODULE } from '#shared/protocols/index.ts'
import { ReportedVersion } from '#shared/schema.ts'
import type { OfferedDelta } from './dialect.ts'
import { PrintedNumber, parseJson } from './json.ts'

/** What the messages of devices have in common, whatever the protocol. */

export { DEFAULT_MODULE }

/** A member that C devices print empty or null when they mean "none". */
const absent = (value: unknown) => (value === '' || value === null ? undefined : value)

export const ModuleMember = z.preprocess(absent, z.string().regex(MODULE_NAME_PATTERN, 'no module name').optional())

/** The module of a report, as the device prints it: some print any text there, which must not cost the step it comes with. */
export const ReportedModule = z.preprocess(absent, z.string().trim().max(256).optional().catch(undefined))

/** Text or number; an answer carries it back as it came. */
export const IdMember = z
  .union([z.string().max(64), z.number(), z.instanceof(PrintedNumber).refine(({ text }) => text.length <= 64)])
  .optional()

/** A number, however it is printed. */
export const NumberMember = z.union([
  z.number(),
  z
    .instanceof(PrintedNumber)
    .transform(({ value }) => value)
    .pipe(z.number()),
])

/** A number as the text that it was printed as; anything else as it is. */
export const asPrinted = (value: unknown): unknown =>
  typeof value === 'number' ? String(value) : value instanceof PrintedNumber ? value.text : value

/** What a module runs, or what a device asks for: text, or a number with the digits that it was printed with. */
export const VersionMember = z.preprocess(asPrinted, ReportedVersion)

export const OptionalVersionMember = z.preprocess(absent, VersionMember.optional())

/** A whole number, as text or number; decimals are cut (docs/protocols/README.md §2.3). */
export const StepMember = z
  .union(
    [
      NumberMember,
      z
        .string()
        .trim()
        .regex(/^[+-]?\d{1,9}(\.\d*)?$/)
        .transform(Number),
    ],
    'no number',
  )
  .transform((step) => Math.trunc(step) + 0)

/** The device's own words; a description of another kind must not cost the step it comes with. */
export const TextMember = z.preprocess((value) => asPrinted(absent(value)), z.string().optional().catch(undefined))

/** A value read, or why not: a short English phrase. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: string }

/** Holds a value against a schema; a refusal names the member and the rule. */
export const check = <T>(schema: z.ZodType<T>, value: unknown): Read<T> => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const { path = [], message = 'not understood' } = parsed.error.issues[0] ?? {}
  return { ok: false, refused: `${path.join('.') || 'message'}: ${ruleText(message, 'en') ?? message}` }
}

/** Reads a payload as JSON, no deeper than devices have reason to nest. */
export const readJson = (payload: Uint8Array): Read<unknown> => parseJson(payload, JSON_DEPTH)

/** Reads a payload by a schema. */
export const readAs = <T>(schema: z.ZodType<T>, payload: Uint8Array): Read<T> => {
  const json = readJson(payload)
  return json.ok ? check(schema, json.value) : json
}

/**
 * What a differential notice says of its delta beside its name, size and digest: members of `extData`, where protocols have
 * room for what they do not know, with an underscore in front as Alibaba's own `_package_udi` has (a tag cannot have one). No document
 * names such members. Flat, as some clients count braces.
 */
export const deltaMembers = ({ diff }: { readonly diff?: OfferedDelta }): Record<string, string | number> =>
  diff
    ? {
        _diff_format: diff.format,
        _diff_from: diff.fromVersion,
        _full_size: diff.full.size,
        _full_md5: diff.full.md5,
        _full_sha256: diff.full.sha256,
      }
    : {}

/** Whether a JSON value has members. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PrintedNumber)
