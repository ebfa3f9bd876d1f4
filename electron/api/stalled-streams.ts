import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { FaultLog } from '../platform/basics/refusal-log.ts'
import { hangUp } from '../platform/connections/socket-admission.ts'

/** Milliseconds without a byte in either direction after which a client that should send or read counts as gone. */
const STALL_MS = 120_000

/**
 * Closes connections whose client neither sends the rest of its request nor reads the available answer. A client that waits for our
 * answer keeps its connection: backups and reports take time.
 */
export const cutStalled = (server: Server, stallMs = STALL_MS): void => {
  const waiting = new WeakMap<Socket, IncomingMessage>()
  server.setTimeout(stallMs, (socket) => {
    const isOurTurn = waiting.get(socket)?.complete === true && socket.writableLength === 0
    if (!isOurTurn) hangUp(socket)
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    waiting.set(socket, request)
    response.once('close', () => waiting.delete(socket))
  })
}

/**
 * Guards a file that is about to be piped into an answer: an error on opening or reading ends the answer instead of the process, and the
 * file is closed when the client has gone.
 */
export const followFile = (response: ServerResponse, faults: FaultLog): void => {
  response.once('pipe', (file: Readable) => {
    file.on('error', (error) => {
      faults.note('a file of the screen could not be read', { err: error })
      response.destroy()
    })
    response.once('close', () => file.destroy())
  })
}
