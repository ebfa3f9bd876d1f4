import { hostname } from 'node:os'
import mqtt, { type IPublishPacket, type MqttClient, type Packet } from 'mqtt'
import { MQTT_PACKET_BYTES } from '#shared/limits.ts'
import type { Clock } from '../basics/clock.ts'
import { FaultLog, RefusalLog } from '../basics/refusal-log.ts'
import { plainAddress } from '../connections/addresses.ts'
import type { ConnectedDevice } from '../devices/connected-device.ts'
import type { LoginFailures } from '../devices/login-rate-limit.ts'
import type { Downlink, MqttDialect } from '../dialects/dialect.ts'
import type { Broker, BrokerHost, BrokerLogger } from './broker.ts'
import { CLIENT_EVENTS, type ClientEvent, clientEventOf } from './client-events.ts'
import { StandBy } from './stand-by.ts'

interface ExternalBrokerOptions {
  readonly host: BrokerHost
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with user name and password if the broker requires them. */
  readonly url: string
  /**
   * Unique, and the same at every start: the broker queues messages under this id while the station is down. Default: the host name.
   */
  readonly clientId?: string | undefined
  /** Stations with the same group stand by for each other: one of them serves, and takes the session of the one before it. */
  readonly group?: string | undefined
  /** Names this station within its group; default: host name and process. */
  readonly member?: string | undefined
  readonly dialects: readonly MqttDialect[]
  readonly clock: Clock
  readonly logger: BrokerLogger
  /** Default: a separate log. */
  readonly refusals?: RefusalLog | undefined
  /** Counter of failed HTTP calls; default: they are not counted. */
  readonly failures?: LoginFailures | undefined
}

const RECONNECT_MS = 1000
/** The broker keeps reports for a group this long while none of its stations serves. */
const GROUP_SESSION_SECONDS = 7 * 24 * 3600
/** Reports on their way to the station at the same time; mosquitto's own limit is 20. */
const RECEIVE_MAX = 1000
/** Maximum number of messages being stored at the same time; above it the station stops reading. */
const STORING_MAX = 1000
/** CONNACK return codes (MQTT 3.1.1, table 3.1): the broker is reachable but refuses the station. */
const isRefusal = (error: Error): boolean => 'code' in error && typeof error.code === 'number'

/** An external MQTT broker: devices log in there, and the station is one of its clients. The README lists the differences. */
export const createExternalBroker = (options: ExternalBrokerOptions): Broker => new ExternalBroker(options)

class ExternalBroker implements Broker {
  readonly #options: ExternalBrokerOptions
  readonly #host: BrokerHost
  readonly #logger: BrokerLogger
  readonly #refusals: RefusalLog
  readonly #faults: FaultLog
  readonly #filters: string[]
  /** Devices that have sent a message since the start, each with its last topic. */
  readonly #heard = new Map<number, { readonly device: ConnectedDevice; topic: string }>()
  /** Sends that wait for the broker's PUBACK. */
  readonly #sending = new Set<(sent: boolean) => void>()
  /** Connected clients of each device, where the broker tells them. */
  readonly #clients = new Map<number, Set<string>>()
  readonly #standBy: StandBy | undefined
  #client: MqttClient | undefined
  #storing = 0
  #resume: (() => void) | undefined

  constructor(options: ExternalBrokerOptions) {
    this.#options = options
    this.#host = options.host
    this.#logger = options.logger
    this.#refusals = options.refusals ?? new RefusalLog(options.logger, options.clock)
    this.#faults = new FaultLog(options.logger, options.clock)
    this.#filters = [...new Set(options.dialects.flatMap(({ uplinkFilters }) => uplinkFilters))]
    const { group, member = `${hostname()}-${process.pid}`, url, clock, logger } = options
    this.#standBy =
      group === undefined
        ? undefined
        : new StandBy({
            ...{ url, group, name: member, clock, logger },
            open: () => {
              this.#open().catch((error: unknown) =>
                logger.error({ err: error }, 'the external broker refuses this station'),
              )
            },
            close: () => void this.#close(),
          })
  }

  /** Whether this station waits for another of its group to leave. */
  get standsBy(): boolean {
    return this.#standBy !== undefined && !this.#standBy.isActive
  }

  get urls() {
    const shown = new URL(this.#options.url)
    shown.username = ''
    shown.password = ''
    return { mqtt: null, mqtts: null, external: shown.href }
  }

  /** Rejects when the broker refuses the station; an unreachable broker is retried until it answers. */
  async start(): Promise<void> {
    if (this.#standBy) this.#standBy.start()
    else await this.#open()
  }

  #open(): Promise<void> {
    const { group, clientId = `ota-bench-${group ?? hostname()}` } = this.#options
    const client = mqtt.connect(this.#options.url, {
      clientId,
      clean: false,
      // The session of a group is another station's tomorrow, so the broker is told how long to keep it.
      ...(group === undefined
        ? { protocolVersion: 4 as const }
        : {
            protocolVersion: 5 as const,
            properties: { sessionExpiryInterval: GROUP_SESSION_SECONDS, receiveMaximum: RECEIVE_MAX },
          }),
      reconnectPeriod: RECONNECT_MS,
      reconnectOnConnackError: true,
      // The station subscribes at every connect instead, because the broker may have lost the session.
      resubscribe: false,
    })
    this.#client = client
    client.on('packetreceive', (packet) => this.#packet(client, packet))
    client.handleMessage = (_packet, next) => {
      if (this.#storing < STORING_MAX) next()
      else this.#resume = () => next()
    }
    client.on('close', () => this.#failSends())
    return new Promise((resolve, reject) => {
      let known = false
      let linked = false
      client.on('connect', () => {
        linked = true
        void this.#subscribe(client).then(() => {
          if (known) this.#offerAgain()
          known = true
          resolve()
        })
      })
      client.on('error', (error) => {
        if (!known && isRefusal(error)) {
          void this.#close().then(() => reject(error))
          return
        }
        if (linked || !known) this.#logger.warn({ err: error }, 'the external broker is out of reach; trying on')
        linked = false
        known = true
        resolve()
      })
      client.on('offline', () => {
        if (linked) this.#logger.warn('the connection to the external broker was lost; trying on')
        linked = false
      })
    })
  }

  async stop(): Promise<void> {
    // The session is free before another station is told so.
    await this.#close()
    await this.#standBy?.stop()
  }

  /** Serves no device any more; the broker keeps what they report. */
  async #close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    for (const id of [...this.#heard.keys()]) this.drop(id)
    this.#failSends()
    await client?.endAsync(true)
  }

  /** Derived from the topic on which the device published, else the documented one: an external broker does not expose subscriptions. */
  noticeTopicOf(deviceId: number): string | undefined {
    const heard = this.#heard.get(deviceId)
    if (!heard) return undefined
    const { dialect, identity } = heard.device
    return dialect.noticeTopicAfter?.(identity, heard.topic) ?? dialect.noticeTopics(identity)[0]
  }

  /** True when the broker has accepted the message; the broker does not report whether the device received it. */
  send(deviceId: number, downlink: Downlink): Promise<boolean> {
    return this.#publish(deviceId, downlink, 'notice')
  }

  /** The same as `send`: an external broker does not expose the subscriptions of a device. */
  reply(deviceId: number, downlink: Downlink): Promise<boolean> {
    return this.#publish(deviceId, downlink, 'answer')
  }

  #publish(deviceId: number, { topic, payload }: Downlink, kind: 'notice' | 'answer'): Promise<boolean> {
    const client = this.#client
    const device = this.#heard.get(deviceId)?.device
    if (!client || !device) return Promise.resolve(false)
    // Logged as QoS 0: the device may never receive a message that the broker acknowledges.
    const amend = this.#host.note?.(device, { direction: 'out', channel: topic, payload, kind })
    const body =
      typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    return new Promise((resolve) => {
      const settle = (sent: boolean) => {
        this.#sending.delete(settle)
        if (!sent) amend?.({ refused: 'the broker did not take it' })
        resolve(sent)
      }
      this.#sending.add(settle)
      client.publish(topic, body, { qos: 1 }, (error) => settle(!error))
    })
  }

  /** The station's own address towards the broker: the address by which the device reached the broker is unknown. */
  localAddressOf(deviceId: number): string | undefined {
    return this.#heard.has(deviceId) ? this.#ends().localAddress : undefined
  }

  drop(deviceId: number): void {
    const heard = this.#heard.get(deviceId)
    if (!heard) return
    this.#heard.delete(deviceId)
    this.#clients.delete(deviceId)
    this.#host.disconnected(heard.device)
  }

  /** Does nothing: an external broker has its own certificate. */
  async useIdentities(): Promise<void> {}

  /** The external broker decides MQTT logins; the station decides logins over HTTP only. */
  forgive(remoteAddress: string): void {
    this.#options.failures?.addresses.forgive(remoteAddress)
  }

  async #subscribe(client: MqttClient): Promise<void> {
    try {
      await client.subscribeAsync(this.#filters, { qos: 1 })
      this.#logger.info({ filters: this.#filters }, 'subscribed at the external broker')
      await this.#followClients(client)
    } catch (error) {
      this.#logger.error({ err: error, filters: this.#filters }, 'the external broker refuses our subscriptions')
    }
  }

  /** Most brokers have no such topics, or keep them for administrators; then a device is online from its first message on. */
  async #followClients(client: MqttClient): Promise<void> {
    await client.subscribeAsync([...CLIENT_EVENTS], { qos: 0 }).catch(() => undefined)
  }

  #clientEvent({ kind, clientId, username }: ClientEvent): void {
    const device = this.#host.deviceOfClient?.(clientId, username)
    if (!device) return
    const clients = this.#clients.get(device.id) ?? new Set()
    if (kind === 'connected') {
      this.#clients.set(device.id, clients.add(clientId))
      return
    }
    clients.delete(clientId)
    // A device that is the same client again has come before its old connection was given up.
    if (clients.size === 0) this.drop(device.id)
  }

  /**
   * mqtt.js acknowledges a QoS 1 message before it reads the next, so waiting for the disk there would store one message per
   * commit. mqtt.js therefore handles it as QoS 0 without a PUBACK, and this function sends the PUBACK when the message is stored.
   */
  #packet(client: MqttClient, packet: Packet): void {
    if (packet.cmd !== 'publish') return
    const { messageId, qos } = packet
    const { stream } = client
    if (qos === 1) packet.qos = 0
    void this.#take({ ...packet, qos }).then((taken) => {
      if (client.stream !== stream) return
      // Not stored: the broker delivers it again after a reconnect.
      if (!taken) stream.destroy()
      // MQTT 3.1.1, 3.4: PUBACK.
      else if (qos === 1 && messageId !== undefined)
        stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]))
    })
  }

  async #take({ topic, payload, retain, qos }: IPublishPacket): Promise<boolean> {
    // A retained message is delivered because of the subscription, not because a device publishes now (MQTT-3.3.1-8).
    if (retain) return true
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    if (topic.startsWith('$')) {
      const event = clientEventOf(topic, bytes)
      if (event) this.#clientEvent(event)
      return true
    }
    const device = this.#host.deviceOfTopic(topic, bytes)
    if (!device || payload.length > MQTT_PACKET_BYTES) {
      this.#refusals.note(
        device ? 'message too large' : 'message of an unknown device',
        { remoteAddress: '' },
        { topic },
      )
      return true
    }
    const heard = this.#heard.get(device.id)
    const isNew = !heard
    if (heard) heard.topic = topic
    else {
      this.#heard.set(device.id, { device, topic })
      this.#host.connected(device, this.#ends())
    }
    this.#storing++
    try {
      await this.#host.received(device, topic, bytes, qos)
      // Called after the report is processed, because the report may show that nothing is left to offer.
      if (isNew && this.#heard.has(device.id)) this.#host.listening(device)
      return true
    } catch (error) {
      this.#faults.note('a message could not be stored', { err: error, topic })
      return false
    } finally {
      this.#storing--
      this.#resume?.()
      this.#resume = undefined
    }
  }

  #offerAgain(): void {
    for (const { device } of this.#heard.values()) this.#host.listening(device)
  }

  #failSends(): void {
    for (const settle of [...this.#sending]) settle(false)
  }

  #ends(): { readonly remoteAddress: string; readonly localAddress: string } {
    const stream: object = this.#client?.stream ?? {}
    const text = (value: unknown) => plainAddress(typeof value === 'string' ? value : undefined)
    return {
      remoteAddress: text('remoteAddress' in stream ? stream.remoteAddress : undefined),
      localAddress: text('localAddress' in stream ? stream.localAddress : undefined),
    }
  }
}
