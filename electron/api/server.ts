import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/websocket'
import sirv from 'sirv'
import { DomainError } from '#shared/errors.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Archives } from '../platform/backup/archives.ts'
import { type Clock, systemClock } from '../platform/basics/clock.ts'
import type { Logger } from '../platform/basics/logger.ts'
import { FaultLog, RefusalLog } from '../platform/basics/refusal-log.ts'
import type { Gate } from '../platform/connections/admission-control.ts'
import { createGates } from '../platform/connections/admission-controls.ts'
import { watchHttp } from '../platform/connections/http-admission.ts'
import { becomeBusy, watchListener } from '../platform/connections/socket-admission.ts'
import type { DiagnosticsFile } from '../platform/logs/diagnostics.ts'
import type { LogFiles } from '../platform/logs/log-files.ts'
import type { Metrics } from '../platform/metrics/registry.ts'
import type { Platform } from '../platform/platform.ts'
import { isTrustedCaller, presentedToken, sameSecret } from './caller-check.ts'
import { createCompressedFiles } from './compressed-files.ts'
import { createErrorInterceptors } from './error-interceptors.ts'
import { toApiError } from './errors.ts'
import { languageOf, securityHeaders, sendError, urlOf } from './http.ts'
import type { LiveHub } from './live.ts'
import { withCallerOfCall } from './operator.ts'
import { API, createRest, unknownAddress } from './rest.ts'
import type { ApiRouter } from './router.ts'
import { createSockets } from './sockets.ts'
import { cutStalled, followFile } from './stalled-streams.ts'
import { serveWindow, type WindowPort } from './window-port.ts'

/** Names under `assets` hold a hash of the content. */
const setCaching = (response: ServerResponse, path: string): void => {
  response.setHeader('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
}

interface ApiServerOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly token: string
  readonly version: string
  readonly router: ApiRouter
  readonly platform: Platform
  readonly bench: Bench
  readonly archives: Archives
  readonly live: LiveHub
  readonly logs: LogFiles
  readonly diagnostics: () => Promise<DiagnosticsFile>
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
  /** The folder of the built screen. */
  readonly rendererDirectory: string
  readonly logger: Logger
  readonly clock?: Clock | undefined
  /** The gate that connections have to pass; left out: a gate of its own. */
  readonly gate?: Gate | undefined
  readonly refusals?: RefusalLog | undefined
}

/**
 * A client without the token has the same time for a request's head as a device; an operator's body may have 1,000 MB, and no time limit
 * as long as bytes arrive.
 */
const patience = {
  headersTimeout: 15_000,
  requestTimeout: 0,
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions
/** Time limit of a request without the token, body included; with the token there is no limit while bytes arrive. */
const COMPLETE_MS = 45_000

/** The operator side: REST, WebSocket and message ports over one set of procedures, and the screen's files. */
interface ApiServer {
  start(): Promise<void>
  stop(): Promise<void>
  readonly port: number
  /** Serves a desktop window. */
  upgradePort(port: WindowPort): void
}

/** Creates the operator side; it listens only after `start`. */
export const createApiServer = (options: ApiServerOptions): ApiServer => {
  const { router, logger, clock = systemClock } = options
  const refusals = options.refusals ?? new RefusalLog(logger, clock)
  const faults = new FaultLog(logger, clock)
  const words = createErrorInterceptors(logger)
  const calls = new RPCHandler(router, { ...words, rootInterceptors: [withCallerOfCall] })
  const sockets = createSockets(calls, logger)
  const files = sirv(options.rendererDirectory, {
    etag: true,
    // A station that runs from source may have no built screen yet; checking at each request finds it once it exists.
    dev: !existsSync(options.rendererDirectory),
    setHeaders: setCaching,
  })
  const compressed = createCompressedFiles(options.rendererDirectory, setCaching)

  const authorize = (request: IncomingMessage, url: URL, query: boolean): void => {
    const token = presentedToken(request.headers, url, query)
    if (token === undefined || !sameSecret(token, options.token)) throw new DomainError('UNAUTHORIZED')
    // A connection without the token may be closed for a new one; a connection with the token is at work.
    becomeBusy(request.socket)
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
    // Where Prometheus looks unless it is told otherwise.
    if (url.pathname === '/metrics') url.pathname = `${API}/metrics`
    if (url.pathname === API || url.pathname.startsWith(`${API}/`)) return rest(request, response, url)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new DomainError('METHOD_NOT_ALLOWED', { allow: ['GET', 'HEAD'] })
    followFile(response, faults)
    if (await compressed(request, response, url.pathname)) return
    files(request, response, () => sendError(response, unknownAddress(url.pathname), languageOf(request)))
  }

  const server: Server = createServer(patience)
  const gate = options.gate ?? createGates({ clock, refusals }).operators
  watchListener(server, { gate, listener: 'ui', withinMs: COMPLETE_MS })
  watchHttp([server], { listener: 'ui', clock, refusals })
  server.on('request', (request, response) => {
    const { socket } = request
    serve(request, response).catch((error: unknown) => {
      const { status, code } = toApiError(error, 'en')
      // The client may disconnect during a transfer at any time; that is no error of ours.
      if (socket.destroyed) logger.debug({ method: request.method }, 'a caller has gone')
      else if (status >= 500) faults.note('a request failed inside', { err: error })
      else logger.debug({ method: request.method, code }, 'a request was refused')
      sendError(response, error, languageOf(request))
    })
  })
  cutStalled(server)

  const port = (): number => (server.address() as AddressInfo | null)?.port ?? 0

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // 'ws' reports handshake errors to the socket; an unhandled one would end the process.
    socket.on('error', () => socket.destroy())
    try {
      const url = urlOf(request)
      admit(request)
      if (url.pathname !== '/rpc') throw unknownAddress(url.pathname)
      authorize(request, url, true)
      sockets.accept(request, socket, head)
    } catch (error) {
      const { status, message } = toApiError(error, 'en')
      if (status >= 500) faults.note('a connection failed inside', { err: error })
      // A client that keeps its end of the connection open must not keep ours open.
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${message}\r\n`,
        () => socket.destroy(),
      )
    }
  })

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(options.port, options.host, () => {
          server.off('error', reject)
          server.on('error', (error) => faults.note('ui: a connection could not be taken', { err: error }))
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
    upgradePort: (port) => serveWindow(port, calls, logger),
  }
}
