import { z } from 'zod'
import { JSON_DEPTH, MODULE_NAME_PATTERN } from '#shared/limits.ts'
import { parseJson } from '../json.ts'

/** What the messages of devices in this format have in common. */

/** A member that C devices print empty or null when they mean "none". */
export const absent = (value: unknown) => (value === '' || value === null ? undefined : value)

export const ModuleMember = z.preprocess(absent, z.string().regex(MODULE_NAME_PATTERN, 'no module name').optional())

/** Text in the documents, a number with LinkSDK's pull; the answer carries it back as it came. */
export const IdMember = z.union([z.string().max(64), z.number()]).optional()

/** Reads a payload by a schema; a refusal names the member and the rule. */
export const readAs = <T>(
  schema: z.ZodType<T>,
  payload: Uint8Array,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: string } => {
  const json = parseJson(payload, JSON_DEPTH)
  if (!json.ok) return json
  const parsed = schema.safeParse(json.value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const issue = parsed.error.issues[0]
  return { ok: false, refused: `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not understood'}` }
}
