import { ORPCError, ValidationError } from '@orpc/server'
import { errorText } from '#shared/error-texts.ts'
import { DomainError, type ErrorCode, type ErrorData, errorCodes } from '#shared/errors.ts'
import { issueTexts, type SchemaIssue } from '#shared/issue-texts.ts'
import type { Language } from '#shared/languages.ts'
import { writtenOut } from '#shared/phrase-text.ts'
import { texts } from '#shared/texts/index.ts'
import { isDiskFull } from '../platform/basics/disk-full.ts'
import { isOutOfFiles } from '../platform/basics/out-of-files.ts'
import { saysDamaged } from '../platform/store/database-damage-watch.ts'

const apiError = (code: ErrorCode, language: Language, data: ErrorData, cause?: unknown): ORPCError<string, unknown> =>
  new ORPCError(code, {
    status: errorCodes[code].status,
    message: errorText(code, language, data),
    data: { ...writtenOut(data), retryable: errorCodes[code].retryable },
    cause,
  })

/**
 * An error as the API sends it: `{code, status, message, data}`. A schema error names its fields; an unexpected error reveals no internal
 * details.
 */
export const toApiError = (error: unknown, language: Language): ORPCError<string, unknown> => {
  if (error instanceof DomainError) return apiError(error.code, language, error.data, error)
  if (error instanceof ORPCError) {
    const { cause } = error
    if (cause instanceof ValidationError && error.status < 500)
      return invalid(cause.issues as readonly Issue[], language)
    // An answer that does not fit its own schema is our fault, not the caller's.
    return error.status < 500 ? error : apiError('INTERNAL', language, {}, error)
  }
  if (isDiskFull(error)) return apiError('DISK_FULL', language, {}, error)
  if (saysDamaged(error)) return apiError('DATABASE_DAMAGED', language, { detail: (error as Error).message }, error)
  if (isOutOfFiles(error)) return apiError('TOO_MANY_OPEN', language, {}, error)
  return apiError('INTERNAL', language, {}, error)
}

/** A schema's issue with its path. */
type Issue = SchemaIssue & { readonly path?: readonly unknown[] | undefined }

/** A schema error as BAD_REQUEST: `data.field` is the first field, `data.issues` lists all issues with their texts. */
export const invalid = (found: readonly Issue[], language: Language): ORPCError<string, unknown> => {
  const issues = found.flatMap((issue) => {
    const inAll = issueTexts(issue)
    return pathsOf(issue).map((path) => ({ path, message: inAll[language], texts: inAll }))
  })
  const detail = issues
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .join(texts[language].language.clauseSeparator)
  return new ORPCError('BAD_REQUEST', {
    status: 400,
    message: errorText('BAD_REQUEST', language, { detail }),
    data: { detail, field: issues[0]?.path, issues, retryable: false },
  })
}

/** The path of an issue; each unknown field has its own path. */
const pathsOf = ({ path = [], keys = [] }: Issue): string[] => {
  const parts = path.map((part) => String(typeof part === 'object' && part && 'key' in part ? part.key : part))
  return keys.length > 0 ? keys.map((key) => [...parts, key].join('.')) : [parts.join('.')]
}
