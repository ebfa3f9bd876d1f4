import type { Logger } from 'pino'
import type { ConnectedDevice, LoginLimits, LoginResult } from '../devices/connected-device.ts'
import type { Amend, Note } from '../devices/protocol-log.ts'
import type { Connect, Downlink } from '../dialects/dialect.ts'
import type { Identities } from '../listeners/server-certificates.ts'

/** What the brokers need of pino. */
export type BrokerLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** What the broker needs from the platform. None of it throws; a rejected promise is a fault of ours and is logged. */
export interface BrokerHost {
  login(connect: Connect, remoteAddress: string, limits?: LoginLimits): Promise<LoginResult>
  /** For an external broker, where the message alone names the sender. */
  deviceOfTopic(topic: string, payload: Uint8Array): ConnectedDevice | undefined
  /** Resolves once what the message changed is on disk; only then is a QoS 1 publish acknowledged. */
  received(device: ConnectedDevice, topic: string, payload: Uint8Array, qos?: number): Promise<void>
  /** Takes what else passes into the device's protocol log. */
  note?(device: ConnectedDevice, note: Note): Amend
  connected(device: ConnectedDevice, session: { readonly remoteAddress: string; readonly localAddress: string }): void
  /** The device now listens on one of its notice topics: whatever waits for it can be sent. */
  listening(device: ConnectedDevice): void
  disconnected(device: ConnectedDevice): void
}

/** The device-facing message side, embedded or external. */
export interface Broker {
  /** Starts to accept connections; rejects with the system's error (EADDRINUSE …). */
  start(): Promise<void>
  /** Closes every connection and stops; idempotent. */
  stop(): Promise<void>
  /** The topic on which the device waits for upgrades; undefined when it is not connected or has not subscribed. */
  noticeTopicOf(deviceId: number): string | undefined
  /** Hands a message to the device's session at QoS 1; false when it is not listening. */
  send(deviceId: number, downlink: Downlink): Promise<boolean>
  /** Answers a question of the device's, whether it listens for notices or not; false when it is not connected. */
  reply(deviceId: number, downlink: Downlink): Promise<boolean>
  /** The local address by which the device reached us, without zone or IPv6 mapping; undefined when not connected. */
  localAddressOf(deviceId: number): string | undefined
  /** What the device logged in with, the connection that listens before others; left out at another's broker, which does not show it. */
  connectOf?(deviceId: number): Connect | undefined
  /** Closes the device's connection (deleted, credentials changed). */
  drop(deviceId: number): void
  /** Takes other certificates for new connections; opens the TLS port where it is not. Rejects with the system's error. */
  useIdentities(identities: Identities): Promise<void>
  /** Forgets an address's failed logins: its device has been let in by hand. */
  forgive(remoteAddress: string): void
  /** Where it listens, as URLs for people: `mqtt://0.0.0.0:1883`. */
  readonly urls: { readonly mqtt: string | null; readonly mqtts: string | null; readonly external: string | null }
}

/** Limits of the embedded broker; see README. */
export interface BrokerLimits {
  readonly packetBytes: number
  /** Failed logins a minute: of an address, and of a device from an address. */
  readonly failedLogins: number
}
