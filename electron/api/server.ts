import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import sirv from 'sirv'
import { DomainError } from '#shared/errors.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Logger } from '../platform/logger.ts'
import type { Platform } from '../platform/platform.ts'
import type { ApiContext } from './context.ts'
import { toApiError } from './errors.ts'
import { isTrustedCaller, presentedToken, sameSecret } from './guard.ts'
import { languageOf, securityHeaders, sendError, urlOf } from './http.ts'
import type { LiveHub } from './live.ts'
import { withCallerOfCall } from './operator.ts'
import { API, createRest, unknownAddress } from './rest.ts'
import type { ApiRouter } from './router.ts'
import { createSockets } from './sockets.ts'
import { createWords } from './words.ts'

export interface ApiServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly token: string
  readonly version: string
  readonly router: ApiRouter
  readonly platform: Platform
  readonly bench: Bench
  readonly live: LiveHub
  /** The built screen. */
  readonly rendererDirectory: string
  readonly logger: Logger
}

/** A window's message port, as Electron's utility process or a worker has it. */
export type WindowPort = Parameters<PortHandler<ApiContext>['upgrade']>[0]

/** The operator side: REST, WebSocket and message ports over one set of procedures, and the screen's files. */
export interface ApiServer {
  start(): Promise<void>
  stop(): Promise<void>
  readonly port: number
  /** Serves a desktop window. */
  upgradePort(port: WindowPort): void
}

/** Makes the operator side; nothing listens before `start`. */
export const createApiServer = (options: ApiServerOptions): ApiServer => {
  const { router, logger } = options
  const words = createWords(logger)
  const sockets = createSockets(router, words, logger)
  const ports = new PortHandler(router, { ...words, rootInterceptors: [withCallerOfCall] })
  const files = sirv(options.rendererDirectory, {
    etag: true,
    // Run from source before a build there is no screen yet; looking at each request finds it when it comes.
    dev: !existsSync(options.rendererDirectory),
    setHeaders: (response, path) => {
      response.setHeader(
        'Cache-Control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })

  const authorize = (request: IncomingMessage, url: URL, query: boolean): void => {
    const token = presentedToken(request.headers, url, query)
    if (token === undefined || !sameSecret(token, options.token)) throw new DomainError('UNAUTHORIZED')
  }
  const admit = (request: IncomingMessage): void => {
    if (!isTrustedCaller(request.headers, { host: options.host, port: port() })) throw new DomainError('FORBIDDEN')
  }
  const rest = createRest({ ...options, words, authorize })

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(securityHeaders))
      if (value !== undefined) response.setHeader(name, value)
    admit(request)
    const url = urlOf(request)
    if (url.pathname === API || url.pathname.startsWith(`${API}/`)) return rest(request, response, url)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new DomainError('METHOD_NOT_ALLOWED', { allow: ['GET', 'HEAD'] })
    files(request, response, () => sendError(response, unknownAddress(url.pathname), languageOf(request)))
  }

  const server: Server = createServer((request, response) => {
    const { socket } = request
    serve(request, response).catch((error: unknown) => {
      const { status, code } = toApiError(error, 'en')
      // Whoever sent or fetched a file may go at any time; that is no fault of ours.
      if (socket.destroyed) logger.debug({ method: request.method }, 'a caller has gone')
      else if (status >= 500) logger.error({ err: error }, 'a request failed inside')
      else logger.debug({ method: request.method, code }, 'a request was refused')
      sendError(response, error, languageOf(request))
    })
  })
  // Uploads of 1,000 MB over a slow disk take longer than the default five minutes.
  server.requestTimeout = 0

  const port = (): number => (server.address() as AddressInfo | null)?.port ?? 0

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // 'ws' hands errors of the handshake to the socket; unheard they would end the process.
    socket.on('error', () => socket.destroy())
    try {
      const url = urlOf(request)
      admit(request)
      if (url.pathname !== '/rpc') throw unknownAddress(url.pathname)
      authorize(request, url, true)
      sockets.accept(request, socket, head)
    } catch (error) {
      const { status, message } = toApiError(error, 'en')
      if (status >= 500) logger.error({ err: error }, 'a connection failed inside')
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${message}\r\n`)
    }
  })

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(options.port, options.host, () => {
          server.off('error', reject)
          server.on('error', (error) => logger.error({ err: error }, 'the operator side has a fault'))
          resolve()
        })
      }),
    async stop() {
      sockets.stop()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
    get port() {
      return port()
    },
    upgradePort: (port) =>
      ports.upgrade(port, {
        context: { transport: 'window', language: 'en', source: 'screen', operator: null, ticket: null },
      }),
  }
}
