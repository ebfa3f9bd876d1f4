import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { OutgoingEvent } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import { faultOf, type Receiver, type ReceiverSettings } from './receiver.ts'
import { answerFault } from './webhook-answer.ts'
import { SIGNATURE, signatureOf } from './webhook-signature.ts'

/** Bytes of an answer that are read so that its connection can be used again. */
const ANSWER_BYTES = 64 * 1024

/** Sends events as JSON by HTTP POST. Redirects are not followed: they would carry records to an address that nobody entered. */
export const createWebhookReceiver = (
  { url, secret, ca }: ReceiverSettings,
  { clock, program }: { readonly clock: Pick<Clock, 'now'>; readonly program: string },
): Receiver => {
  const address = new URL(url)
  const { username, password } = address
  const basic = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  address.username = ''
  address.password = ''
  const isHttps = address.protocol === 'https:'
  const agent = isHttps
    ? new HttpsAgent({ keepAlive: true, ...(ca === null ? {} : { ca }) })
    : new HttpAgent({ keepAlive: true })

  const post = async (body: string, signal: AbortSignal): Promise<void> => {
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': `OTA-Bench/${program}`,
    }
    if (username !== '') headers.Authorization = `Basic ${Buffer.from(basic).toString('base64')}`
    if (secret !== null) headers[SIGNATURE] = signatureOf(secret, Math.floor(clock.now() / 1000), body)
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const request = (isHttps ? requestHttps : requestHttp)(address, { method: 'POST', headers, agent, signal })
    request.on('response', resolve).on('error', reject)
    request.end(body)
    const response = await promise
    const fault = answerFault(response.statusCode ?? 0, response.headers, clock.now())
    await drained(response)
    if (fault) throw fault
  }

  const guarded = async (body: string, signal: AbortSignal): Promise<void> => {
    try {
      await post(body, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw faultOf(error)
    }
  }

  return {
    send: (events, signal) => guarded(bodyOf(events), signal),
    probe: (signal) => guarded(bodyOf([]), signal),
    async close() {
      agent.destroy()
    },
  }
}

const bodyOf = (events: readonly OutgoingEvent[]): string => JSON.stringify({ version: 1, events })

/** Reads the rest of an answer; its status counts already, so a rest that is long, late or broken does not matter. */
const drained = async (response: IncomingMessage): Promise<void> => {
  let bytes = 0
  try {
    for await (const piece of response) {
      bytes += (piece as Buffer).length
      if (bytes > ANSWER_BYTES) break
    }
  } catch {
    // The connection is not used again.
  }
  response.destroy()
}
