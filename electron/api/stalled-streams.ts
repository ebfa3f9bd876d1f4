import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { FaultLog } from '../platform/basics/refusal-log.ts'
import { hangUp } from '../platform/connections/socket-admission.ts'

/** Milliseconds without a byte in either direction after which a caller that should send or take some is gone. */
const STALL_MS = 120_000

/**
 * Closes connections of a server whose caller neither sends what is missing of a request nor takes what is there of an answer. Who waits for an
 * answer of ours is left alone: backups and reports take their time.
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
 * Minds the file that is about to be piped into an answer: one that cannot be opened or read ends the answer instead of the process, and one
 * that nobody takes any more is closed.
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
