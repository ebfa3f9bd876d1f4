import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../basics/clock.ts'
import type { RefusalLog } from '../basics/refusal-log.ts'
import { becomeIdle, hangUp } from './socket-admission.ts'

/** Milliseconds that a refused client has to take its answer. */
const LAST_ANSWER_MS = 2000

export interface HttpGateOptions {
  /** For the log: `https`. */
  readonly listener: string
  readonly clock: Pick<Clock, 'after'>
  readonly refusals: RefusalLog
}

/** The connections of HTTP servers, by what is under way on them. */
export interface HttpGate {
  /** Closes those of `sockets` on which nothing is under way, and from now on each other one when its answers are out. */
  closeIdle(sockets: Iterable<Socket>): void
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** What node would answer by itself. */
const clientErrorStatus = (code: string): string => {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return '400 Bad Request'
}

/** A connection's TLS and TCP sockets have this in common. */
const endsOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

/**
 * Takes care of the connections of HTTP servers, which have passed the gate: tells it what is under way on them, refuses what is no HTTP, and
 * destroys each socket in the end, whether its peer reads or not. Node's own count of connections does not do for stopping: it takes one that never asked
 * anything for a busy one, and does not look again when a busy one becomes idle.
 */
export const watchHttp = (servers: readonly Server[], { listener, clock, refusals }: HttpGateOptions): HttpGate => {
  /** Requests whose answer is not out yet, by the ends of the connection. */
  const active = new Map<string, number>()
  let closing = false

  const asked = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    const ends = endsOf(socket)
    active.set(ends, (active.get(ends) ?? 0) + 1)
    if (!hasBody(request)) becomeIdle(socket)
    response.once('close', () => {
      const left = (active.get(ends) ?? 1) - 1
      if (left > 0) {
        active.set(ends, left)
        return
      }
      active.delete(ends)
      becomeIdle(socket)
      if (closing) socket.destroySoon()
    })
  }

  const refused = (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void hangUp(socket)
    const reason = error.code ?? 'not HTTP'
    refusals.note(`${listener}: ${reason}`, { remoteAddress: socket.remoteAddress })
    const forget = clock.after(LAST_ANSWER_MS, () => hangUp(socket))
    socket.once('close', forget)
    socket.end(`HTTP/1.1 ${clientErrorStatus(reason)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
      socket.destroy(),
    )
  }

  for (const server of servers) server.on('request', asked).on('clientError', refused)

  return {
    closeIdle: (sockets) => {
      closing = true
      for (const socket of sockets) if (!active.has(endsOf(socket))) socket.destroy()
    },
  }
}
