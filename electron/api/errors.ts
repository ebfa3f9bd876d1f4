import { ORPCError, ValidationError } from '@orpc/server'
import { errorText, type Language } from '#shared/error-texts.ts'
import { DomainError, type ErrorCode, type ErrorData, errorCodes } from '#shared/errors.ts'

/** SQLite and the system say "no space" each in their own way. */
const diskFull = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT'])

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined

const apiError = (code: ErrorCode, language: Language, data: ErrorData, cause?: unknown): ORPCError<string, unknown> =>
  new ORPCError(code, {
    status: errorCodes[code].status,
    message: errorText(code, language, data),
    data: { ...data, retryable: errorCodes[code].retryable },
    cause,
  })

/**
 * An error as it crosses the border: `{code, status, message, data}`. What failed a schema names its fields; what nobody
 * foresaw says nothing of the inside.
 */
export const toApiError = (error: unknown, language: Language): ORPCError<string, unknown> => {
  if (error instanceof DomainError) return apiError(error.code, language, error.data, error)
  if (error instanceof ORPCError)
    return error.cause instanceof ValidationError ? invalid(error, error.cause, language) : ours(error, language)
  if (diskFull.has(codeOf(error) ?? '')) return apiError('DISK_FULL', language, {}, error)
  return apiError('INTERNAL', language, {}, error)
}

const invalid = (
  error: ORPCError<string, unknown>,
  cause: ValidationError,
  language: Language,
): ORPCError<string, unknown> => {
  // An answer that does not fit its own schema is our fault, not the caller's.
  if (error.status >= 500) return apiError('INTERNAL', language, {}, error)
  const issues = cause.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message }))
  const detail = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  return new ORPCError('BAD_REQUEST', {
    status: 400,
    message: errorText('BAD_REQUEST', language, { detail }),
    data: { detail, field: issues[0]?.path, issues, retryable: false },
    cause,
  })
}

const pathOf = (path: ValidationError['issues'][number]['path']): string =>
  (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')

/** The library's own errors (no such route, a body that is no JSON) in our words. */
const ours = (error: ORPCError<string, unknown>, language: Language): ORPCError<string, unknown> => {
  if (error.status === 400) return apiError('BAD_REQUEST', language, { detail: error.message }, error)
  if (error.status === 413) return apiError('PAYLOAD_TOO_LARGE', language, { limit: '32 MB' }, error)
  if (error.status >= 500) return apiError('INTERNAL', language, {}, error)
  return error
}
