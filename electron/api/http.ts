import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type Language, languageFor } from '#shared/languages.ts'
import { toApiError } from './errors.ts'

/**
 * On every answer of the operator side. Scripts come from here alone; styles may be inline, as the component library writes
 * its theme that way.
 */
export const securityHeaders: Readonly<OutgoingHttpHeaders> = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The caller's language as far as we speak it. */
export const languageOf = (request: IncomingMessage): Language => languageFor(request.headers['accept-language'] ?? '')

/**
 * The address of a request. Only the path and the query of what a client wrote are taken, so that no request line, however
 * odd (`//`, `http://[`), is anything but a path nobody serves.
 */
export const urlOf = (request: IncomingMessage): URL => {
  const target = request.url ?? '/'
  // RFC 9112 3.2.2: a server takes the absolute form as well.
  const path = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '')
  return new URL(`http://station/${path.replace(/^\/+/, '')}`)
}

/** Who sends a body that we refuse may go on for so long before the connection closes. */
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
 * Sends the answer, and ends it when the rest of the request has come and was dropped: a connection closed in the middle of a
 * file takes the answer along, and its sender hears of a broken line instead of the reason (RFC 9112 9.6).
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

/** Answers with an error as the API writes them. */
export const sendError = (response: ServerResponse, error: unknown, language: Language): void => {
  const { code, status, message, data } = toApiError(error, language)
  if (!response.headersSent) {
    // A body that is dropped must not keep the connection.
    if (!response.req.complete) response.setHeader('Connection', 'close')
    // RFC 9110 15.5.6: a 405 says what is allowed.
    if (status === 405) response.setHeader('Allow', allowed(data))
  }
  sendJson(response, status, { code, status, message, data })
}

const allowed = (data: unknown): string =>
  typeof data === 'object' && data && 'allow' in data && Array.isArray(data.allow) ? data.allow.join(', ') : 'GET, HEAD'
