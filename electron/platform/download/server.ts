import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { trackConnections } from './connections.ts'
import { createRefusalLog } from './refusals.ts'

/** A server's certificate with its key, PEM. */
export interface ServerCertificate {
  readonly key: string
  readonly cert: string
}

export interface DownloadServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Serve HTTPS with this. */
  readonly tls?: ServerCertificate
  readonly handler: RequestListener
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Pick<Logger, 'warn'>
}

/** A device-facing HTTP(S) listener. */
export interface DownloadServer {
  /** Resolves when connections are accepted; rejects with the system's error (EADDRINUSE, EACCES …). */
  start(): Promise<void>
  /** Stops accepting; downloads under way have that long (ms) to finish. Idempotent. */
  stop(graceMs?: number): Promise<void>
  /** The port it listens on; 0 before `start`. */
  readonly port: number
  /** Takes another certificate for new connections, as the machine's addresses have changed. HTTPS only. */
  useCertificate(certificate: ServerCertificate): void
}

const GRACE_MS = 3000

/** Long enough for a device that erases flash between two reads, short enough that held connections do not pile up. */
const serverOptions = {
  // An address of ours takes 300 bytes; the rest is what clients like to add.
  maxHeaderSize: 8 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions
const HANDSHAKE_MS = 15_000
/** A client that takes nothing for so long is gone. Node starts it anew as long as the send queue shrinks. */
const STALL_MS = 120_000

/** Makes a listener; nothing happens before `start`. */
export const createDownloadServer = (options: DownloadServerOptions): DownloadServer => {
  const { host, port, tls, handler, clock, logger } = options
  const secure = tls && createTlsServer({ ...serverOptions, ...tls, handshakeTimeout: HANDSHAKE_MS })
  const server = secure ?? createServer(serverOptions)
  const logRefusal = createRefusalLog(logger, clock)
  let stopping: Promise<void> | undefined

  server.timeout = STALL_MS
  const connections = trackConnections(server)
  server.on('request', handler)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Not HTTP, headers too long, or too slow: what node would answer by itself, told once in the log.
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const reason = error.code ?? error.message
    logRefusal(String(socket.remoteAddress), reason, { remoteAddress: socket.remoteAddress })
    socket.end(`HTTP/1.1 ${clientErrorStatus(reason)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
      socket.destroy(),
    )
  })
  secure?.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const { remoteAddress } = socket
    logRefusal(String(remoteAddress), error.code ?? error.message, { remoteAddress })
  })

  const close = async (graceMs: number) => {
    if (!server.listening) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    connections.closeIdle()
    const cut = setTimeout(connections.closeAll, graceMs)
    await closed
    clearTimeout(cut)
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port }, () => {
          server.off('error', reject)
          server.on('error', (error) => logger.warn({ err: error }, 'the download listener reports an error'))
          resolve()
        })
      }),
    stop: (graceMs = GRACE_MS) => {
      stopping ??= close(graceMs)
      return stopping
    },
    get port() {
      return (server.address() as AddressInfo | null)?.port ?? 0
    },
    useCertificate: (certificate) => secure?.setSecureContext({ ...certificate }),
  }
}

const clientErrorStatus = (code: string): string => {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return '400 Bad Request'
}
