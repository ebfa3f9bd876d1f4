import type { Protocol } from '#shared/protocols.ts'
import type { JobReason } from '#shared/reasons.ts'

/** Who a device is, in the words its protocol's topics use. */
export interface DeviceIdentity {
  readonly productKey: string
  readonly deviceName: string
  readonly accessToken: string
}

/** What a device sent to log in (MQTT 3.1.1, 3.1). */
export interface Connect {
  readonly clientId: string
  readonly username: string
  readonly password: string
}

/** Who the login says it is, and a way to test that it knows a secret. Looking the secret up is not the dialect's business. */
export interface LoginClaim {
  readonly who: { readonly productKey: string; readonly deviceName: string } | { readonly accessToken: string }
  /** Whether the login proves that secret; constant time. */
  proves(secret: string): boolean
}

/** What a device said, in the platform's words. `module` undefined: the message named none. */
export type Uplink =
  | { readonly kind: 'version'; readonly module: string; readonly version: string }
  | {
      readonly kind: 'progress'
      readonly module: string | undefined
      readonly percent: number
      readonly words: string | undefined
    }
  | {
      readonly kind: 'failure'
      readonly module: string | undefined
      readonly reason: JobReason
      readonly words: string | undefined
    }
  /** The device asks whether there is an upgrade. */
  | { readonly kind: 'ask'; readonly module: string | undefined; readonly messageId: MessageId }

/** The id of a device's question, as it wrote it: the answer carries it back. */
export type MessageId = string | number

/** A message understood, or why it was not: a short English phrase for log and protocol view. */
export type Reading = { readonly ok: true; readonly uplink: Uplink } | { readonly ok: false; readonly refused: string }

/** An upgrade offered to a device; sizes in bytes, digests in lower-case hex. */
export interface UpgradeOffer {
  /** Unique per notice: milliseconds of the moment it was made. */
  readonly messageId: number
  readonly module: string
  readonly version: string
  readonly size: number
  readonly url: string
  readonly md5: string
  readonly sha256: string
  readonly signMethod: 'MD5' | 'SHA256'
  /** Campaign tags and the package's own information. */
  readonly tags: Readonly<Record<string, string>>
  readonly customInfo: Readonly<Record<string, unknown>> | null
}

/** A message for a device: compact JSON or bytes, and where it goes. */
export interface Downlink {
  readonly topic: string
  readonly payload: string | Uint8Array
}

/**
 * One device protocol: wire ↔ domain, and nothing else. Pure: no clock, no store, no socket; never throws, whatever the
 * bytes. A dialect is one file and one line in `index.ts`.
 */
export interface Dialect {
  readonly protocol: Protocol
  /** Reads a login; undefined: not in this dialect's form, another may know it. */
  claim(connect: Connect): LoginClaim | undefined
  /** Whether the session waits for notices from the login on, without a SUBSCRIBE (LinkSDK's `_ss=1`). */
  listensAtOnce(connect: Connect): boolean
  /** The exact topics of this dialect: those `read` understands, and those the platform sends to. */
  topics(device: DeviceIdentity): { readonly publish: readonly string[]; readonly subscribe: readonly string[] }
  /** Whether a topic without wildcards lies in the device's own namespace: properties, events and the like are allowed there, and ignored. */
  owns(device: DeviceIdentity, topic: string): boolean
  /** The topic on which the device waits for upgrades. */
  noticeTopic(device: DeviceIdentity): string
  /** Reads one message of a device; the topic is one of `topics(device).publish`. */
  read(device: DeviceIdentity, topic: string, payload: Uint8Array): Reading
  /** Writes the notice of an upgrade. */
  notice(device: DeviceIdentity, offer: UpgradeOffer): Downlink
  /** Answers a device that asked: with what it is offered, or that there is nothing. */
  answer(device: DeviceIdentity, messageId: MessageId, offer: UpgradeOffer | undefined): Downlink
  /** Wildcard filters that hold every topic its devices publish to, and how to read the sender off one: for an external broker. */
  readonly uplinkFilters: readonly string[]
  senderOf(topic: string): LoginClaim['who'] | undefined
}
