import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers with a short text that states what to do. It does not wait for the request body: such a connection is closed. */
export const answerText = (
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  const body = Buffer.from(`${text}\n`)
  const hasBody = response.req.headers['content-length'] ?? response.req.headers['transfer-encoding']
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...(hasBody !== undefined && { Connection: 'close' }),
    ...headers,
  })
  response.end(body)
}

/** Seconds that a connection stays open for its next request: long enough for a device that erases flash between two reads. */
export const KEEP_ALIVE_SECONDS = 20

/**
 * Writes an answer's head with Node's own headers (`Date`, `Connection`) before the given ones, so that the last given header is
 * the last of all: clients in the field read the data after `Content-Range` as the file (docs/protocols/README.md §10.6).
 */
export const writeHeadInOrder = (
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
): ServerResponse => {
  response.sendDate = false
  return response.writeHead(status, {
    Date: new Date().toUTCString(),
    ...(response.shouldKeepAlive
      ? { Connection: 'keep-alive', 'Keep-Alive': `timeout=${KEEP_ALIVE_SECONDS}` }
      : { Connection: 'close' }),
    ...headers,
  })
}

/** `Content-Disposition` (RFC 6266 §4.3): an ASCII name for every parser, plus the exact name if it differs. */
export const contentDisposition = (name: string): string => {
  const plain = plainName(name)
  const exact = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  )
  return `${disposition(plain)}${plain === name ? '' : `; filename*=UTF-8''${exact}`}`
}

/**
 * The same for devices: LinkSDK reads a header line into 128 bytes and loops forever on a longer one (docs/protocols/README.md §10.7).
 * If the line is too long, the exact name is omitted first, then the middle of the ASCII name; if nothing fits, the header is omitted.
 */
export const deviceDisposition = (name: string): { readonly 'Content-Disposition'?: string } => {
  const whole = contentDisposition(name)
  if (lineBytes(whole) <= LINE_BYTES_MAX) return { 'Content-Disposition': whole }
  const short = shortened(plainName(name), LINE_BYTES_MAX - lineBytes(disposition('')))
  return short === '' ? {} : { 'Content-Disposition': disposition(short) }
}

/** Maximum bytes of a header line including its line end. */
const LINE_BYTES_MAX = 127
/** Maximum characters of a file extension including its dot; a longer one is not treated as an extension. */
const ENDING_MAX = 16

const disposition = (plain: string): string => `attachment; filename="${plain}"`
const plainName = (name: string): string => name.replace(/[^A-Za-z0-9 ._+()@,=~#&-]/gu, '_')
const lineBytes = (value: string): number => Buffer.byteLength(`Content-Disposition: ${value}\r\n`)

/** A name shortened to that many characters; its extension stays. */
const shortened = (name: string, room: number): string => {
  if (name.length <= room) return name
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= ENDING_MAX ? name.slice(dot) : ''
  return `${name.slice(0, Math.max(0, room - ending.length))}${ending}`
}
