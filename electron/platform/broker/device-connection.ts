import type { ConnectedDevice } from '../devices/connected-device.ts'
import type { Connect, DeviceIdentity, Downlink } from '../dialects/dialect.ts'
import { matchesTopic } from '../dialects/topic-filters.ts'
import { type TopicRights, topicRights } from '../dialects/topic-names.ts'
import type { Grant } from './mqtt/session.ts'
import type { Subscriptions } from './mqtt/subscriptions.ts'
import type { MqttSocket } from './mqtt-socket.ts'

/** Filters that one connection may subscribe to besides the topics of its dialect, e.g. telemetry replies. */
const OTHER_SUBSCRIPTIONS_MAX = 64

/** How a device may use a topic. */
type TopicRight = 'read' | 'ignored' | 'foreign'

/** One connection of a device that has logged in. */
export class DeviceConnection {
  readonly mqtt: MqttSocket
  readonly device: ConnectedDevice
  readonly connect: Connect
  readonly remoteAddress: string
  readonly localAddress: string
  /** The notice topic to which the device has subscribed. */
  listeningOn: string | undefined
  /** Number of publishes outside the device's own namespace so far. */
  foreignPublishes = 0
  /** Parsed when a topic is first asked that the dialect does not list: most devices need none, and it costs kilobytes. */
  #parsedRights: TopicRights | undefined

  constructor(
    mqtt: MqttSocket,
    device: ConnectedDevice,
    connect: Connect,
    addresses: { readonly remoteAddress: string; readonly localAddress: string },
  ) {
    this.mqtt = mqtt
    this.device = device
    this.connect = connect
    this.remoteAddress = addresses.remoteAddress
    this.localAddress = addresses.localAddress
  }

  get #topics() {
    return this.device.dialect.topics(this.device.identity)
  }

  get #rights(): TopicRights {
    this.#parsedRights ??= topicRights(this.device.dialect.names(this.device.identity))
    return this.#parsedRights
  }

  publishRight(topic: string): TopicRight {
    if (this.#topics.publish.includes(topic)) return 'read'
    return this.#rights.tolerates(topic) ? 'ignored' : 'foreign'
  }

  /** Whether a subscription is granted; `foreign` when it covers topics of others. */
  grants(filter: string, subscriptions: Subscriptions): Grant {
    const { subscribe } = this.#topics
    if (subscribe.includes(filter)) return 'granted'
    if (!this.#rights.owns(filter)) return 'foreign'
    if (subscriptions.has(filter)) return 'granted'
    const listed = subscribe.filter((topic) => subscriptions.has(topic)).length
    return subscriptions.size - listed < OTHER_SUBSCRIPTIONS_MAX ? 'granted' : 'quota'
  }

  /** Removes a subscription; the device keeps its notice topic when another of its filters covers it. */
  unsubscribed(filter: string): void {
    const { listeningOn } = this
    if (listeningOn === undefined || !matchesTopic(filter, listeningOn) || this.#matches(listeningOn)) return
    this.listeningOn = this.noticeTopics.find((topic) => this.#matches(topic))
  }

  #matches(topic: string): boolean {
    return this.mqtt.session.match(topic) !== undefined
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
    return this.#matches(topic) || this.device.dialect.listensAtOnce(this.connect)
  }

  /** The QoS of a message to the device: 1, unless the device subscribed at 0 (MQTT 3.1.1, 3.8.4). */
  qosOf(topic: string): 0 | 1 {
    return this.mqtt.session.match(topic)?.qos === 0 ? 0 : 1
  }

  /**
   * Resolves to true when the message is written to the socket, to false when the connection ended before or the device does not
   * take a packet of that size.
   * @param acknowledged called when the device acknowledges the message; never called if it subscribed at QoS 0.
   */
  deliver({ topic, payload }: Downlink, qos: 0 | 1, acknowledged: () => void): Promise<boolean> {
    const subscriptionIds = this.mqtt.session.match(topic)?.ids ?? []
    return this.mqtt.deliver({ topic, payload, qos, subscriptionIds }, acknowledged)
  }
}

/** The name of a device in log lines. */
export const deviceLabel = (identity: DeviceIdentity): string => `${identity.productKey}/${identity.deviceName}`
