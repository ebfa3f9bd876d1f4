import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Gate } from '../connections/gate.ts'
import { createGates } from '../connections/gates.ts'
import { watchHttp } from '../connections/http-guests.ts'
import { FaultLog, RefusalLog } from '../refusal-log.ts'

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
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn' | 'error'>
  /** What connections have to pass; left out: a gate of its own. */
  readonly gate?: Gate | undefined
  /** Left out: a log of its own. */
  readonly refusals?: RefusalLog | undefined
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
  const refusals = options.refusals ?? new RefusalLog(logger, clock)
  const secure = tls && createTlsServer({ ...serverOptions, ...tls, handshakeTimeout: HANDSHAKE_MS })
  const server = secure ?? createServer(serverOptions)
  let stopping: Promise<void> | undefined

  server.timeout = STALL_MS
  const guests = watchHttp(server, {
    gate: options.gate ?? createGates({ clock, refusals }).devices,
    listener: secure ? 'https' : 'http',
    withinMs: HANDSHAKE_MS + serverOptions.requestTimeout,
    clock,
    refusals,
    faults: new FaultLog(logger, clock),
  })
  server.on('request', handler)

  const close = async (graceMs: number) => {
    if (!server.listening) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    guests.closeIdle()
    const cut = setTimeout(guests.closeAll, graceMs)
    await closed
    clearTimeout(cut)
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port }, () => {
          server.off('error', reject)
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
