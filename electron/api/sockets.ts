import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RPCHandler } from '@orpc/server/websocket'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import type { Logger } from '../platform/basics/logger.ts'
import type { ApiContext } from './context.ts'
import { languageOf, urlOf } from './http.ts'
import { operatorName } from './operator.ts'

const MESSAGE_BYTES = 32 * 1024 * 1024
/** Nesting levels of a call's input and of the message around it. */
const MESSAGE_DEPTH = API_JSON_DEPTH + 8
/** RFC 6455 7.4.1: data that is not consistent with its type. */
const NOT_UNDERSTOOD = 1007
/** Bytes that may wait for a reader; above this limit none of its calls is read. */
const WAITING_BYTES = 4 * 1024 * 1024
/** Milliseconds between two checks whether a client is still connected. */
const HEARTBEAT_MS = 15_000
/** Checks without a sign of life after which a client counts as disconnected. */
const MISSED_MAX = 3

/** The JSON part of a binary message: the text before the blobs, which begin with a byte that UTF-8 never contains. */
const jsonIn = (bytes: Buffer): string => {
  const end = bytes.indexOf(0xff)
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
}

/** The API over WebSocket, for authorised connections. */
export const createSockets = (calls: RPCHandler<ApiContext>, logger: Logger, heartbeatMs = HEARTBEAT_MS) => {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES })

  const serve = (client: ServerSocket, context: ApiContext): void => {
    let missed = 0
    const isHere = (): void => {
      missed = 0
    }
    /** Resolves when the system has accepted the data: a sender that waits for it sends a slow reader only the newest state. */
    const send = (data: string | Uint8Array): Promise<void> =>
      new Promise((resolve, reject) => {
        client.send(data, (error) => {
          if (client.isPaused && client.bufferedAmount < WAITING_BYTES / 2) client.resume()
          if (error) return reject(error)
          isHere()
          resolve()
        })
        if (!client.isPaused && client.bufferedAmount > WAITING_BYTES) client.pause()
      })
    const line = { send } as unknown as Parameters<typeof calls.message>[0]

    const heartbeat = setInterval(() => {
      missed += 1
      // A client that reads nothing does not answer a ping either.
      if (missed > MISSED_MAX) return client.terminate()
      if (client.bufferedAmount === 0) client.ping()
    }, heartbeatMs)
    heartbeat.unref()
    client.on('pong', isHere)
    client.on('error', (error) => logger.debug({ err: error }, 'a screen connection failed'))
    client.on('message', (data, isBinary) => {
      isHere()
      if (isJsonDeeper(isBinary ? jsonIn(data as Buffer) : String(data), MESSAGE_DEPTH)) {
        logger.debug({ limit: MESSAGE_DEPTH }, 'a message of a screen is nested too deep')
        client.close(NOT_UNDERSTOOD, `JSON nested deeper than ${MESSAGE_DEPTH} levels`)
        return
      }
      const message = isBinary ? Uint8Array.from(data as Buffer).buffer : String(data)
      calls.message(line, message, { context }).catch((error: unknown) => {
        logger.debug({ err: error }, 'a message of a screen was not understood')
        client.close(NOT_UNDERSTOOD)
      })
    })
    client.on('close', () => {
      clearInterval(heartbeat)
      calls.close(line)
    })
  }

  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const operator = operatorName(urlOf(request).searchParams.get('operator'))
      const context: ApiContext = {
        transport: 'websocket',
        language: languageOf(request),
        source: 'screen',
        operator,
        ticket: null,
      }
      server.handleUpgrade(request, socket, head, (client) => serve(client, context))
    },
    /** Ends every connection. */
    stop(): void {
      for (const client of server.clients) client.terminate()
    },
  }
}
