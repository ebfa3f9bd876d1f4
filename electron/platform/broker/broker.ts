import type { Logger } from 'pino'
import type { ConnectedDevice, LoginLimits, LoginResult } from '../devices/connected-device.ts'
import type { Amend, Note } from '../devices/protocol-log.ts'
import type { Connect, Downlink } from '../dialects/dialect.ts'
import type { Identities } from '../listeners/server-certificates.ts'

/** What the brokers need of pino. */
export type BrokerLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** What the broker needs from the platform. No member throws; a rejected promise is a defect of the station and is logged. */
export interface BrokerHost {
  login(connect: Connect, remoteAddress: string, limits?: LoginLimits): Promise<LoginResult>
  /** Used with an external broker, where only the message identifies the sender. */
  deviceOfTopic(topic: string, payload: Uint8Array): ConnectedDevice | undefined
  /** The device that a client of an external broker is, by what it gave at its log-in there. */
  deviceOfClient?(clientId: string, username: string): ConnectedDevice | undefined
  /** Resolves once the changes of the message are on disk; only then does the broker acknowledge a QoS 1 publish. */
  received(device: ConnectedDevice, topic: string, payload: Uint8Array, qos?: number): Promise<void>
  /** Records all other traffic in the device's protocol log. */
  note?(device: ConnectedDevice, note: Note): Amend
  connected(device: ConnectedDevice, session: { readonly remoteAddress: string; readonly localAddress: string }): void
  /** The device has subscribed to one of its notice topics: pending messages can be sent. */
  listening(device: ConnectedDevice): void
  disconnected(device: ConnectedDevice): void
}

/** The device-facing message side, embedded or external. */
export interface Broker {
  /** Starts to accept connections; rejects with the system error (EADDRINUSE …). */
  start(): Promise<void>
  /** Closes every connection and stops; idempotent. */
  stop(): Promise<void>
  /** The topic on which the device waits for upgrades; undefined when it is not connected or has not subscribed. */
  noticeTopicOf(deviceId: number): string | undefined
  /** Hands a message to the device's session at QoS 1; false when it is not listening. */
  send(deviceId: number, downlink: Downlink): Promise<boolean>
  /** Answers a query of the device, even if it has not subscribed to notices; false when it is not connected. */
  reply(deviceId: number, downlink: Downlink): Promise<boolean>
  /** The local address on which the device connected, without zone or IPv6 mapping; undefined when not connected. */
  localAddressOf(deviceId: number): string | undefined
  /** The device's CONNECT data; a connection with a notice subscription comes first. Absent for an external broker, which does not expose it. */
  connectOf?(deviceId: number): Connect | undefined
  /** Whether another station of the group serves the devices now. */
  readonly standsBy?: boolean
  /** Closes the device's connection (deleted, credentials changed). */
  drop(deviceId: number): void
  /** Uses these certificates for new connections; opens the TLS port if it is closed. Rejects with the system error. */
  useIdentities(identities: Identities): Promise<void>
  /** Clears the failed logins of an address after an operator has registered its device. */
  forgive(remoteAddress: string): void
  /** The listening addresses as URLs for display: `mqtt://0.0.0.0:1883`. */
  readonly urls: { readonly mqtt: string | null; readonly mqtts: string | null; readonly external: string | null }
}

/** Limits of the embedded broker; see README. */
export interface BrokerLimits {
  readonly packetBytes: number
  /** Failed logins per minute: per address, and per device and address. */
  readonly failedLogins: number
}
