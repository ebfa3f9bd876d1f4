import { z } from 'zod'

/** Common to reading the messages of every protocol. */

export const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-fA-F]{${length}}$`))

/** LinkSDK's buffers for host and path of a download URL (docs/protocols/sagoo.md §4.11); other C clients have no larger ones. */
const URL_PART_MAX = 255

export const DownloadUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const url = new URL(text)
  return url.host.length <= URL_PART_MAX && url.pathname.length + url.search.length <= URL_PART_MAX
}, `host and path at most ${URL_PART_MAX} characters`)

export const Version = z.string().min(1)
export const Size = z.number().int().positive()

/** Text or number: devices compare and repeat it as text. */
export const MessageId = z.union([z.string().min(1), z.number()]).transform(String)

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: string }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads compact JSON. The hand-written parsers of deployed clients reject JSON with blanks between its tokens (docs/protocols/README.md
 * §2.1).
 */
export const readJson = (payload: Uint8Array): Read<unknown> => {
  try {
    const text = utf8.decode(payload)
    if (/\s/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) return { ok: false, refused: 'blanks between JSON tokens' }
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    return { ok: false, refused: error instanceof Error ? error.message : String(error) }
  }
}

/** Checks a value against a schema; an error names the member and the rule. */
export const check = <T>(schema: z.ZodType<T>, value: unknown): Read<T> => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  return { ok: false, refused: `${issue?.path.join('.')}: ${issue?.message}` }
}

export const readAs = <T>(schema: z.ZodType<T>, payload: Uint8Array): Read<T> => {
  const json = readJson(payload)
  return json.ok ? check(schema, json.value) : json
}

/** Texts of a device have at most 128 characters (docs/protocols/README.md §2.9: desc). */
export const shortText = (words: string): string => [...words].slice(0, 128).join('')
