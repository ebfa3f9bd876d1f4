import { ORPCError } from '@orpc/client'
import type { ErrorData } from '#shared/errors.ts'
import { type Language, languages } from '#shared/languages.ts'
import { OfflineError } from './connection.ts'

/** An invalid field, and what is wrong with it where the station reports it. */
type BadField = {
  readonly name: string
  readonly rule?: { readonly en: string } & Readonly<Partial<Record<Language, string>>>
}

/** An error for the screen: a code of `error-texts.ts` with its data, or no connection to the station. */
export type Failure =
  | { readonly kind: 'offline' }
  | { readonly kind: 'coded'; readonly code: string; readonly data: ErrorData; readonly fields: readonly BadField[] }

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** A rule in the languages that the station sent. */
const ruleIn = (texts: unknown): BadField['rule'] => {
  if (!isRecord(texts) || typeof texts.en !== 'string') return undefined
  const { en } = texts
  const others = languages.flatMap((language) => {
    const text = texts[language]
    return typeof text === 'string' ? [[language, text] as const] : []
  })
  return { ...Object.fromEntries(others), en }
}

/** The invalid fields: the first name in each `data.issues[].path`, each field once. */
const fieldsOf = (data: unknown): BadField[] => {
  if (!isRecord(data) || !Array.isArray(data.issues)) return []
  const fields = new Map<string, BadField>()
  for (const issue of data.issues) {
    if (!isRecord(issue)) continue
    const { path, texts } = issue
    const name: unknown = Array.isArray(path) ? path[0] : typeof path === 'string' ? path.split('.')[0] : undefined
    if (typeof name !== 'string' || name === '' || fields.has(name)) continue
    const rule = ruleIn(texts)
    fields.set(name, rule ? { name, rule } : { name })
  }
  return [...fields.values()]
}

const plainData = (data: unknown): ErrorData =>
  isRecord(data)
    ? Object.fromEntries(
        Object.entries(data).filter(
          (entry): entry is [string, string | number | boolean | string[]] =>
            ['string', 'number', 'boolean'].includes(typeof entry[1]) ||
            (Array.isArray(entry[1]) && entry[1].every((item) => typeof item === 'string')),
        ),
      )
    : {}

/** A failure from an error JSON `{code, data}` of REST. */
export const codedFailure = (code: string, data: unknown): Failure => ({
  kind: 'coded',
  code,
  data: plainData(data),
  fields: fieldsOf(data),
})

/** A failure from any value that a call threw; an unknown one becomes INTERNAL. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof OfflineError) return { kind: 'offline' }
  if (error instanceof ORPCError) return codedFailure(error.code, error.data)
  if (error instanceof UploadError) return error.failure
  return codedFailure('INTERNAL', {})
}

/** An upload that the station refused or that was interrupted. */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}
