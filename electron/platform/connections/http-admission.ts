import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../basics/clock.ts'
import type { RefusalLog } from '../basics/refusal-log.ts'
import { becomeIdle, hangUp } from './socket-admission.ts'

/** Milliseconds that a refused client has to receive its answer. */
const LAST_ANSWER_MS = 2000

interface HttpGateOptions {
  /** For the log: `https`. */
  readonly listener: string
  readonly clock: Pick<Clock, 'after'>
  readonly refusals: RefusalLog
}

/** The connections of HTTP servers and the requests in progress on them. */
interface HttpGate {
  /** Closes the idle ones of `sockets` now, and each other one as soon as its answers are sent. */
  closeIdle(sockets: Iterable<Socket>): void
  /** Counts a request that Node's server does not see; the returned function tells that its answer is sent or given up. */
  began(socket: Socket): () => void
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** The status that Node would answer by default. */
const clientErrorStatus = (code: string): string => {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return '400 Bad Request'
}

/** Key that the TLS socket and the TCP socket of a connection share. */
const endsOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

/**
 * Supervises admitted connections of HTTP servers: reports their activity to the gate, refuses traffic that is not HTTP, and finally
 * destroys each socket, whether its peer reads or not. Node's own closing of idle connections is not sufficient for a stop: it treats a
 * connection without any request as busy, and does not check again when a busy connection becomes idle.
 */
export const watchHttp = (servers: readonly Server[], { listener, clock, refusals }: HttpGateOptions): HttpGate => {
  /** Number of unanswered requests by the endpoints of the connection. */
  const active = new Map<string, number>()
  let closing = false

  const began = (socket: Socket): (() => void) => {
    const ends = endsOf(socket)
    active.set(ends, (active.get(ends) ?? 0) + 1)
    return () => {
      const left = (active.get(ends) ?? 1) - 1
      if (left > 0) {
        active.set(ends, left)
        return
      }
      active.delete(ends)
      becomeIdle(socket)
      if (closing) socket.destroySoon()
    }
  }

  const asked = (request: IncomingMessage, response: ServerResponse): void => {
    if (!hasBody(request)) becomeIdle(request.socket)
    response.once('close', began(request.socket))
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
    began,
    closeIdle: (sockets) => {
      closing = true
      for (const socket of sockets) if (!active.has(endsOf(socket))) socket.destroy()
    },
  }
}
