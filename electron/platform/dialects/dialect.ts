import type { DeltaFormat } from '#shared/delta-formats.ts'
import type { Protocol } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { PrintedNumber } from './json.ts'
import type { TopicNames } from './topic-names.ts'

/** Who a device is, by the names that its protocol's topics carry. */
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

/** `signed`: something made with the secret. `plain`: the secret as it is, which a product may refuse. */
export type Proof = 'signed' | 'plain'

/** Who a login claims to be, and a way to test that it knows a secret. The platform looks the secret up. */
export interface LoginClaim {
  readonly who: { readonly productKey: string; readonly deviceName: string } | { readonly accessToken: string }
  /** How the login proves that secret, if it does; constant time. */
  proves(secret: string): Proof | undefined
  /** The access token is all that it shows: a plain login (ThingsPanel). */
  readonly tokenAlone?: boolean
  /** The product's secret proves it and no other, whether its devices register by themselves or not (OneNET's product token). */
  readonly byProduct?: boolean
  /** Milliseconds since 1970 after which the login does not hold; left out: it always does. */
  readonly expiresAt?: number
  /** In which form its proof came; left out: nothing of it is a secret as it is. */
  readonly form?: Proof
}

/** A message of a device, in the platform's terms. `module` undefined: the message names none. `text`: the device's own description. */
export type Uplink =
  | { readonly kind: 'version'; readonly module: string; readonly version: string }
  | {
      readonly kind: 'progress'
      readonly module: string | undefined
      readonly percent: number
      readonly text: string | undefined
      /** The campaign that the report is about, where it names one: a report about another does not move this job. */
      readonly campaignTag?: number | undefined
    }
  /** The file is complete and is being installed: no longer a download, and no success yet by any criterion. */
  | { readonly kind: 'installing'; readonly module: string | undefined; readonly text: string | undefined }
  | {
      readonly kind: 'failure'
      readonly module: string | undefined
      readonly reason: JobReason
      readonly text: string | undefined
      readonly campaignTag?: number | undefined
    }
  | Acknowledgement
  | Query
  | BlockRequest
  | Meaningless

/** A report about an upgrade under way. */
export type TaskReport = Extract<Uplink, { kind: 'progress' | 'failure' }>

/** The id of a device's query, as the device wrote it: the answer carries it back. */
export type MessageId = string | number | PrintedNumber

/** The device acknowledges its notice and will upgrade. */
export interface Acknowledgement {
  readonly kind: 'acknowledged'
}

/** The device queries whether there is an upgrade. */
export interface Query {
  readonly kind: 'query'
  readonly module: string | undefined
  /** Only to this version; undefined: to any. */
  readonly version: string | undefined
  /** The version that the module runs, where the query names it. */
  readonly runs?: string | undefined
  readonly messageId: MessageId
  /** The topic on which it awaits the answer. */
  readonly replyTopic: string
}

/** Well formed, expected, and without effect; `why` is a short English phrase for log and protocol view. */
export interface Meaningless {
  readonly kind: 'meaningless'
  readonly why: string
}

/** The device requests a piece of a file over MQTT; offset and size in bytes. A number that is missing or misspelt is NaN. */
export interface BlockRequest {
  readonly kind: 'block'
  readonly messageId: MessageId
  /** The device's own name for the download: the answer carries it back. */
  readonly fileToken: string | undefined
  /** As in the notice: the job, and the file's place in its package from 1 on. */
  readonly streamId: number
  readonly fileId: number
  readonly offset: number
  readonly size: number
  readonly replyTopic: string
}

/** A piece of a file, or why there is none. */
export type BlockAnswer =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly offset: number; readonly fileSize: number }
  /** `malformed`: sizes. `unknown`: no such file for this device. `gone`: cancelled. `beyond`: past the end of the file. */
  | { readonly ok: false; readonly refused: 'malformed' | 'unknown' | 'gone' | 'beyond' }

/** A message understood, or why it is not: a short English phrase for log and protocol view. */
export type Reading = { readonly ok: true; readonly uplink: Uplink } | { readonly ok: false; readonly refused: string }

/** One file of an upgrade; size in bytes, digests in lower-case hex. */
export interface OfferedFile {
  readonly name: string
  readonly size: number
  readonly md5: string
  readonly sha256: string
  readonly url: string
}

/** What a device must know to restore the new image from a delta: the one file of the offer is the delta then. */
export interface OfferedDelta {
  readonly format: DeltaFormat
  /** The version it applies to: what the device reported. */
  readonly fromVersion: string
  /** The image that comes out; size in bytes, digests in lower-case hex. */
  readonly full: { readonly size: number; readonly md5: string; readonly sha256: string }
}

/** An upgrade offered to a device. */
export interface UpgradeOffer {
  /** Unique per notice: milliseconds since 1970 at which it is made. */
  readonly messageId: number
  readonly module: string
  readonly version: string
  /** At least one. */
  readonly files: readonly [OfferedFile, ...OfferedFile[]]
  /** Left out: the files are the image itself. */
  readonly diff?: OfferedDelta
  /** How the device gets the files: by their URLs, or block by block over MQTT. */
  readonly delivery: 'url' | 'mqtt'
  /** The job: requests for blocks name it. */
  readonly streamId: number
  /** The campaign, as the device gives it back in its reports. */
  readonly campaignTag: number
  /** Whether the device upgrades at once or when it sees fit. */
  readonly policy: 'standard' | 'silent'
  readonly signMethod: 'MD5' | 'SHA256'
  /** Campaign tags and the package's own information. */
  readonly tags: Readonly<Record<string, string>>
  readonly customInfo: Readonly<Record<string, unknown>> | null
}

/** What a protocol demands beyond its messages. */
export interface DialectRules {
  /** An upgrade that cannot be pushed at once has failed (docs/protocols/thingspanel.md §7.3). */
  readonly offlineFails: boolean
  /** Milliseconds within which a device must acknowledge a notice; undefined: the protocol has no acknowledgement. */
  readonly acknowledgeMs: number | undefined
  /** Its notices call the device to query, and the query reports what it runs: a repeated notice installs nothing again. */
  readonly noticeCalls?: boolean
  /** Its download server sends the CRC-16 of every piece of a file. */
  readonly pieceCrc16?: boolean
}

/** A message for a device: compact JSON or bytes, and where it goes. */
export interface Downlink {
  readonly topic: string
  readonly payload: string | Uint8Array
}

/**
 * One device protocol over MQTT: wire ↔ domain, and nothing else. Pure: no clock, no store, no socket; never throws, whatever the
 * bytes.
 */
export interface MqttDialect {
  readonly protocol: Protocol
  /** Reads a login; undefined: not in this dialect's form, another may know it. */
  claim(connect: Connect): LoginClaim | undefined
  /** Whether the session waits for notices from the login on, without a SUBSCRIBE (LinkSDK's `_ss=1`). */
  listensAtOnce(connect: Connect): boolean
  /** The exact topics of this dialect: those `read` understands, and those the platform sends to. */
  topics(device: DeviceIdentity): { readonly publish: readonly string[]; readonly subscribe: readonly string[] }
  /** The device's other topics (properties, events and the like): acknowledged and ignored, never a reason to disconnect it. */
  names(device: DeviceIdentity): TopicNames
  readonly rules: DialectRules
  /** The topics on which a device may wait for upgrades, the documented one first; it waits on the one it subscribes to. None where devices only query. */
  noticeTopics(device: DeviceIdentity): readonly string[]
  /** Reads one message of a device; the topic is one of `topics(device).publish`. */
  read(device: DeviceIdentity, topic: string, payload: Uint8Array): Reading
  /**
   * Writes the notice of an upgrade, for the topic on which the device waits; only where there are such topics.
   * @param connect what the device logged in with, as far as that is known.
   */
  notice?(device: DeviceIdentity, offer: UpgradeOffer, topic: string, connect?: Connect): Downlink
  /** Answers a query: with the offer, or that there is none; only where the protocol has queries. */
  answer?(device: DeviceIdentity, query: Query, offer: UpgradeOffer | undefined, connect?: Connect): Downlink
  /** Answers a request for a piece of a file; only where the protocol has downloads over MQTT. */
  block?(request: BlockRequest, answer: BlockAnswer): Downlink
  /** Wildcard filters that match every topic its devices publish to, and the sender that a topic names: for an external broker. */
  readonly uplinkFilters: readonly string[]
  senderOf(topic: string, payload?: Uint8Array): LoginClaim['who'] | undefined
  /** The notice topic of a device that publishes on a topic, where one follows from the other; an external broker does not show subscriptions. */
  noticeTopicAfter?(device: DeviceIdentity, uplinkTopic: string): string
}
