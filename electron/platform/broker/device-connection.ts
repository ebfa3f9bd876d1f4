import type { Client } from 'aedes'
import type { ConnectedDevice } from '../devices/connected-device.ts'
import type { Connect, DeviceIdentity, Downlink } from '../dialects/dialect.ts'
import { hasWildcard, matchesTopic } from '../dialects/topic-filters.ts'
import { type TopicRights, topicRights } from '../dialects/topic-names.ts'

/** Filters that one connection may subscribe to besides the topics of its dialect, e.g. telemetry replies. */
const OTHER_SUBSCRIPTIONS_MAX = 64

/** Maximum number of messages without PUBACK; a device that acknowledges none must not fill the memory. */
const UNACKNOWLEDGED_MAX = 1000

/** Subscriptions of aedes 1.2 by filter, which its types do not declare; an integration test verifies them. */
interface AedesSubscriptions {
  readonly subscriptions?: Readonly<Record<string, { readonly qos: number } | undefined>>
}

/** How a device may use a topic. */
type TopicRight = 'read' | 'ignored' | 'foreign'

/** One connection of a device that has logged in. */
export class DeviceConnection {
  readonly client: Client
  readonly device: ConnectedDevice
  readonly connect: Connect
  readonly remoteAddress: string
  readonly localAddress: string
  /** The notice topic to which the device has subscribed. */
  listeningOn: string | undefined
  /** Number of publishes outside the device's own namespace so far. */
  foreignPublishes = 0
  readonly #publish: readonly string[]
  readonly #subscribe: readonly string[]
  readonly #rights: TopicRights
  #others: Set<string> | undefined
  /** Messages without PUBACK, oldest first. */
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

  /** Records a subscription; false when it must be refused: it covers topics of others, or exceeds the limit. */
  subscribes(filter: string): boolean {
    if (this.#subscribe.includes(filter)) return true
    if (!this.#rights.owns(filter)) return false
    this.#others ??= new Set()
    if (this.#others.size >= OTHER_SUBSCRIPTIONS_MAX && !this.#others.has(filter)) return false
    this.#others.add(filter)
    return true
  }

  /** Removes a subscription; the device keeps its notice topic when another of its filters covers it. */
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

  /** Whether the device has subscribed to the topic, or is subscribed automatically (`_ss=1`). */
  takes(topic: string): boolean {
    return this.#filterOf(topic) !== undefined || this.device.dialect.listensAtOnce(this.connect)
  }

  /** The subscription that matches a topic: the exact one, else the wildcard with the highest QoS (MQTT-3.3.5-1). */
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

  /** The QoS of a message to the device: 1, unless the device subscribed at 0 (MQTT 3.1.1, 3.8.4). */
  qosOf(topic: string): 0 | 1 {
    return this.#filterOf(topic)?.qos === 0 ? 0 : 1
  }

  /** Handles a PUBACK; PUBACKs arrive in the order of the messages (MQTT-4.6.0-2). */
  acknowledged(): void {
    this.#unacknowledged.shift()?.()
  }

  /**
   * Resolves to true when the message is written to the socket, to false when the connection ended before.
   * @param acknowledged called when the device acknowledges the message; never called if it subscribed at QoS 0.
   */
  deliver(downlink: Downlink, acknowledged: () => void): Promise<boolean> {
    // aedes looks up the exact topic only, so the QoS of a wildcard subscription must be passed.
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

/** The name of a device in log lines. */
export const deviceLabel = (identity: DeviceIdentity): string => `${identity.productKey}/${identity.deviceName}`
