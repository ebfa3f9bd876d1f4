import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { call } from '@orpc/server'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { BodyLimitPlugin } from '@orpc/server/node'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import sirv from 'sirv'
import { WebSocketServer } from 'ws'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { PackageInput } from '#shared/schema.ts'
import type { Logger } from '../platform/logger.ts'
import type { Platform } from '../platform/platform.ts'
import type { ApiContext } from './context.ts'
import { serveDocs } from './docs.ts'
import { toApiError } from './errors.ts'
import { isTrustedCaller, presentedToken, sameSecret } from './guard.ts'
import { languageOf, securityHeaders, sendError, sendJson } from './http.ts'
import type { LiveHub } from './live.ts'
import { createOpenApi } from './openapi.ts'
import type { ApiRouter } from './router.ts'
import { serveEvents } from './sse.ts'
import { packageInputOf, receiveBody, receiveForm } from './uploads.ts'

const API = '/api/v1'
/** JSON bodies; files come by other ways. The largest is a device list of 100,000 rows. */
const JSON_BYTES = 32 * 1024 * 1024
const SOCKET_BYTES = 32 * 1024 * 1024

export interface ApiServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly token: string
  readonly version: string
  readonly router: ApiRouter
  readonly platform: Platform
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
  const { router, platform, logger } = options
  /** Around decoding and the call itself, so that a body that is no JSON gets words as well. */
  const inWords = async <T>({ next, context }: { next: () => Promise<T>; context: ApiContext }): Promise<T> => {
    try {
      return await next()
    } catch (error) {
      const apiError = toApiError(error, context.language)
      if (apiError.status >= 500) logger.error({ err: error }, 'a call failed inside')
      throw apiError
    }
  }
  const rest = new OpenAPIHandler(router, {
    interceptors: [inWords],
    plugins: [new BodyLimitPlugin({ maxBodySize: JSON_BYTES })],
  })
  const socketCalls = new SocketHandler(router, { interceptors: [inWords] })
  const portCalls = new PortHandler(router, { interceptors: [inWords] })
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
  const sockets = new WebSocketServer({ noServer: true, maxPayload: SOCKET_BYTES })
  let openApi: Promise<Record<string, unknown>> | undefined

  const authorize = (request: IncomingMessage, url: URL, query: boolean): void => {
    const token = presentedToken(request.headers, url, query)
    if (token === undefined || !sameSecret(token, options.token)) throw new DomainError('UNAUTHORIZED')
  }

  const serveApi = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const path = url.pathname.slice(API.length)
    const context: ApiContext = { transport: 'http', language: languageOf(request) }
    if (path !== '/health') {
      // The parts of the documentation page hold nothing of this station, and a script tag cannot carry a token.
      if (request.method === 'GET' && path.startsWith('/docs/') && (await serveDocs(path, response))) return
      authorize(request, url, request.method === 'GET')
    }
    if (request.method === 'GET') {
      if (path === '/openapi.json') {
        openApi ??= createOpenApi(options.version)
        return sendJson(response, 200, await openApi)
      }
      if (path === '/events') return serveEvents(response, url, options.live)
      if (await serveDocs(path, response)) return
      if (await serveFile(path, response)) return
    }
    if (request.method === 'POST') {
      if (path === '/uploads') return sendJson(response, 200, await receiveBody(request, platform.uploads))
      if (path === '/packages' && /^multipart\/form-data/i.test(request.headers['content-type'] ?? ''))
        return createPackage(request, response, context)
    }
    const { matched } = await rest.handle(request, response, { prefix: API, context })
    if (!matched) throw new DomainError('NOT_FOUND', { what: request.method ?? '', id: path })
  }

  const createPackage = async (
    request: IncomingMessage,
    response: ServerResponse,
    context: ApiContext,
  ): Promise<void> => {
    const form = await receiveForm(request, platform.uploads)
    try {
      if (form.uploads.length === 0) throw new DomainError('FILE_MISSING')
      const input = packageInputOf(form) as z.input<typeof PackageInput>
      sendJson(response, 200, await call(router.packages.create, input, { context }))
    } catch (error) {
      for (const upload of form.uploads) await platform.uploads.discard(upload.id)
      throw error
    }
  }

  const serveFile = async (path: string, response: ServerResponse): Promise<boolean> => {
    const match = /^\/packages\/(\d+)\/files\/([^/]+)$/.exec(path)
    if (!match) return false
    const file = platform.packages.file(Number(match[1]), decodeURIComponent(match[2] ?? ''))
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.size,
      'Content-Disposition': `attachment; filename="${file.name}"`,
    })
    await pipeline(createReadStream(file.path), response)
    return true
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(securityHeaders))
      if (value !== undefined) response.setHeader(name, value)
    const url = new URL(request.url ?? '/', 'http://station')
    if (!isTrustedCaller(request.headers, { host: options.host, port: port() })) throw new DomainError('FORBIDDEN')
    if (url.pathname === API || url.pathname.startsWith(`${API}/`)) return serveApi(request, response, url)
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new DomainError('METHOD_NOT_ALLOWED')
    files(request, response, () =>
      sendError(response, new DomainError('NOT_FOUND', { what: '', id: url.pathname }), languageOf(request)),
    )
  }

  const server: Server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      const { status, code } = toApiError(error, 'en')
      if (status >= 500) logger.error({ err: error }, 'a request failed inside')
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
    const refuse = (status: string): void => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    const url = new URL(request.url ?? '/', 'http://station')
    if (url.pathname !== '/rpc') return refuse('404 Not Found')
    if (!isTrustedCaller(request.headers, { host: options.host, port: port() })) return refuse('403 Forbidden')
    try {
      authorize(request, url, true)
    } catch {
      return refuse('401 Unauthorized')
    }
    const context: ApiContext = { transport: 'websocket', language: languageOf(request) }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', (error) => logger.debug({ err: error }, 'a screen connection failed'))
      void socketCalls.upgrade(client, { context })
    })
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
      for (const client of sockets.clients) client.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
    get port() {
      return port()
    },
    upgradePort: (port) => portCalls.upgrade(port, { context: { transport: 'window', language: 'en' } }),
  }
}
