import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/websocket'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import type { Logger } from '../platform/logger.ts'
import type { ApiContext } from './context.ts'
import { languageOf, urlOf } from './http.ts'
import { operatorName, withCallerOfCall } from './operator.ts'
import type { ApiRouter } from './router.ts'
import type { createWords } from './words.ts'

const MESSAGE_BYTES = 32 * 1024 * 1024
/** Levels of a call's input and of the message around it. */
const MESSAGE_DEPTH = API_JSON_DEPTH + 8
/** RFC 6455 7.4.1: data that is not consistent with its type. */
const NOT_UNDERSTOOD = 1007

/** The JSON of a message of bytes: what stands before the blobs, which begin with a byte that UTF-8 never has. */
const jsonIn = (bytes: Buffer): string => {
  const end = bytes.indexOf(0xff)
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
}

/** The API over WebSocket, for connections that were let in. */
export const createSockets = (router: ApiRouter, words: ReturnType<typeof createWords>, logger: Logger) => {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES })
  const calls = new RPCHandler(router, { ...words, rootInterceptors: [withCallerOfCall] })

  const serve = (client: ServerSocket, context: ApiContext): void => {
    client.on('error', (error) => logger.debug({ err: error }, 'a screen connection failed'))
    const socket = client as unknown as Parameters<typeof calls.message>[0]
    client.on('message', (data, isBinary) => {
      if (isJsonDeeper(isBinary ? jsonIn(data as Buffer) : String(data), MESSAGE_DEPTH)) {
        logger.debug({ limit: MESSAGE_DEPTH }, 'a message of a screen is nested too deep')
        client.close(NOT_UNDERSTOOD, `JSON nested deeper than ${MESSAGE_DEPTH} levels`)
        return
      }
      const message = isBinary ? Uint8Array.from(data as Buffer).buffer : String(data)
      calls.message(socket, message, { context }).catch((error: unknown) => {
        logger.debug({ err: error }, 'a message of a screen was not understood')
        client.close(NOT_UNDERSTOOD)
      })
    })
    client.on('close', () => calls.close(socket))
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
