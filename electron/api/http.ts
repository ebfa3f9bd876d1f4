import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type Language, languageFor } from '#shared/languages.ts'
import { toApiError } from './errors.ts'

/**
 * Headers of every answer of the operator side. Scripts come only from this server; styles may be inline, because the component library
 * inserts its theme that way.
 */
export const securityHeaders: Readonly<OutgoingHttpHeaders> = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The caller's language if we support it. */
export const languageOf = (request: IncomingMessage): Language => languageFor(request.headers['accept-language'] ?? '')

/**
 * The address of a request. Only the path and the query are used, so that an odd request line (`//`, `http://[`) becomes an unknown path
 * and nothing else.
 */
export const urlOf = (request: IncomingMessage): URL => {
  const target = request.url ?? '/'
  // RFC 9112 3.2.2: a server must accept the absolute form as well.
  const path = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '')
  return new URL(`http://station/${path.replace(/^\/+/, '')}`)
}

/** How long a client may go on sending a refused body before the connection closes. */
const LINGER_MS = 30_000

/** Answers with JSON. */
export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': bytes.length,
  })
  if (response.req.complete || response.req.destroyed) response.end(bytes)
  else endWhenDrained(response, bytes)
}

/**
 * Sends the answer, and ends it when the rest of the request has arrived and was dropped. A connection closed in the middle of an upload
 * would lose the answer, and the sender would see a broken connection instead of the reason (RFC 9112 9.6).
 */
const endWhenDrained = (response: ServerResponse, bytes: Buffer): void => {
  const { req: request } = response
  response.write(bytes)
  const limit = setTimeout(() => response.end(), LINGER_MS).unref()
  const end = (): void => {
    clearTimeout(limit)
    response.end()
  }
  request.once('end', end).once('close', end).on('error', end)
  request.resume()
}

/** Answers with an error in the form of the API. */
export const sendError = (response: ServerResponse, error: unknown, language: Language): void => {
  const { code, status, message, data } = toApiError(error, language)
  if (!response.headersSent) {
    // The connection closes, so that a refused body does not occupy it.
    if (!response.req.complete) response.setHeader('Connection', 'close')
    // RFC 9110 15.5.6: a 405 lists the allowed methods.
    if (status === 405) response.setHeader('Allow', allowed(data))
  }
  sendJson(response, status, { code, status, message, data })
}

const allowed = (data: unknown): string =>
  typeof data === 'object' && data && 'allow' in data && Array.isArray(data.allow) ? data.allow.join(', ') : 'GET, HEAD'
