import { createServer, type Server, type ServerOpts, type Socket } from 'node:net'
import { getCiphers, type TLSSocket, type TlsOptions, type Server as TlsServer } from 'node:tls'
import type { Clock } from '../basics/clock.ts'
import { becomeGreeted } from '../connections/socket-admission.ts'
import { type CertificateKind, certificateFor } from './certificate-choice.ts'
import { servable } from './cipher-suites.ts'
import type { ClientHello } from './client-hello.ts'
import { HelloReader } from './hello-reader.ts'
import { contextOf, type Identities } from './server-certificates.ts'

interface TlsFrontOptions<Inner extends TlsServer> {
  readonly identities: Identities
  /** Options of the TCP sockets. */
  readonly sockets?: ServerOpts
  /** Creates the server for the connections of one certificate; called once per kind. The server never listens itself. */
  readonly makeServer: (options: TlsOptions) => Inner
  /** A connection failed before the handshake was complete; it is closed or is being closed. */
  readonly refused: (reason: string, socket: Socket) => void
  readonly clock: Pick<Clock, 'after'>
}

export interface TlsFront<Inner extends TlsServer = TlsServer> {
  /** The listening server: plain TCP, on which the first message of each connection is read. */
  readonly listening: Server
  /** The serving servers, one per certificate. */
  readonly serving: readonly [Inner, Inner]
  /** Uses these certificates and suites for new connections. */
  use(identities: Identities): void
}

/** Milliseconds for the first message, and the same again for the rest of the handshake. */
const HELLO_MS = 10_000
const HANDSHAKE_MS = 10_000
/** A fatal alert (RFC 8446 §6): record header of TLS 1.0, which every client reads, then level and description. */
const alert = (description: number): Buffer => Buffer.from([21, 3, 1, 0, 2, 2, description])
const PROTOCOL_VERSION = 70

/**
 * Serves one TLS port with two certificates on a library that supports one per context: reads the ClientHello on the plain socket,
 * chooses a certificate, puts the bytes back into the socket and passes it to the server with that certificate.
 */
export const createTlsFront = <Inner extends TlsServer>(options: TlsFrontOptions<Inner>): TlsFront<Inner> => {
  const { identities, sockets = { noDelay: true }, makeServer, refused, clock } = options
  const can = servable(getCiphers())
  const serverOf = (kind: CertificateKind): Inner => {
    const server = makeServer({ ...contextOf(identities, kind), handshakeTimeout: HANDSHAKE_MS })
    // Runs before the handler of Node's HTTPS server, which would answer in HTTP before a TLS connection exists.
    server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      refused(error.code ?? error.message, socket)
      // Node leaves the socket open after its own timeout.
      socket.destroy()
    })
    return server
  }
  const servers = { ec: serverOf('ec'), rsa: serverOf('rsa') }
  const serving = [servers.ec, servers.rsa] as const

  const listening = createServer(sockets, (socket) => {
    // A reset is normal and is followed by the close event; the server that takes over the socket adds its own listeners.
    socket.on('error', () => undefined)
    readHello(socket, clock, {
      hello: (hello) => {
        becomeGreeted(socket)
        servers[certificateFor(hello, can)].emit('connection', socket)
      },
      refused: (reason) => {
        refused(reason, socket)
        if (reason === 'SSL 2.0 hello') socket.write(alert(PROTOCOL_VERSION))
        socket.destroySoon()
      },
    })
  })
  // Node's HTTP servers check for slow requests from this event until they are closed.
  listening.on('listening', () => {
    for (const server of serving) server.emit('listening')
  })
  listening.on('close', () => {
    for (const server of serving) server.close(() => undefined)
  })

  return {
    listening,
    serving,
    use(next) {
      servers.ec.setSecureContext(contextOf(next, 'ec'))
      servers.rsa.setSecureContext(contextOf(next, 'rsa'))
    },
  }
}

interface HelloTaker {
  readonly hello: (hello: ClientHello) => void
  readonly refused: (reason: string) => void
}

/** Reads to the end of the ClientHello and puts all bytes back; calls exactly one callback unless the peer disconnects first. */
const readHello = (socket: Socket, clock: Pick<Clock, 'after'>, taker: HelloTaker): void => {
  const reader = new HelloReader()
  const chunks: Buffer[] = []
  const onReadable = (): void => {
    for (let chunk: unknown = socket.read(); chunk instanceof Buffer; chunk = socket.read()) {
      chunks.push(chunk)
      const reading = reader.push(chunk)
      if (reading.kind === 'more') continue
      done()
      if (reading.kind === 'hello') {
        socket.unshift(Buffer.concat(chunks))
        taker.hello(reading.hello)
      } else taker.refused(reading.reason)
      return
    }
  }
  const onEnd = (): void => {
    done()
    socket.destroy()
  }
  const forgetDeadline = clock.after(HELLO_MS, () => {
    done()
    taker.refused('no ClientHello in time')
  })
  const done = (): void => {
    forgetDeadline()
    socket.off('readable', onReadable)
    socket.off('end', onEnd)
    socket.off('close', done)
  }
  socket.on('readable', onReadable)
  socket.on('end', onEnd)
  socket.on('close', done)
}
