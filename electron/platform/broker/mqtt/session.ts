import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet, PacketCmd } from 'mqtt-packet'
import type { Connect } from '../../dialects/dialect.ts'
import type { ConnackRefusal } from '../login-check.ts'
import { withoutClosingNul } from '../packet-repair.ts'
import { Outbox, type Sending } from './outbox.ts'
import type { ConnectProperties } from './properties.ts'
import type { MqttVersion, PacketReading } from './read-packet.ts'
import { loginReasons, type Reason, reasons } from './reasons.ts'
import { type Match, Subscriptions } from './subscriptions.ts'
import { isTopicFilter, isTopicName } from './topics.ts'
import * as write from './write-packet.ts'

/**
 * The server's side of one MQTT connection (3.1, 3.1.1 and 5.0), without socket, clock or platform: packets in, actions out. Sessions
 * are not kept, nothing is retained and wills are not sent; see ../README.md.
 */

/** Messages of a client that wait for the disk at a time: each may have the maximum packet size. */
const IN_FLIGHT_MAX = 16
/** QoS 2 messages of MQTT 3.1.1, which has no Receive Maximum, that wait for their PUBREL. */
const UNRELEASED_MAX = 1024
const TOPIC_ALIASES_MAX = 16
/** Seconds: a longer keep-alive, or none, is lowered at MQTT 5 (3.2.2.3.14), so that a lost device is noticed. */
const KEEP_ALIVE_MAX = 3600

export type SessionState = 'waiting' | 'deciding' | 'open' | 'ended'

/** Which packets a client may send in which state (MQTT-3.1.0-1, MQTT-3.1.0-2); in the others none is read. */
const allowed: Readonly<Record<SessionState, ReadonlySet<PacketCmd>>> = {
  waiting: new Set(['connect']),
  deciding: new Set(),
  open: new Set([
    ...(['publish', 'puback', 'pubrec', 'pubrel', 'pubcomp'] as const),
    ...(['subscribe', 'unsubscribe', 'pingreq', 'disconnect'] as const),
  ]),
  ended: new Set(),
}

/** A message of the client that waits for `settle`. */
export interface IncomingMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly messageId: number
}

/** What the edge has to do, in this order. */
export type Action =
  | { readonly do: 'send'; readonly bytes: Buffer }
  | { readonly do: 'login'; readonly connect: Connect }
  | { readonly do: 'message'; readonly message: IncomingMessage }
  | { readonly do: 'subscribed' | 'unsubscribed'; readonly filters: readonly string[] }
  /** Close the connection. `refused`: the phrase for the log, absent where nothing is wrong. */
  | { readonly do: 'end'; readonly refused?: string | undefined }

/** Whether the client may subscribe: `quota` when it has too many filters. */
export type Grant = 'granted' | 'foreign' | 'quota'

interface SessionOptions {
  /** Bytes of the largest packet that is accepted. */
  readonly packetBytes: number
  readonly grants: (filter: string, subscriptions: Subscriptions) => Grant
  /** A client id for a client that has none (MQTT-3.1.3-6). */
  readonly newClientId: () => string
}

interface InFlight {
  readonly message: IncomingMessage
  /** Set when it may be acknowledged. */
  outcome?: { readonly denied: Reason | undefined }
}

const granted = { foreign: reasons.foreignTopic, quota: reasons.quota } as const
/** SUBACK of MQTT 3.1.1 for a refused filter (table 3.9). */
const REFUSED = 0x80

export class MqttSession {
  readonly subscriptions = new Subscriptions()
  /** Milliseconds without a packet after which the client is lost (MQTT-3.1.2-24); 0: no limit. */
  keepAliveMs = 0
  readonly #options: SessionOptions
  #state: SessionState = 'waiting'
  #receiver: write.Receiver = { version: 4, maximumPacketSize: Number.POSITIVE_INFINITY, wantsReasons: true }
  #properties: ConnectProperties = {}
  #serverKeepAlive: number | undefined
  #assignedId: string | undefined
  #outbox: Outbox | undefined
  /** Oldest first: acknowledgements keep the order of the messages (MQTT-4.6.0-2). */
  #inFlight: InFlight[] = []
  /** QoS 2 ids between PUBREC and PUBREL (MQTT-4.3.3-10). */
  #unreleased: Set<number> | undefined
  #aliases: Map<number, string> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get version(): MqttVersion {
    return this.#receiver.version
  }

  get ended(): boolean {
    return this.#state === 'ended'
  }

  /** Whether it takes another packet now: the edge stops reading until then, which bounds what one client can keep in memory. */
  get takesMore(): boolean {
    return this.#state === 'waiting' || (this.#state === 'open' && this.#inFlight.length < IN_FLIGHT_MAX)
  }

  receive(reading: PacketReading): readonly Action[] {
    if (this.#state === 'ended') return []
    if (!reading.ok) return this.#unreadable(reading.reason, reading.error)
    const { packet } = reading
    if (!allowed[this.#state].has(packet.cmd))
      return this.end(reasons.protocolError, `${packet.cmd} is not allowed here`)
    return this.#take(packet)
  }

  #take(packet: Packet): readonly Action[] {
    switch (packet.cmd) {
      case 'connect':
        return this.#connect(packet)
      case 'publish':
        return this.#publish(packet)
      case 'puback':
        this.#outbox?.acknowledged(packet.messageId ?? 0)
        return []
      case 'pubrel':
        return this.#release(packet.messageId ?? 0)
      case 'subscribe':
        return this.#subscribe(packet)
      case 'unsubscribe': {
        if (packet.unsubscriptions.length === 0) return this.end(reasons.protocolError, 'unsubscribe without a filter')
        const codes = packet.unsubscriptions.map((filter) => (this.subscriptions.delete(filter) ? 0 : 0x11))
        return [
          this.#send(write.unsuback(this.#receiver, packet.messageId ?? 0, codes)),
          { do: 'unsubscribed', filters: packet.unsubscriptions },
        ]
      }
      case 'pingreq':
        return [this.#send(write.pingresp)]
      case 'disconnect': {
        const expiry = (packet.properties?.sessionExpiryInterval ?? 0) > 0
        // MQTT 5.0, 3.14.2.2.2: it may not turn a session without memory into one with.
        if (expiry && !this.#properties.sessionExpiryInterval)
          return this.end(reasons.protocolError, 'session expiry at the end only')
        this.#close()
        return [{ do: 'end' }]
      }
      // The server sends nothing at QoS 2, so PUBREC and PUBCOMP answer nothing.
      default:
        return []
    }
  }

  #connect(packet: IConnectPacket): readonly Action[] {
    const properties = (packet.properties ?? {}) as ConnectProperties
    this.#receiver = {
      version: packet.protocolVersion ?? 4,
      maximumPacketSize: properties.maximumPacketSize ?? Number.POSITIVE_INFINITY,
      wantsReasons: properties.requestProblemInformation !== false,
    }
    this.#properties = properties
    if (properties.authenticationMethod !== undefined)
      return this.#unwelcome(reasons.badAuthMethod, 5, 'authentication method')
    if (properties.authenticationData !== undefined)
      return this.#unwelcome(reasons.protocolError, 5, 'authentication data without a method')
    const keepAlive = packet.keepalive ?? 0
    if (this.version === 5 && (keepAlive === 0 || keepAlive > KEEP_ALIVE_MAX)) this.#serverKeepAlive = KEEP_ALIVE_MAX
    this.keepAliveMs = (this.#serverKeepAlive ?? keepAlive) * 1500
    const clientId = withoutClosingNul(packet.clientId)
    if (clientId === '' && this.version === 5) this.#assignedId = this.#options.newClientId()
    this.#state = 'deciding'
    return [
      {
        do: 'login',
        connect: {
          clientId: this.#assignedId ?? clientId,
          username: withoutClosingNul(packet.username ?? ''),
          password: packet.password?.toString() ?? '',
        },
      },
    ]
  }

  /** The login is accepted: CONNACK says what is supported (MQTT 5.0, 3.2.2.3). */
  accept(): readonly Action[] {
    if (this.#state !== 'deciding') return []
    this.#state = 'open'
    this.#outbox = new Outbox(
      this.#receiver,
      this.version === 5 ? (this.#properties.receiveMaximum ?? 65_535) : undefined,
    )
    const welcome = write.welcome(this.#receiver, {
      receiveMaximum: IN_FLIGHT_MAX,
      retainAvailable: false,
      maximumPacketSize: this.#options.packetBytes,
      topicAliasMaximum: TOPIC_ALIASES_MAX,
      sharedSubscriptionAvailable: false,
      ...(this.#properties.sessionExpiryInterval && { sessionExpiryInterval: 0 }),
      ...(this.#assignedId !== undefined && { assignedClientIdentifier: this.#assignedId }),
      ...(this.#serverKeepAlive !== undefined && { serverKeepAlive: this.#serverKeepAlive }),
    })
    if (welcome.length <= this.#receiver.maximumPacketSize) return [this.#send(welcome)]
    this.#close()
    return [{ do: 'end', refused: 'maximum packet size below the CONNACK' }]
  }

  /** The login is refused. */
  refuse(returnCode: ConnackRefusal): readonly Action[] {
    return this.#state === 'deciding' ? this.#unwelcome(loginReasons[returnCode], returnCode) : []
  }

  #unwelcome(reason: Reason, returnCode: number, refused?: string): readonly Action[] {
    this.#close()
    return [this.#send(write.unwelcome(this.#receiver, reason, returnCode)), { do: 'end', refused }]
  }

  /** A CONNECT that cannot be read gets a CONNACK only where its level tells how to write one (MQTT-3.1.2-2). */
  #unreadable(reason: Reason, error: string): readonly Action[] {
    if (this.#state !== 'waiting') return this.end(reason, error)
    if (reason === reasons.unsupportedVersion) return this.#unwelcome(reason, 1, error)
    this.#close()
    return [{ do: 'end', refused: error }]
  }

  #publish(packet: IPublishPacket): readonly Action[] {
    const topic = this.#topicOf(packet)
    if (typeof topic !== 'string') return this.end(topic, 'topic alias')
    if (!isTopicName(topic)) return this.end(reasons.badTopic, 'publish to no topic name')
    const { qos, messageId = 0 } = packet
    if (qos === 2 && this.#unreleased?.has(messageId))
      return [this.#send(write.acknowledgement(this.#receiver, 'pubrec', messageId))]
    const unsettled = this.#inFlight.filter(({ message }) => message.qos > 0).length + (this.#unreleased?.size ?? 0)
    if (qos > 0 && unsettled >= (this.version === 5 ? IN_FLIGHT_MAX : UNRELEASED_MAX))
      return this.end(reasons.tooManyInFlight, 'more messages than the receive maximum')
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const message: IncomingMessage = { topic, payload, qos, messageId }
    this.#inFlight.push({ message })
    return [{ do: 'message', message }]
  }

  /** MQTT 5.0, 3.3.2.3.4. */
  #topicOf({ topic, properties }: IPublishPacket): string | Reason {
    const alias = properties?.topicAlias
    if (alias === undefined) return topic
    if (alias < 1 || alias > TOPIC_ALIASES_MAX) return reasons.badAlias
    if (topic === '') return this.#aliases?.get(alias) ?? reasons.protocolError
    this.#aliases ??= new Map()
    this.#aliases.set(alias, topic)
    return topic
  }

  /** The message is on disk, ignored or denied: acknowledges it, once those before it are. */
  settle(message: IncomingMessage, denied?: Reason): readonly Action[] {
    const waiting = this.#inFlight.find((one) => one.message === message)
    if (!waiting || this.#state !== 'open') return []
    waiting.outcome = { denied }
    const actions: Action[] = []
    for (let [head] = this.#inFlight; head?.outcome; [head] = this.#inFlight) {
      this.#inFlight.shift()
      const { qos, messageId } = head.message
      if (qos === 0) continue
      // A denied message of QoS 2 ends with its PUBREC (MQTT 5.0, 4.3.3).
      if (qos === 2 && !(this.version === 5 && head.outcome.denied)) {
        this.#unreleased ??= new Set()
        this.#unreleased.add(messageId)
      }
      const cmd = qos === 1 ? 'puback' : 'pubrec'
      actions.push(this.#send(write.acknowledgement(this.#receiver, cmd, messageId, head.outcome.denied)))
    }
    return actions
  }

  #release(messageId: number): readonly Action[] {
    const isKnown = this.#unreleased?.delete(messageId) === true
    return [
      this.#send(write.acknowledgement(this.#receiver, 'pubcomp', messageId, isKnown ? undefined : { code: 0x92 })),
    ]
  }

  #subscribe(packet: ISubscribePacket): readonly Action[] {
    const { subscriptions, messageId = 0 } = packet
    if (subscriptions.length === 0) return this.end(reasons.protocolError, 'subscribe without a filter')
    // MQTT 3.1.1 has no code for a malformed filter.
    if (this.version !== 5 && !subscriptions.every(({ topic }) => isTopicFilter(topic)))
      return this.end(reasons.badFilter, 'malformed topic filter')
    const id = packet.properties?.subscriptionIdentifier
    let refused: Reason | undefined
    const codes = subscriptions.map(({ topic, qos }) => {
      const reason = this.#refusal(topic)
      if (!reason) {
        this.subscriptions.add(topic, qos, id)
        return qos
      }
      refused ??= reason
      return this.version === 5 ? reason.code : REFUSED
    })
    const filters = subscriptions.flatMap(({ topic }, index) => ((codes[index] ?? REFUSED) <= 2 ? topic : []))
    return [this.#send(write.suback(this.#receiver, messageId, codes, refused?.text)), { do: 'subscribed', filters }]
  }

  #refusal(filter: string): Reason | undefined {
    if (!isTopicFilter(filter)) return reasons.badFilter
    const grant = this.#options.grants(filter, this.subscriptions)
    if (grant === 'granted') return undefined
    return filter.startsWith('$share/') ? reasons.noShares : granted[grant]
  }

  /** How a topic reaches the client by its subscriptions. */
  match(topic: string): Match | undefined {
    return this.subscriptions.match(topic)
  }

  /** Sends a message as soon as the client takes it. */
  send(sending: Sending): void {
    if (this.#outbox && this.#state === 'open') this.#outbox.send(sending)
    else sending.write(undefined)
  }

  /** Ends the connection from our side; MQTT 5 is told why. @param refused the phrase for the log, if something is wrong. */
  end(reason: Reason, refused?: string): readonly Action[] {
    if (this.#state === 'ended') return []
    const bytes = this.#state === 'open' ? write.farewell(this.#receiver, reason) : undefined
    this.#close()
    return [...(bytes ? [this.#send(bytes)] : []), { do: 'end', refused }]
  }

  /** The connection is gone. */
  gone(): void {
    this.#close()
  }

  #close(): void {
    this.#state = 'ended'
    this.#inFlight = []
    this.#outbox?.end()
  }

  #send(bytes: Buffer): Action {
    return { do: 'send', bytes }
  }
}
