import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Clock } from '../basics/clock.ts'
import { urlHost } from '../connections/addresses.ts'
import type { Gate } from '../connections/admission-control.ts'
import { createDevicePort, type DevicePort } from '../listeners/device-port.ts'
import type { Identities } from '../listeners/server-certificates.ts'
import { createTlsFront, type TlsFront } from '../listeners/tls-front.ts'

/** Where the embedded broker listens; port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string
  readonly mqttPort: number
  /** MQTT over TLS; without identities the port stays closed until the first ones are set. */
  readonly tls?: { readonly port: number; readonly identities?: Identities } | undefined
}

interface Handlers {
  readonly socket: (socket: Socket) => void
  /** A TLS connection failed before the handshake was complete. */
  readonly handshakeFailed: (socket: Socket, reason: string) => void
  readonly fault: (error: Error) => void
  readonly clock: Pick<Clock, 'after'>
}

/** Detects lost peers, including those that requested no MQTT keep-alive. */
const TCP_KEEP_ALIVE_MS = 60_000
/** Milliseconds for TLS and CONNECT together. */
const LOGIN_MS = 15_000
const sockets = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS }

/** The broker's TCP and TLS ports and every socket on them. */
export class Listeners {
  readonly #options: ListenOptions
  readonly #handlers: Handlers
  readonly #gate: Gate
  readonly #ports = new Set<DevicePort>()
  #front: TlsFront | undefined
  #identities: Identities | undefined
  #mqtt: string | null = null
  #mqtts: string | null = null

  constructor(options: ListenOptions, gate: Gate, handlers: Handlers) {
    this.#options = options
    this.#gate = gate
    this.#identities = options.tls?.identities
    this.#handlers = handlers
  }

  get urls(): { readonly mqtt: string | null; readonly mqtts: string | null } {
    return { mqtt: this.#mqtt, mqtts: this.#mqtts }
  }

  /** Opens both ports or none; rejects with the system error. */
  async start(): Promise<void> {
    const { host, mqttPort } = this.#options
    try {
      const plain = await this.#open('mqtt', createServer(sockets, this.#handlers.socket), mqttPort)
      this.#mqtt = `mqtt://${urlHost(host)}:${plain.port}`
      if (this.#identities) await this.#openSecure(this.#identities)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Uses these certificates for new connections; opens the TLS port if it is closed. Rejects with the system error. */
  async use(identities: Identities): Promise<void> {
    this.#identities = identities
    if (this.#front) this.#front.use(identities)
    else if (this.#mqtt !== null) await this.#openSecure(identities)
  }

  /** Closes ports and connections; idempotent. */
  async stop(): Promise<void> {
    this.#mqtt = null
    this.#mqtts = null
    this.#front = undefined
    const ports = [...this.#ports]
    this.#ports.clear()
    const closed = ports.map((port) => port.close())
    for (const port of ports) port.cut()
    await Promise.all(closed)
  }

  async #openSecure(identities: Identities): Promise<void> {
    const { host, tls } = this.#options
    if (!tls) return
    const { socket, handshakeFailed, clock } = this.#handlers
    const front = createTlsFront({
      identities,
      sockets,
      makeServer: (options) => createTlsServer(options, socket),
      refused: (reason, refused) => handshakeFailed(refused, reason),
      clock,
    })
    this.#front = front
    try {
      const port = await this.#open('mqtts', front.listening, tls.port, front.serving)
      this.#mqtts = `mqtts://${urlHost(host)}:${port.port}`
    } catch (error) {
      this.#front = undefined
      throw error
    }
  }

  async #open(
    listener: 'mqtt' | 'mqtts',
    server: ReturnType<typeof createServer>,
    port: number,
    serving: TlsFront['serving'] | readonly [] = [],
  ): Promise<DevicePort> {
    const { host } = this.#options
    const { fault } = this.#handlers
    const opened = createDevicePort(server, {
      host,
      port,
      fault,
      serving,
      listener,
      gate: this.#gate,
      withinMs: LOGIN_MS,
    })
    await opened.open()
    this.#ports.add(opened)
    return opened
  }
}
