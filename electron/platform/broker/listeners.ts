import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { Gate } from '../connections/gate.ts'
import { watchListener } from '../connections/guests.ts'
import { urlHost } from './addresses.ts'

/** Where the embedded broker listens; port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string
  readonly mqttPort: number
  /** MQTT over TLS; key and certificate in PEM. */
  readonly tls?: { readonly port: number; readonly key: string; readonly cert: string } | undefined
}

interface Handlers {
  readonly socket: (socket: Socket) => void
  /** A TLS handshake that came to nothing. */
  readonly handshakeFailed: (socket: Socket, error: Error) => void
  readonly fault: (error: Error) => void
}

/** Connections waiting to be accepted: a power cut brings every device of a hall back at once. */
const BACKLOG = 4096
/** Finds peers that vanished without a word, also those that asked for no MQTT keep-alive. */
const TCP_KEEP_ALIVE_MS = 60_000
const HANDSHAKE_MS = 10_000
/** TLS and CONNECT together. */
const LOGIN_MS = 15_000

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })

const keyAndCertificate = ({ key, cert }: { readonly key: string; readonly cert: string }) => ({ key, cert })

/** The broker's TCP and TLS ports and every socket on them. */
export class Listeners {
  readonly #options: ListenOptions
  readonly #handlers: Handlers
  readonly #gate: Gate
  readonly #servers: Server[] = []
  readonly #sockets: ReadonlySet<Socket>[] = []
  #secure: TlsServer | undefined
  #certificate: { readonly key: string; readonly cert: string } | undefined
  #mqtt: string | null = null
  #mqtts: string | null = null

  constructor(options: ListenOptions, gate: Gate, handlers: Handlers) {
    this.#options = options
    this.#gate = gate
    this.#certificate = options.tls
    this.#handlers = handlers
  }

  get urls(): { readonly mqtt: string | null; readonly mqtts: string | null } {
    return { mqtt: this.#mqtt, mqtts: this.#mqtts }
  }

  /** Opens both ports or none; rejects with the system's error. */
  async start(): Promise<void> {
    const { host, mqttPort, tls } = this.#options
    const sockets = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS }
    try {
      const plain = createServer(sockets, this.#handlers.socket)
      this.#mqtt = `mqtt://${urlHost(host)}:${await this.#open('mqtt', plain, mqttPort)}`
      if (!tls) return
      const secure = createTlsServer(
        { ...sockets, ...keyAndCertificate(this.#certificate ?? tls), handshakeTimeout: HANDSHAKE_MS },
        this.#handlers.socket,
      )
      this.#secure = secure
      secure.on('tlsClientError', (error: Error, socket: TLSSocket) => {
        this.#handlers.handshakeFailed(socket, error)
        // Node leaves it open when it was the handshake's time that ran out.
        socket.destroy()
      })
      this.#mqtts = `mqtts://${urlHost(host)}:${await this.#open('mqtts', secure, tls.port)}`
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Takes another certificate for new connections. */
  useCertificate(certificate: { readonly key: string; readonly cert: string }): void {
    this.#certificate = certificate
    this.#secure?.setSecureContext(keyAndCertificate(certificate))
  }

  /** Closes ports and connections; idempotent. */
  async stop(): Promise<void> {
    this.#mqtt = null
    this.#mqtts = null
    const closed = this.#servers.splice(0).map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
        }),
    )
    // Of a TLS server too these are the raw sockets, so that a handshake under way does not outlive the stop.
    for (const socket of this.#sockets.splice(0).flatMap((sockets) => [...sockets])) socket.destroy()
    await Promise.all(closed)
  }

  async #open(listener: 'mqtt' | 'mqtts', server: Server, port: number): Promise<number> {
    this.#sockets.push(watchListener(server, { gate: this.#gate, listener, withinMs: LOGIN_MS }).sockets)
    const taken = await listen(server, this.#options.host, port)
    server.on('error', this.#handlers.fault)
    this.#servers.push(server)
    return taken
  }
}
