import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Logger } from 'pino'
import type { Clock } from '../basics/clock.ts'
import { FaultLog, RefusalLog } from '../basics/refusal-log.ts'
import { plainAddress } from '../connections/addresses.ts'
import type { Gate } from '../connections/admission-control.ts'
import { createGates } from '../connections/admission-controls.ts'
import { watchHttp } from '../connections/http-admission.ts'
import { KEEP_ALIVE_SECONDS } from '../http/answers.ts'
import { createDevicePort } from '../listeners/device-port.ts'
import type { Identities } from '../listeners/server-certificates.ts'
import { createTlsFront } from '../listeners/tls-front.ts'
import { type FastPath, putBefore } from './fast-path.ts'

interface DownloadServerOptions {
  readonly host: string
  /** 0 selects a free port. */
  readonly port: number
  /** Certificates for HTTPS; default: plain HTTP. */
  readonly tls?: Identities | undefined
  readonly handler: RequestListener
  /** Answers plain requests for files before the handler; default: the handler has all. */
  readonly fast?: FastPath | undefined
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn' | 'error'>
  /** Admission control for connections; default: a separate one. */
  readonly gate?: Gate | undefined
  /** Default: a separate log. */
  readonly refusals?: RefusalLog | undefined
}

/** A device-facing HTTP(S) listener. */
export interface DownloadServer {
  /** Resolves when connections are accepted; rejects with the system error (EADDRINUSE, EACCES …). */
  start(): Promise<void>
  /** Stops accepting; downloads in progress have that many milliseconds to finish. Idempotent. */
  stop(graceMs?: number): Promise<void>
  /** The listening port; 0 before `start`. */
  readonly port: number
  /** Uses these certificates and suites for new connections. HTTPS only. */
  use(identities: Identities): void
}

const GRACE_MS = 3000

/** Long enough for slow devices, short enough that held connections do not pile up. */
const serverOptions = {
  // The station's URL takes 300 bytes; the rest is for headers that clients add.
  maxHeaderSize: 8 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: KEEP_ALIVE_SECONDS * 1000,
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions
/** Milliseconds from the connection to a complete request: TLS, head and body. */
const COMPLETE_MS = 45_000
/** A client that receives nothing for this time (ms) is gone. Node restarts the timer whenever the send queue shrinks. */
const STALL_MS = 120_000

/** Makes a listener; nothing happens before `start`. */
export const createDownloadServer = (options: DownloadServerOptions): DownloadServer => {
  const { host, port, tls, handler, fast, clock, logger } = options
  const refusals = options.refusals ?? new RefusalLog(logger, clock)
  const faults = new FaultLog(logger, clock)
  const listener = tls ? 'https' : 'http'
  const plainServer = () => {
    const server = createServer(serverOptions)
    return { listening: server, serving: [server], use: () => undefined }
  }
  const secureServers = (identities: Identities) =>
    createTlsFront({
      identities,
      makeServer: (secureOptions) => createTlsServer({ ...serverOptions, ...secureOptions }),
      refused: (error, { remoteAddress }) =>
        refusals.note('https: TLS handshake failed', { remoteAddress: plainAddress(remoteAddress) }, { error }),
      clock,
    })
  const { listening, serving, use } = tls ? secureServers(tls) : plainServer()
  let stopping: Promise<void> | undefined

  const guests = watchHttp(serving, { listener, clock, refusals })
  for (const server of serving) {
    server.timeout = STALL_MS
    server.on('request', handler)
    if (fast) {
      const event = tls ? 'secureConnection' : 'connection'
      putBefore(server, { ...fast, clock, event, stallMs: STALL_MS, began: guests.began })
    }
  }
  const devicePort = createDevicePort(listening, {
    host,
    port,
    serving: tls ? serving : [],
    fault: (error) => faults.note(`${listener}: a connection could not be taken`, { err: error }),
    gate: options.gate ?? createGates({ clock, refusals }).devices,
    listener,
    withinMs: COMPLETE_MS,
  })

  const close = async (graceMs: number) => {
    const closed = devicePort.close()
    guests.closeIdle(devicePort.sockets)
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
