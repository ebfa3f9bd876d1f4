import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Delivered {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver of webhooks on one port of loopback, which can go and return. */
export const createWebhookServer = (port = 0) => {
  const requests: Delivered[] = []
  let answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end()
  let server: Server | undefined
  let bound = port
  return {
    requests,
    get port(): number {
      return bound
    },
    /** What every further request is answered. */
    answers(next: typeof answer): void {
      answer = next
    },
    async start(): Promise<void> {
      const starting = createServer(async (request, response) => {
        requests.push({ headers: request.headers, body: await text(request) })
        answer(response)
      })
      starting.listen(bound, '127.0.0.1')
      await once(starting, 'listening')
      const address = starting.address()
      if (typeof address === 'object' && address) bound = address.port
      server = starting
    },
    async stop(): Promise<void> {
      const closing = server
      server = undefined
      if (!closing) return
      closing.close()
      closing.closeAllConnections()
      await once(closing, 'close')
    },
  }
}

export type WebhookServer = ReturnType<typeof createWebhookServer>
