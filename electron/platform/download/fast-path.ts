import type { Server, Socket } from 'node:net'
import type { Clock } from '../basics/clock.ts'
import { KEEP_ALIVE_SECONDS } from '../http/answers.ts'
import type { DownloadHost } from './download-claim.ts'
import type { FastAnswers } from './fast-answers.ts'
import { FastConnection } from './fast-connection.ts'

/** What plain requests are answered with. */
export interface FastPath {
  readonly answers: FastAnswers
  readonly host: Pick<DownloadHost, 'fetching' | 'served' | 'sent'>
}

interface FastPathOptions extends FastPath {
  readonly clock: Pick<Clock, 'after'>
  /** `secureConnection` with TLS, else `connection`. */
  readonly event: 'connection' | 'secureConnection'
  /** Milliseconds until a client that receives nothing is gone. */
  readonly stallMs: number
  /** Counts an answer under way; the returned function ends it. */
  readonly began: (socket: Socket) => () => void
}

/** Milliseconds of a round. */
const ROUND_MS = 5000
/** Rounds for the first request, and for the next one: at least one more than the time that they stand for. */
const FIRST_ROUNDS = 3
const NEXT_ROUNDS = KEEP_ALIVE_SECONDS / (ROUND_MS / 1000)

/**
 * Puts itself before an HTTP server of Node: connections are served by `FastConnection` for as long as their requests are plain, and
 * otherwise given to the listener that Node has registered on the server. Silent ones are ended as Node does.
 */
export const putBefore = (server: Server, options: FastPathOptions): void => {
  const { answers, host, clock, event, stallMs, began } = options
  const listeners = server.listeners(event) as ((socket: Socket) => void)[]
  server.removeAllListeners(event)
  const connections = new Set<FastConnection>()
  let round = 0
  let isWatching = false

  const deps = {
    answers,
    host,
    began,
    handOver: (socket: Socket) => {
      for (const listener of listeners) listener.call(server, socket)
    },
    left: (connection: FastConnection) => void connections.delete(connection),
    round: () => round,
  }

  const watch = (): void => {
    round++
    for (const connection of connections) {
      if (connection.isWaiting) continue
      const silent = round - connection.since
      const { socket } = connection
      if (connection.isProven && silent > NEXT_ROUNDS) socket.destroy()
      else if (!connection.isProven && silent > FIRST_ROUNDS) server.emit('clientError', tooLate(), socket)
    }
    isWatching = connections.size > 0
    if (isWatching) clock.after(ROUND_MS, watch)
  }

  server.on(event, (socket: Socket) => {
    socket.setTimeout(stallMs)
    connections.add(new FastConnection(socket, deps))
    if (isWatching) return
    isWatching = true
    clock.after(ROUND_MS, watch)
  })
}

/** The error of Node for the same. */
const tooLate = (): Error => Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
