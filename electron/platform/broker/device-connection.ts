import type { Client } from 'aedes'
import type { ConnectedDevice } from '../devices/connected-device.ts'
import type { Connect, DeviceIdentity, Downlink } from '../dialects/dialect.ts'
import { hasWildcard, matchesTopic } from '../dialects/topic-filters.ts'
import { type TopicRights, topicRights } from '../dialects/topic-names.ts'

/** Filters of its own that one connection may subscribe to beside its dialect's topics (telemetry replies and the like). */
const OTHER_SUBSCRIPTIONS_MAX = 64

/** Messages whose PUBACK is waited for; a device that confirms none must not pile them up. */
const UNACKNOWLEDGED_MAX = 1000

/** What of aedes 1.2 is used beyond its types, by filter; an integration test holds it to that. */
interface AedesSubscriptions {
  readonly subscriptions?: Readonly<Record<string, { readonly qos: number } | undefined>>
}

/** Whether, and to what end, a device may use a topic. */
export type TopicRight = 'read' | 'ignored' | 'foreign'

/** One connection of a device that has logged in. */
export class DeviceConnection {
  readonly client: Client
  readonly device: ConnectedDevice
  readonly connect: Connect
  readonly remoteAddress: string
  readonly localAddress: string
  /** The notice topic on which it waits. */
  listeningOn: string | undefined
  /** Publishes outside its own namespace so far. */
  foreignPublishes = 0
  readonly #publish: readonly string[]
  readonly #subscribe: readonly string[]
  readonly #rights: TopicRights
  #others: Set<string> | undefined
  /** Messages on their way, oldest first. */
  readonly #unacknowledged: (() => void)[] = []

  constructor(
    client: Client,
    device: ConnectedDevice,
    connect: Connect,
    addresses: { readonly remoteAddress: string; readonly localAddress: string },
  ) {
    this.client = client
    this.device = device
    this.connect = connect
    this.remoteAddress = addresses.remoteAddress
    this.localAddress = addresses.localAddress
    const topics = device.dialect.topics(device.identity)
    this.#publish = topics.publish
    this.#subscribe = topics.subscribe
    this.#rights = topicRights(device.dialect.names(device.identity))
  }

  publishRight(topic: string): TopicRight {
    if (this.#publish.includes(topic)) return 'read'
    return this.#rights.tolerates(topic) ? 'ignored' : 'foreign'
  }

  /** Takes note of a subscription; false: to be refused, as it reaches what is not the device's own, or is one too many. */
  subscribes(filter: string): boolean {
    if (this.#subscribe.includes(filter)) return true
    if (!this.#rights.owns(filter)) return false
    this.#others ??= new Set()
    if (this.#others.size >= OTHER_SUBSCRIPTIONS_MAX && !this.#others.has(filter)) return false
    this.#others.add(filter)
    return true
  }

  /** Takes note of a subscription that is no more; it goes on listening where another of its filters covers the topic. */
  unsubscribes(filter: string): void {
    this.#others?.delete(filter)
    const { listeningOn } = this
    if (listeningOn !== undefined && matchesTopic(filter, listeningOn) && !this.#filterOf(listeningOn))
      this.listeningOn = this.noticeTopics.find((topic) => this.#filterOf(topic) !== undefined)
  }

  get noticeTopics(): readonly string[] {
    return this.device.dialect.noticeTopics(this.device.identity)
  }

  /** The notice topic that one of these filters covers, the documented one first. */
  noticeTopicIn(filters: readonly string[]): string | undefined {
    return this.noticeTopics.find((topic) => filters.some((filter) => matchesTopic(filter, topic)))
  }

  get refused(): { readonly remoteAddress: string; readonly device: string } {
    return { remoteAddress: this.remoteAddress, device: deviceLabel(this.device.identity) }
  }

  /** Whether it has subscribed to the topic, or gets what it needs unasked (`_ss=1`). */
  takes(topic: string): boolean {
    return this.#filterOf(topic) !== undefined || this.device.dialect.listensAtOnce(this.connect)
  }

  /** The subscription by which it gets a topic: the one that spells it, or of wildcards the one with the higher QoS (MQTT-3.3.5-1). */
  #filterOf(topic: string): { readonly qos: number } | undefined {
    const subscriptions = (this.client as unknown as AedesSubscriptions).subscriptions ?? {}
    const exact = subscriptions[topic]
    if (exact) return exact
    return [...(this.#others ?? [])]
      .filter((filter) => hasWildcard(filter) && matchesTopic(filter, topic))
      .flatMap((filter) => subscriptions[filter] ?? [])
      .reduce<{ readonly qos: number } | undefined>(
        (best, one) => (best && best.qos >= one.qos ? best : one),
        undefined,
      )
  }

  /** The QoS at which a message of ours goes out: 1, unless the device subscribed at 0 (MQTT 3.1.1, 3.8.4). */
  qosOf(topic: string): 0 | 1 {
    return this.#filterOf(topic)?.qos === 0 ? 0 : 1
  }

  /** A PUBACK came: they come in the order of the messages (MQTT-4.6.0-2). */
  acknowledged(): void {
    this.#unacknowledged.shift()?.()
  }

  /**
   * Resolves when the message is in the socket's hands, to false when the connection ended before.
   * @param acknowledged called when the device confirms it; never, where it subscribed at QoS 0.
   */
  deliver(downlink: Downlink, acknowledged: () => void): Promise<boolean> {
    // aedes looks at the very topic alone, so a wildcard's QoS has to be told.
    const qos = this.qosOf(downlink.topic)
    if (qos === 1) {
      this.#unacknowledged.push(acknowledged)
      if (this.#unacknowledged.length > UNACKNOWLEDGED_MAX) this.#unacknowledged.shift()
    }
    const payload =
      typeof downlink.payload === 'string'
        ? downlink.payload
        : Buffer.from(downlink.payload.buffer, downlink.payload.byteOffset, downlink.payload.byteLength)
    return new Promise((resolve) => {
      this.client.publish({ cmd: 'publish', topic: downlink.topic, payload, qos, dup: false, retain: false }, (error) =>
        resolve(!error && !this.client.closed),
      )
    })
  }
}

/** A device in log lines. */
export const deviceLabel = (identity: DeviceIdentity): string => `${identity.productKey}/${identity.deviceName}`
