import type { Socket } from 'node:net'
import type { Client, PublishPacket } from 'aedes'
import type { Clock } from '../basics/clock.ts'
import { FaultLog, RefusalLog } from '../basics/refusal-log.ts'
import { plainAddress } from '../connections/addresses.ts'
import { createGates } from '../connections/admission-controls.ts'
import { becomeBusy, becomeIdle } from '../connections/socket-admission.ts'
import type { ConnectedDevice } from '../devices/connected-device.ts'
import type { Connect, Downlink } from '../dialects/dialect.ts'
import type { Identities } from '../listeners/server-certificates.ts'
import type { Broker, BrokerHost, BrokerLimits, BrokerLogger } from './broker.ts'
import { Closing, isHangUp, loginError } from './closing.ts'
import { DeviceAedes } from './device-aedes.ts'
import { DeviceConnection } from './device-connection.ts'
import type { EmbeddedBrokerOptions } from './embedded-options.ts'
import { onFirstBytes } from './first-bytes.ts'
import { guardReads } from './guarded-read.ts'
import { Listeners } from './listeners.ts'
import { type ConnackRefusal, LoginCheck } from './login-check.ts'
import { PacketGuard } from './packet-guard.ts'
import { withoutClosingNul } from './packet-repair.ts'

/** Maximum size of a CONNECT: client id, user name, password and an ignored will. An unauthenticated client may send no more. */
const CONNECT_BYTES = 8 * 1024
/** Milliseconds allowed from the first to the last byte of a packet. */
const PACKET_MS = 30_000
/** Number of publishes to foreign topics after which the connection is closed (docs/protocols/README.md §5.3). */
const FOREIGN_PUBLISHES_MAX = 3
/** Simultaneous connections per device: its own, dead ones from before a reboot, and tools of a technician. */
const CONNECTIONS_MAX = 4

type Acknowledge = (error?: Error | null) => void

/**
 * The MQTT broker inside the station: MQTT 3.1 and 3.1.1 on TCP and TLS. The README lists its decisions. The file exceeds 350 lines
 * because every decision about a connection reads and writes the same private state.
 */
export const createEmbeddedBroker = (options: EmbeddedBrokerOptions): Broker => new EmbeddedBroker(options)

class EmbeddedBroker implements Broker {
  readonly #host: BrokerHost
  readonly #limits: BrokerLimits
  readonly #clock: Clock
  readonly #logger: BrokerLogger
  readonly #refusals: RefusalLog
  readonly #faults: FaultLog
  readonly #loginCheck: LoginCheck
  readonly #listeners: Listeners
  readonly #aedes: DeviceAedes
  /** The connections of each device, the newest first. */
  readonly #online = new Map<number, readonly DeviceConnection[]>()
  readonly #connections = new WeakMap<Client, DeviceConnection>()
  #clients = 0

  constructor({ host, limits, listen, clock, logger, refusals, failures, gate }: EmbeddedBrokerOptions) {
    this.#host = host
    this.#limits = limits
    this.#clock = clock
    this.#logger = logger
    this.#refusals = refusals ?? new RefusalLog(logger, clock)
    this.#faults = new FaultLog(logger, clock)
    const { failedLogins } = limits
    this.#loginCheck = new LoginCheck({
      host,
      clock,
      failedLogins,
      failures,
      refusals: this.#refusals,
      faults: this.#faults,
    })
    const passing = gate ?? createGates({ clock, refusals: this.#refusals }).devices
    this.#listeners = new Listeners(listen, passing, {
      socket: (socket) => onFirstBytes(socket, () => this.#serve(socket)),
      handshakeFailed: (socket, reason) =>
        this.#refusals.note(
          'TLS handshake failed',
          { remoteAddress: plainAddress(socket.remoteAddress) },
          { error: reason },
        ),
      clock,
      fault: (error) => this.#faults.note('a connection of a device could not be taken', { err: error }),
    })
    this.#aedes = this.#createAedes()
  }

  get urls() {
    return { ...this.#listeners.urls, external: null }
  }

  async start(): Promise<void> {
    await this.#aedes.listen()
    try {
      await this.#listeners.start()
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    for (const connection of [...this.#online.values()].flat()) this.#close(connection)
    await this.#listeners.stop()
    await new Promise<void>((resolve) => this.#aedes.close(resolve))
  }

  noticeTopicOf(deviceId: number): string | undefined {
    return this.#listenerOf(deviceId)?.listeningOn
  }

  async send(deviceId: number, downlink: Downlink): Promise<boolean> {
    return this.#listenerOf(deviceId) !== undefined && (await this.#deliverToAll(deviceId, downlink, 'notice'))
  }

  reply(deviceId: number, downlink: Downlink): Promise<boolean> {
    return this.#deliverToAll(deviceId, downlink, 'answer')
  }

  #of(deviceId: number): readonly DeviceConnection[] {
    return this.#online.get(deviceId) ?? []
  }

  /** The newest connection on which a device has subscribed to notices. */
  #listenerOf(deviceId: number): DeviceConnection | undefined {
    return this.#of(deviceId).find(({ listeningOn }) => listeningOn !== undefined)
  }

  /** Delivers to every connection that subscribed to the topic; if none did, to the newest, because some devices never subscribe. */
  async #deliverToAll(deviceId: number, downlink: Downlink, kind: 'notice' | 'answer'): Promise<boolean> {
    const all = this.#of(deviceId)
    const wanting = all.filter((connection) => connection.takes(downlink.topic))
    const targets = wanting.length > 0 ? wanting : all.slice(0, 1)
    const sent = await Promise.all(targets.map((connection) => this.#deliver(connection, downlink, kind)))
    return sent.includes(true)
  }

  async #deliver(connection: DeviceConnection, downlink: Downlink, kind: 'notice' | 'answer'): Promise<boolean> {
    const { topic, payload } = downlink
    const qos = connection.qosOf(topic)
    const onlyLast = typeof payload !== 'string'
    const amend = this.#host.note?.(connection.device, {
      direction: 'out',
      channel: topic,
      payload,
      kind,
      qos,
      onlyLast,
    })
    const sent = await connection.deliver(downlink, () => amend?.({ acknowledged: true }))
    if (!sent) amend?.({ refused: 'the connection ended before it was sent' })
    return sent
  }

  localAddressOf(deviceId: number): string | undefined {
    return this.#spokenTo(deviceId)?.localAddress
  }

  connectOf(deviceId: number): Connect | undefined {
    return this.#spokenTo(deviceId)?.connect
  }

  #spokenTo(deviceId: number): DeviceConnection | undefined {
    return this.#listenerOf(deviceId) ?? this.#of(deviceId)[0]
  }

  drop(deviceId: number): void {
    for (const connection of this.#of(deviceId)) this.#close(connection)
  }

  useIdentities(identities: Identities): Promise<void> {
    return this.#listeners.use(identities)
  }

  forgive(remoteAddress: string): void {
    this.#loginCheck.forgive(remoteAddress)
  }

  #createAedes(): DeviceAedes {
    const aedes = new DeviceAedes({
      authenticate: (client, username, password, done) => {
        const connect = {
          clientId: withoutClosingNul(client.id),
          username: withoutClosingNul(username ?? ''),
          password: password?.toString() ?? '',
        }
        // The broker assigns its own ids: two devices with the same client id must not disconnect each other (MQTT-3.1.4-2).
        client.id = `connection-${++this.#clients}`
        void this.#login(client, connect).then((refusal) =>
          refusal === undefined ? done(null, true) : done(loginError(refusal), false),
        )
      },
      authorizePublish: (client, packet, done) => this.#published(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => {
        const connection = this.#connections.get(client)
        if (connection?.subscribes(subscription.topic)) return done(null, subscription)
        this.#refuse(connection, 'subscription outside its own topics', { topic: subscription.topic })
        done(null, null)
      },
    })
    aedes.on('clientReady', (client) => {
      const connection = this.#connections.get(client)
      const [topic] = connection?.noticeTopics ?? []
      if (topic !== undefined && connection?.device.dialect.listensAtOnce(connection.connect))
        this.#listens(connection, topic)
    })
    aedes.on('subscribe', (subscriptions, client) => {
      const connection = this.#connections.get(client)
      // The list includes refused subscriptions, with the SUBACK code 0x80 as their QoS.
      const granted = subscriptions.flatMap(({ topic, qos }) => (qos <= 2 ? topic : []))
      const topic = connection?.noticeTopicIn(granted)
      if (connection && topic !== undefined) this.#listens(connection, topic)
    })
    aedes.on('ack', (_packet, client) => this.#connections.get(client)?.acknowledged())
    aedes.on('unsubscribe', (topics, client) => {
      const connection = this.#connections.get(client)
      for (const topic of topics) connection?.unsubscribes(topic)
    })
    const protocolError = (client: Client, error: Error) => {
      if (error instanceof Closing || isHangUp(error)) return
      const connection = this.#connections.get(client)
      const remoteAddress = plainAddress((client.conn as Socket).remoteAddress)
      this.#refusals.note(error.message, connection?.refused ?? { remoteAddress })
    }
    aedes.on('clientError', protocolError)
    aedes.on('connectionError', protocolError)
    aedes.addListener('error', (error: unknown) => this.#logger.error({ err: error }, 'the broker failed'))
    return aedes
  }

  #serve(socket: Socket): void {
    const guard = new PacketGuard({
      connectBytes: Math.min(CONNECT_BYTES, this.#limits.packetBytes),
      packetBytes: this.#limits.packetBytes,
    })
    const remoteAddress = plainAddress(socket.remoteAddress)
    const client = this.#aedes.handle(socket)
    guardReads(socket, guard, PACKET_MS, this.#clock, (reason) => {
      this.#refusals.note(reason, this.#connections.get(client)?.refused ?? { remoteAddress })
      socket.destroy()
    })
    socket.once('close', () => {
      const connection = this.#connections.get(client)
      if (connection) this.#ended(connection)
    })
  }

  /** Registers the device if its login is accepted; otherwise returns the CONNACK code. */
  async #login(client: Client, connect: Connect): Promise<ConnackRefusal | undefined> {
    const socket = client.conn as Socket
    const addresses = {
      remoteAddress: plainAddress(socket.remoteAddress),
      localAddress: plainAddress(socket.localAddress),
    }
    const admission = await this.#loginCheck.admit(connect, addresses.remoteAddress)
    if (!admission.device) return admission.refusal
    if (client.closed || socket.destroyed) return undefined
    const connection = new DeviceConnection(client, admission.device, connect, addresses)
    this.#takeOver(connection)
    if (!becomeBusy(socket)) {
      this.#refusals.note('login: no room for another device', connection.refused)
      return 3
    }
    this.#connected(connection)
    return undefined
  }

  /** A new connection replaces the one with the same client id (MQTT-3.1.4-2); other connections of the device stay, up to the limit. */
  #takeOver(connection: DeviceConnection): void {
    const { id } = connection.device
    const { clientId } = connection.connect
    const others = this.#of(id)
    const same = others.filter((other) => other.connect.clientId === clientId)
    const oldest = others.filter((other) => other.connect.clientId !== clientId).slice(CONNECTIONS_MAX - 1)
    for (const other of [...same, ...oldest]) this.#close(other)
  }

  #connected(connection: DeviceConnection): void {
    const { id } = connection.device
    const first = !this.#online.has(id)
    this.#online.set(id, [connection, ...this.#of(id)])
    this.#connections.set(connection.client, connection)
    if (first) this.#host.connected(connection.device, connection)
  }

  /** Reports a new notice subscription as a new arrival and the older one as a departure, because the device may have rebooted. */
  #listens(connection: DeviceConnection, topic: string): void {
    const { device } = connection
    if (connection.listeningOn || !this.#of(device.id).includes(connection)) return
    const older = this.#listenerOf(device.id)
    connection.listeningOn = topic
    if (older) {
      this.#host.disconnected(device)
      this.#host.connected(device, connection)
    }
    this.#host.note?.(device, { direction: 'in', channel: `SUBSCRIBE ${topic}`, kind: 'listening' })
    this.#host.listening(device)
  }

  #published(client: Client | null, packet: PublishPacket, done: Acknowledge): void {
    const connection = client ? this.#connections.get(client) : undefined
    const right = connection?.publishRight(packet.topic)
    if (!connection) done(new Closing('not logged in'))
    else if (right === 'read') this.#received(connection.device, packet, done)
    else if (right === 'ignored') {
      const { topic: channel, payload, qos } = packet
      this.#host.note?.(connection.device, { direction: 'in', channel, payload, qos, onlyLast: true })
      done(null)
    } else {
      this.#refuse(connection, 'publish outside its own topics', packet)
      connection.foreignPublishes++
      // MQTT-3.3.5-2: an unauthorised publish is either acknowledged or closes the connection.
      done(connection.foreignPublishes < FOREIGN_PUBLISHES_MAX ? null : new Closing('third foreign publish'))
    }
  }

  /** The PUBACK is sent after `done`, hence after the disk write; QoS 0 waits too, which limits a flood to the speed of the disk. */
  #received(device: ConnectedDevice, packet: PublishPacket, done: Acknowledge): void {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    this.#host.received(device, packet.topic, payload, packet.qos).then(
      () => done(null),
      (error: unknown) => {
        this.#faults.note('a message could not be stored', { err: error, topic: packet.topic })
        // The device sends an unacknowledged message again on its next connection.
        done(packet.qos === 0 ? null : new Closing('message not stored'))
      },
    )
  }

  #refuse(
    connection: DeviceConnection | undefined,
    reason: string,
    { topic, payload }: { readonly topic: string; readonly payload?: string | Uint8Array },
  ): void {
    this.#refusals.note(reason, connection?.refused ?? { remoteAddress: '' }, { topic })
    if (connection)
      this.#host.note?.(connection.device, {
        direction: 'in',
        channel: topic,
        payload,
        refused: reason,
        onlyLast: true,
      })
  }

  #close(connection: DeviceConnection): void {
    this.#ended(connection)
    // Frees its place for the new connection at once; the socket itself closes later.
    becomeIdle(connection.client.conn as Socket)
    connection.client.close()
  }

  #ended(connection: DeviceConnection): void {
    connection.listeningOn = undefined
    const { id } = connection.device
    const all = this.#of(id)
    if (!all.includes(connection)) return
    const left = all.filter((other) => other !== connection)
    if (left.length > 0) this.#online.set(id, left)
    else {
      this.#online.delete(id)
      this.#host.disconnected(connection.device)
    }
  }
}
