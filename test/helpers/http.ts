import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

/** An answer as it came: nothing decoded, nothing followed. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One HTTP request exactly as given: path and headers are not tidied up, as `fetch` would. `base` is any URL of the station. */
export const rawRequest = (
  base: string,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  body?: string | Buffer,
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base)
    const call = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })

/** Sends bytes as they are to the port of `base` and resolves with the beginning of the answer, or with nothing at its end. */
export const rawBytes = (base: string, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(base)
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setEncoding('utf8').once('data', (text) => {
      socket.destroy()
      resolve(String(text))
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(''))
  })

/** A multipart form: files first, fields after them, the order that asks most of the station. */
export const formOf = (
  files: readonly (readonly [name: string, bytes: string | Buffer])[],
  fields: Readonly<Record<string, string | number>>,
): FormData => {
  const form = new FormData()
  for (const [name, bytes] of files) form.append('file', new Blob([new Uint8Array(Buffer.from(bytes))]), name)
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  return form
}
