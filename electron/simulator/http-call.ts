import { type Agent, request } from 'node:http'

/** A platform that does not answer within this time counts as unreachable. */
const ANSWER_MS = 30_000

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: string
  readonly agent: Agent
}

/** Makes one call and returns the text of the answer. @throws network errors, the signal's reason. */
export const callHttp = ({ method, url, headers, body, agent }: Call, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
    const call = request(
      url,
      { method, agent, signal, timeout: ANSWER_MS, headers: { ...headers, ...sent } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      },
    )
    call.on('timeout', () => call.destroy(new Error(`no answer for ${ANSWER_MS / 1000} s`)))
    call.on('error', reject)
    call.end(body)
  })
