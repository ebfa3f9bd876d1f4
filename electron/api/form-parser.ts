import type { IncomingMessage } from 'node:http'
import busboy from 'busboy'
import { DomainError } from '#shared/errors.ts'

/** Limit for the text fields of a form; real forms stay far below. */
const FIELD_BYTES = 256 * 1024
const FIELDS = 50

/** Starts to parse a multipart form (RFC 7578). @throws BAD_REQUEST when the header does not describe one. */
export const startParser = (
  request: IncomingMessage,
  limits: { readonly files: number; readonly fileSize?: number },
): busboy.Busboy => {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { fieldSize: FIELD_BYTES, fields: FIELDS, ...limits },
    })
  } catch (cause) {
    throw new DomainError('BAD_REQUEST', { detail: (cause as Error).message }, { cause })
  }
}
