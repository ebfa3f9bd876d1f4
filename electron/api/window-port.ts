import { onMessagePortClose, onMessagePortMessage } from '@orpc/client/message-port'
import type { RPCHandler } from '@orpc/server/websocket'
import { PortEcho, type PortProbe } from '#shared/port-flow.ts'
import type { Logger } from '../platform/basics/logger.ts'
import type { ApiContext } from './context.ts'

/** A window's message port, in the form of Electron's utility process or of a worker. */
export type WindowPort = Parameters<typeof onMessagePortMessage>[0] & { postMessage(message: unknown): void }

/** After this many messages or bytes the station asks the window whether they have arrived. */
const PROBE_MESSAGES = 32
const PROBE_BYTES = 256 * 1024
/** Unanswered questions that may be open; with more the station stops sending. */
const PROBES_OPEN = 4

const context: ApiContext = { transport: 'window', language: 'en', source: 'screen', operator: null, ticket: null }

const sizeOf = (data: string | ArrayBufferLike | Uint8Array): number =>
  typeof data === 'string' ? data.length : data.byteLength

/** Messages out on a port, no faster than the window reads them. */
const createFlow = (post: (message: unknown) => void) => {
  const waiting: { go(): void; fail(error: Error): void }[] = []
  let asked = 0
  let answered = 0
  let messages = 0
  let bytes = 0
  let isClosed = false

  return {
    /** Resolves when more may be sent. Rejects when the port has closed. */
    send(data: string | ArrayBufferLike | Uint8Array): Promise<void> {
      if (isClosed) return Promise.reject(new Error('the window is closed'))
      post(data)
      messages += 1
      bytes += sizeOf(data)
      if (messages >= PROBE_MESSAGES || bytes >= PROBE_BYTES) {
        messages = 0
        bytes = 0
        asked += 1
        post({ kind: 'ota-bench:arrived?', number: asked } satisfies PortProbe)
      }
      if (asked - answered < PROBES_OPEN) return Promise.resolve()
      return new Promise((go, fail) => waiting.push({ go, fail }))
    },
    arrived(number: number): void {
      answered = Math.max(answered, Math.min(number, asked))
      if (asked - answered < PROBES_OPEN) for (const { go } of waiting.splice(0)) go()
    },
    close(): void {
      isClosed = true
      for (const { fail } of waiting.splice(0)) fail(new Error('the window is closed'))
    },
  }
}

/** Serves a window over its port, with the same calls as over a WebSocket. */
export const serveWindow = (port: WindowPort, calls: RPCHandler<ApiContext>, logger: Logger): void => {
  const flow = createFlow((message) => port.postMessage(message))
  const line = { send: flow.send } as unknown as Parameters<typeof calls.message>[0]
  onMessagePortMessage(port, (message: unknown) => {
    const echo = PortEcho.safeParse(message)
    if (echo.success) return flow.arrived(echo.data.number)
    calls
      .message(line, message as Parameters<typeof calls.message>[1], { context })
      .catch((error: unknown) => logger.debug({ err: error }, 'a message of a window was not answered'))
  })
  onMessagePortClose(port, () => {
    flow.close()
    calls.close(line)
  })
}
