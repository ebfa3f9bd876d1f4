import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Language } from '#shared/error-texts.ts'
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
export const languageOf = (request: IncomingMessage): Language =>
  /^\s*zh\b/i.test(request.headers['accept-language'] ?? '') ? 'zh' : 'en'

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

/** Answers with JSON. */
export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body))
}

/** Answers with an error as the API writes them. */
export const sendError = (response: ServerResponse, error: unknown, language: Language): void => {
  const { code, status, message, data } = toApiError(error, language)
  if (!response.headersSent) {
    // A body that nobody will read must not keep the connection.
    if (!response.req.complete) response.setHeader('Connection', 'close')
    // RFC 9110 15.5.6: a 405 says what is allowed.
    if (status === 405) response.setHeader('Allow', allowed(data))
  }
  sendJson(response, status, { code, status, message, data })
}

const allowed = (data: unknown): string =>
  typeof data === 'object' && data && 'allow' in data && Array.isArray(data.allow) ? data.allow.join(', ') : 'GET, HEAD'
