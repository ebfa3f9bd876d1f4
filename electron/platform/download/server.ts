import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { createDevicePort } from '../listeners/device-port.ts'
import type { Identities } from '../listeners/identities.ts'
import { createTlsFront } from '../listeners/tls-front.ts'
import { KEEP_ALIVE_SECONDS } from './answers.ts'
import { trackConnections } from './connections.ts'
import { createRefusalLog } from './refusals.ts'

export interface DownloadServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Serve HTTPS with these. */
  readonly tls?: Identities | undefined
  readonly handler: RequestListener
  readonly clock: Pick<Clock, 'now' | 'after'>
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
  /** Takes other certificates or suites for new connections. HTTPS only. */
  use(identities: Identities): void
}

const GRACE_MS = 3000

/** Long enough for slow devices, short enough that held connections do not pile up. */
const serverOptions = {
  // An address of ours takes 300 bytes; the rest is what clients like to add.
  maxHeaderSize: 8 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: KEEP_ALIVE_SECONDS * 1000,
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions
/** A client that takes nothing for so long is gone. Node starts it anew as long as the send queue shrinks. */
const STALL_MS = 120_000

/** Makes a listener; nothing happens before `start`. */
export const createDownloadServer = (options: DownloadServerOptions): DownloadServer => {
  const { host, port, tls, handler, clock, logger } = options
  const logRefusal = createRefusalLog(logger, clock)
  const plainServer = () => {
    const server = createServer(serverOptions)
    return { listening: server, serving: [server], use: () => undefined }
  }
  const secureServers = (identities: Identities) =>
    createTlsFront({
      identities,
      makeServer: (secureOptions) => createTlsServer({ ...serverOptions, ...secureOptions }),
      refused: (reason, { remoteAddress }) => logRefusal(String(remoteAddress), reason, { remoteAddress }),
      clock,
    })
  const { listening, serving, use } = tls ? secureServers(tls) : plainServer()
  let stopping: Promise<void> | undefined

  for (const server of serving) {
    server.timeout = STALL_MS
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
  }
  const connections = trackConnections(listening, serving)
  const devicePort = createDevicePort(listening, {
    host,
    port,
    fault: (error) => logger.warn({ err: error }, 'the download listener reports an error'),
  })

  const close = async (graceMs: number) => {
    const closed = devicePort.close()
    connections.closeIdle()
    const cut = setTimeout(devicePort.cut, graceMs)
    await closed
    clearTimeout(cut)
  }

  return {
    start: devicePort.open,
    stop: (graceMs = GRACE_MS) => {
      stopping ??= close(graceMs)
      return stopping
    },
    get port() {
      return devicePort.port
    },
    use,
  }
}

const clientErrorStatus = (code: string): string => {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout'
  return '400 Bad Request'
}
