import { z } from 'zod'
import { JSON_DEPTH, MODULE_NAME_PATTERN } from '#shared/limits.ts'
import { ruleText } from '#shared/phrase-text.ts'
import { DEFAULT_MODULE } from '#shared/protocols/index.ts'
import { ReportedVersion } from '#shared/schema.ts'
import type { OfferedDelta } from './dialect.ts'
import { PrintedNumber, parseJson } from './json.ts'

/** Fields that device messages of all protocols share. */

export { DEFAULT_MODULE }

/** A member that C firmware prints empty or null to mean "none". */
const absent = (value: unknown) => (value === '' || value === null ? undefined : value)

export const ModuleMember = z.preprocess(absent, z.string().regex(MODULE_NAME_PATTERN, 'no module name').optional())

/** The module of a report as printed: some devices print any text there, which must not invalidate the step in the same message. */
export const ReportedModule = z.preprocess(absent, z.string().trim().max(256).optional().catch(undefined))

/** Text or number; the answer returns it unchanged. */
export const IdMember = z
  .union([z.string().max(64), z.number(), z.instanceof(PrintedNumber).refine(({ text }) => text.length <= 64)])
  .optional()

/** A number in any printed form. */
export const NumberMember = z.union([
  z.number(),
  z
    .instanceof(PrintedNumber)
    .transform(({ value }) => value)
    .pipe(z.number()),
])

/** A number as its printed text; any other value unchanged. */
export const asPrinted = (value: unknown): unknown =>
  typeof value === 'number' ? String(value) : value instanceof PrintedNumber ? value.text : value

/** A reported or requested version: text, or a number with its printed digits. */
export const VersionMember = z.preprocess(asPrinted, ReportedVersion)

export const OptionalVersionMember = z.preprocess(absent, VersionMember.optional())

/** An integer, as text or number; decimals are truncated (docs/protocols/README.md §2.3). */
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

/** The message reported by the device; a description of another type must not invalidate the step in the same message. */
export const TextMember = z.preprocess((value) => asPrinted(absent(value)), z.string().optional().catch(undefined))

/** A parsed value, or the reason of a failure: a short English phrase. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: string }

/** Validates a value by a schema; a refusal names the member and the rule. */
export const check = <T>(schema: z.ZodType<T>, value: unknown): Read<T> => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const { path = [], message = 'not understood' } = parsed.error.issues[0] ?? {}
  return { ok: false, refused: `${path.join('.') || 'message'}: ${ruleText(message, 'en') ?? message}` }
}

/** Reads a payload as JSON with a limited nesting depth. */
export const readJson = (payload: Uint8Array): Read<unknown> => parseJson(payload, JSON_DEPTH)

/** Reads a payload by a schema. */
export const readAs = <T>(schema: z.ZodType<T>, payload: Uint8Array): Read<T> => {
  const json = readJson(payload)
  return json.ok ? check(schema, json.value) : json
}

/**
 * Additional data of a delta in its notice, besides name, size and digest: members of `extData`, which protocols reserve for
 * extensions. Names start with an underscore like Alibaba's own `_package_udi` (a tag cannot start with one). No document
 * defines these members. They are flat because some clients count braces.
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
