import type { Socket } from 'node:net'
import { type Clock, systemClock } from '../basics/clock.ts'
import { FaultLog, RefusalLog } from '../basics/refusal-log.ts'
import { plainAddress } from '../connections/addresses.ts'
import { createGates } from '../connections/admission-controls.ts'
import { becomeBusy, becomeIdle } from '../connections/socket-admission.ts'
import type { Connect, Downlink } from '../dialects/dialect.ts'
import type { Identities } from '../listeners/server-certificates.ts'
import type { Broker, BrokerHost, BrokerLimits } from './broker.ts'
import { DeviceConnection } from './device-connection.ts'
import type { EmbeddedBrokerOptions } from './embedded-options.ts'
import { Listeners } from './listeners.ts'
import { LoginCheck } from './login-check.ts'
import { type Reason, reasons } from './mqtt/reasons.ts'
import { type IncomingMessage, MqttSession } from './mqtt/session.ts'
import { MqttSocket } from './mqtt-socket.ts'
import { type GuardLimits, PacketGuard } from './packet-guard.ts'

/** Maximum size of a CONNECT: client id, user name, password and an ignored will. An unauthenticated client may send no more. */
const CONNECT_BYTES = 8 * 1024
/** Number of publishes to foreign topics after which the connection is closed (docs/protocols/README.md §5.3). */
const FOREIGN_PUBLISHES_MAX = 3
/** Simultaneous connections per device: its own, dead ones from before a reboot, and tools of a technician. */
const CONNECTIONS_MAX = 4

/**
 * The MQTT broker inside the station: MQTT 3.1, 3.1.1 and 5 on TCP and TLS. The README lists its decisions; the protocol is in `mqtt/`.
 */
export const createEmbeddedBroker = (options: EmbeddedBrokerOptions): Broker => new EmbeddedBroker(options)

class EmbeddedBroker implements Broker {
  readonly #host: BrokerHost
  readonly #limits: BrokerLimits
  readonly #clock: Clock
  readonly #refusals: RefusalLog
  readonly #faults: FaultLog
  readonly #loginCheck: LoginCheck
  readonly #listeners: Listeners
  /** The connections of each device, the newest first. */
  readonly #online = new Map<number, readonly DeviceConnection[]>()
  readonly #packetLimits: GuardLimits
  #clients = 0

  constructor(options: EmbeddedBrokerOptions) {
    const { host, limits, listen, clock, connectionClock, logger, refusals, failures, gate } = options
    this.#host = host
    this.#limits = limits
    this.#packetLimits = {
      connectBytes: Math.min(CONNECT_BYTES, limits.packetBytes),
      packetBytes: limits.packetBytes,
    }
    this.#clock = connectionClock ?? systemClock
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
      socket: (socket) => this.#serve(socket),
      handshakeFailed: (socket, reason) =>
        this.#refusals.note(
          'TLS handshake failed',
          { remoteAddress: plainAddress(socket.remoteAddress) },
          { error: reason },
        ),
      clock,
      fault: (error) => this.#faults.note('a connection of a device could not be taken', { err: error }),
    })
  }

  get urls() {
    return { ...this.#listeners.urls, external: null }
  }

  async start(): Promise<void> {
    try {
      await this.#listeners.start()
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    for (const connection of [...this.#online.values()].flat()) this.#close(connection, reasons.stopping)
    await this.#listeners.stop()
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
    const sent = await connection.deliver(downlink, qos, () => amend?.({ acknowledged: true }))
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
    for (const connection of this.#of(deviceId)) this.#close(connection, reasons.dropped)
  }

  useIdentities(identities: Identities): Promise<void> {
    return this.#listeners.use(identities)
  }

  forgive(remoteAddress: string): void {
    this.#loginCheck.forgive(remoteAddress)
  }

  /** Serves a connection from its first bytes on, so that a silent one costs only its slot of the admission control. */
  #serve(socket: Socket): void {
    // A reset is normal and is followed by the close event.
    socket.on('error', () => undefined)
    socket.once('data', (first: Buffer) => {
      this.#speak(socket)
      socket.emit('data', first)
    })
  }

  #speak(socket: Socket): void {
    const remoteAddress = plainAddress(socket.remoteAddress)
    let connection: DeviceConnection | undefined
    const session = new MqttSession({
      packetBytes: this.#limits.packetBytes,
      newClientId: () => `station-${++this.#clients}`,
      grants: (filter, subscriptions) => {
        const grant = connection?.grants(filter, subscriptions) ?? 'foreign'
        if (grant !== 'granted') this.#refuse(connection, 'subscription outside its own topics', { topic: filter })
        return grant
      },
    })
    const guard = new PacketGuard(this.#packetLimits)
    const mqtt = new MqttSocket(socket, session, guard, this.#clock, {
      login: (connect) => {
        void this.#login(mqtt, connect, (admitted) => {
          connection = admitted
        })
      },
      message: (message) => connection && this.#published(connection, message),
      subscribed: (filters) => connection && this.#subscribed(connection, filters),
      unsubscribed: (filters) => {
        for (const filter of filters) connection?.unsubscribed(filter)
      },
      refused: (phrase) => this.#refusals.note(phrase, connection?.refused ?? { remoteAddress }),
      ended: () => {
        // Frees its place for a new connection at once; the socket itself closes later.
        becomeIdle(socket)
        if (connection) this.#ended(connection)
      },
    })
  }

  /** Registers the device if its login is accepted, and answers the CONNECT. */
  async #login(mqtt: MqttSocket, connect: Connect, admitted: (connection: DeviceConnection) => void): Promise<void> {
    const { socket } = mqtt
    const addresses = {
      remoteAddress: plainAddress(socket.remoteAddress),
      localAddress: plainAddress(socket.localAddress),
    }
    const admission = await this.#loginCheck.admit(connect, addresses.remoteAddress)
    if (!admission.device) return mqtt.refuse(admission.refusal)
    if (mqtt.session.ended || socket.destroyed) return
    const connection = new DeviceConnection(mqtt, admission.device, connect, addresses)
    this.#takeOver(connection)
    if (!becomeBusy(socket)) {
      this.#refusals.note('login: no room for another device', connection.refused)
      return mqtt.refuse(3)
    }
    admitted(connection)
    this.#connected(connection)
    const [topic] = connection.noticeTopics
    const listens = topic !== undefined && connection.device.dialect.listensAtOnce(connect)
    // Behind the CONNACK, ahead of packets that came before it was sent.
    mqtt.accept(() => listens && this.#listens(connection, topic))
  }

  /** A new connection replaces the one with the same client id (MQTT-3.1.4-2); other connections of the device stay, up to the limit. */
  #takeOver(connection: DeviceConnection): void {
    const { id } = connection.device
    const { clientId } = connection.connect
    const others = this.#of(id)
    const same = others.filter((other) => other.connect.clientId === clientId)
    const oldest = others.filter((other) => other.connect.clientId !== clientId).slice(CONNECTIONS_MAX - 1)
    for (const other of same) this.#close(other, reasons.takenOver)
    for (const other of oldest) this.#close(other, reasons.quota)
  }

  #connected(connection: DeviceConnection): void {
    const { id } = connection.device
    const first = !this.#online.has(id)
    this.#online.set(id, [connection, ...this.#of(id)])
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

  #subscribed(connection: DeviceConnection, filters: readonly string[]): void {
    const topic = connection.noticeTopicIn(filters)
    if (topic !== undefined) this.#listens(connection, topic)
  }

  #published(connection: DeviceConnection, message: IncomingMessage): void {
    const { topic, payload, qos } = message
    const right = connection.publishRight(topic)
    if (right === 'read') {
      this.#received(connection, message)
      return
    }
    if (right === 'ignored') {
      this.#host.note?.(connection.device, { direction: 'in', channel: topic, payload, qos, onlyLast: true })
      connection.mqtt.settle(message)
      return
    }
    this.#refuse(connection, 'publish outside its own topics', message)
    connection.foreignPublishes++
    // MQTT-3.3.5-2 of 3.1.1: an unauthorised publish is either acknowledged or closes the connection.
    if (connection.foreignPublishes < FOREIGN_PUBLISHES_MAX) connection.mqtt.settle(message, reasons.foreignTopic)
    else connection.mqtt.end(reasons.foreignTopic)
  }

  /** The acknowledgement is sent after the disk write; QoS 0 waits too, which limits a flood to the speed of the disk. */
  #received({ device, mqtt }: DeviceConnection, message: IncomingMessage): void {
    this.#host.received(device, message.topic, message.payload, message.qos).then(
      () => mqtt.settle(message),
      (error: unknown) => {
        this.#faults.note('a message could not be stored', { err: error, topic: message.topic })
        // The device sends an unacknowledged message again on its next connection.
        if (message.qos === 0) mqtt.settle(message)
        else mqtt.end(reasons.notStored)
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

  #close(connection: DeviceConnection, reason: Reason): void {
    this.#ended(connection)
    connection.mqtt.end(reason)
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
