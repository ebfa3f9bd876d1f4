import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { FaultLog, RefusalLog } from '../refusal-log.ts'
import { becomeIdle, hangUp, type ListenerAtGate, watchListener } from './guests.ts'

/** Milliseconds that a refused client has to take its answer. */
const LAST_ANSWER_MS = 2000

export interface HttpGuestsOptions extends ListenerAtGate {
  readonly clock: Pick<Clock, 'after'>
  readonly refusals: RefusalLog
  readonly faults: FaultLog
}

/** The connections of an HTTP server, and how to be rid of them. */
export interface HttpGuests {
  /** Closes those on which nothing is under way, and from now on each other one when its answers are out. */
  closeIdle(): void
  closeAll(): void
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** What node would answer by itself. */
const clientErrorStatus = (code: string): string => {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return '400 Bad Request'
}

/**
 * Takes care of an HTTP or HTTPS server's connections: they pass the gate, what is no HTTP or no TLS is refused and gone, and each
 * socket is destroyed in the end, whether its peer reads or not. To be called before any other listener is added. Node's own count of connections does not do for
 * stopping: it takes one that never asked anything, or is still in its TLS handshake, for a busy one.
 */
export const watchHttp = (server: Server | SecureServer, options: HttpGuestsOptions): HttpGuests => {
  const { clock, refusals, faults, listener } = options
  const { sockets } = watchListener(server, options)
  /** Requests whose answer is not out yet. */
  const active = new Map<string, number>()
  let closing = false

  const ends = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const key = ends(socket)
    active.set(key, (active.get(key) ?? 0) + 1)
    if (!hasBody(request)) becomeIdle(socket)
    response.once('close', () => {
      const left = (active.get(key) ?? 1) - 1
      if (left > 0) active.set(key, left)
      else active.delete(key)
      if (left > 0) return
      becomeIdle(socket)
      if (closing) socket.destroySoon()
    })
  })

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Told once more as `tlsClientError`.
    if (isHandshaking(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable) return hangUp(socket)
    const reason = error.code ?? 'not HTTP'
    refusals.note(`${listener}: ${reason}`, { remoteAddress: socket.remoteAddress })
    const forget = clock.after(LAST_ANSWER_MS, () => hangUp(socket))
    socket.once('close', forget)
    socket.end(`HTTP/1.1 ${clientErrorStatus(reason)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
      socket.destroy(),
    )
  })
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const { remoteAddress } = socket
    refusals.note(`${listener}: TLS handshake failed`, { remoteAddress }, { error: error.code ?? error.message })
    // Node leaves it open when it was the handshake's time that ran out.
    socket.destroy()
  })
  server.on('error', (error) => {
    if (server.listening) faults.note(`${listener}: a connection could not be taken`, { err: error })
  })

  return {
    closeIdle: () => {
      closing = true
      for (const socket of sockets) if (!active.has(ends(socket))) socket.destroy()
    },
    closeAll: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const isHandshaking = (socket: Socket): boolean =>
  'encrypted' in socket && 'secureConnecting' in socket && socket.secureConnecting === true
