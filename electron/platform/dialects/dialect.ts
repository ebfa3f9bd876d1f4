import type { DeltaFormat } from '#shared/delta-formats.ts'
import type { Protocol } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { PrintedNumber } from './json.ts'
import type { TopicNames } from './topic-names.ts'

/** Identity of a device, by the names in the topics of its protocol. */
export interface DeviceIdentity {
  readonly productKey: string
  readonly deviceName: string
  readonly accessToken: string
}

/** The login data of a device (MQTT 3.1.1, 3.1). */
export interface Connect {
  readonly clientId: string
  readonly username: string
  readonly password: string
}

/** `signed`: a signature made with the secret. `plain`: the secret itself, which a product may refuse. */
export type Proof = 'signed' | 'plain'

/** The claimed identity of a login, and a function that tests a secret. The platform looks up the secret. */
export interface LoginClaim {
  readonly who: { readonly productKey: string; readonly deviceName: string } | { readonly accessToken: string }
  /** How the login proves that secret; undefined if it does not. Constant time. */
  proves(secret: string): Proof | undefined
  /** The login contains only the access token: a plain login (ThingsPanel). */
  readonly tokenAlone?: boolean
  /** Only the product's secret proves the login, with or without self-registration (OneNET's product token). */
  readonly byProduct?: boolean
  /** Milliseconds since 1970 after which the login is invalid; absent when it does not expire. */
  readonly expiresAt?: number
  /** Form of the proof; absent when the login contains no plain secret. */
  readonly form?: Proof
}

/** A device message in the platform's terms. `module` is undefined when the message names none. `text` is the device's own description. */
export type Uplink =
  | { readonly kind: 'version'; readonly module: string; readonly version: string }
  | {
      readonly kind: 'progress'
      readonly module: string | undefined
      readonly percent: number
      readonly text: string | undefined
      /** The campaign that the report names, if any: a report about another campaign does not change this job. */
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

/** A report about an upgrade in progress. */
export type TaskReport = Extract<Uplink, { kind: 'progress' | 'failure' }>

/** The id of a device's query, exactly as sent: the answer returns it. */
export type MessageId = string | number | PrintedNumber

/** The device acknowledges its notice and will upgrade. */
export interface Acknowledgement {
  readonly kind: 'acknowledged'
}

/** The device queries whether there is an upgrade. */
export interface Query {
  readonly kind: 'query'
  readonly module: string | undefined
  /** The only version that the device accepts; undefined accepts any. */
  readonly version: string | undefined
  /** The current version of the module, if the query names it. */
  readonly runs?: string | undefined
  readonly messageId: MessageId
  /** The topic on which it awaits the answer. */
  readonly replyTopic: string
}

/** Well formed, expected, and without effect; `why` is a short English phrase for log and protocol view. */
interface Meaningless {
  readonly kind: 'meaningless'
  readonly why: string
}

/** The device requests a piece of a file over MQTT; offset and size in bytes. A missing or malformed number is NaN. */
export interface BlockRequest {
  readonly kind: 'block'
  readonly messageId: MessageId
  /** The device's own name for the download: the answer returns it. */
  readonly fileToken: string | undefined
  /** As in the notice: the job id, and the index of the file in its package, starting at 1. */
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

/** A parsed message, or the reason of a failure: a short English phrase for log and protocol view. */
export type Reading = { readonly ok: true; readonly uplink: Uplink } | { readonly ok: false; readonly refused: string }

/** One file of an upgrade; size in bytes, digests in lower-case hex. */
export interface OfferedFile {
  readonly name: string
  readonly size: number
  readonly md5: string
  readonly sha256: string
  readonly url: string
}

/** Data with which a device restores the new image from a delta; the only file of the offer is then the delta. */
export interface OfferedDelta {
  readonly format: DeltaFormat
  /** The base version, as reported by the device. */
  readonly fromVersion: string
  /** The resulting image; size in bytes, digests in lower-case hex. */
  readonly full: { readonly size: number; readonly md5: string; readonly sha256: string }
}

/** An upgrade offered to a device. */
export interface UpgradeOffer {
  /** Unique per notice: its creation time in milliseconds since 1970. */
  readonly messageId: number
  readonly module: string
  readonly version: string
  /** At least one. */
  readonly files: readonly [OfferedFile, ...OfferedFile[]]
  /** Absent when the files are the image itself. */
  readonly diff?: OfferedDelta
  /** How the device gets the files: by their URLs, or block by block over MQTT. */
  readonly delivery: 'url' | 'mqtt'
  /** The job id, which block requests contain. */
  readonly streamId: number
  /** The campaign tag, which the device returns in its reports. */
  readonly campaignTag: number
  /** Whether the device upgrades at once or at a time of its choice. */
  readonly policy: 'standard' | 'silent'
  readonly signMethod: 'MD5' | 'SHA256'
  /** Campaign tags and the package's own information. */
  readonly tags: Readonly<Record<string, string>>
  readonly customInfo: Readonly<Record<string, unknown>> | null
}

/** Rules of a protocol beyond its messages. */
export interface DialectRules {
  /** An upgrade that cannot be pushed at once has failed (docs/protocols/thingspanel.md §7.3). */
  readonly offlineFails: boolean
  /** Milliseconds within which a device must acknowledge a notice; undefined: the protocol has no acknowledgement. */
  readonly acknowledgeMs: number | undefined
  /** The notice makes the device query, and the query reports its version, so a repeated notice causes no second installation. */
  readonly noticeCalls?: boolean
  /** Its download server sends the CRC-16 of every piece of a file. */
  readonly pieceCrc16?: boolean
}

/** A message for a device: compact JSON or bytes, and its topic. */
export interface Downlink {
  readonly topic: string
  readonly payload: string | Uint8Array
}

/**
 * One device protocol over MQTT: converts between wire format and domain. Pure: no clock, no store, no socket; never throws,
 * whatever the bytes are.
 */
export interface MqttDialect {
  readonly protocol: Protocol
  /** Reads a login; undefined when it does not have this dialect's form. Another dialect may recognise it. */
  claim(connect: Connect): LoginClaim | undefined
  /** Whether the session receives notices from the login on, without a SUBSCRIBE (LinkSDK's `_ss=1`). */
  listensAtOnce(connect: Connect): boolean
  /** The exact topics of this dialect: those that `read` parses, and those to which the platform sends. */
  topics(device: DeviceIdentity): { readonly publish: readonly string[]; readonly subscribe: readonly string[] }
  /** The device's other topics (properties, events and the like): acknowledged and ignored, never a reason to disconnect it. */
  names(device: DeviceIdentity): TopicNames
  readonly rules: DialectRules
  /** The possible notice topics of a device, the documented one first; the device uses the one it subscribes to. Empty if devices only query. */
  noticeTopics(device: DeviceIdentity): readonly string[]
  /** Reads one message of a device; the topic is one of `topics(device).publish`. */
  read(device: DeviceIdentity, topic: string, payload: Uint8Array): Reading
  /**
   * Writes the notice of an upgrade for the subscribed notice topic; present only if the protocol has notice topics.
   * @param connect the login data of the device, if known.
   */
  notice?(device: DeviceIdentity, offer: UpgradeOffer, topic: string, connect?: Connect): Downlink
  /** Answers a query with the offer, or with "no upgrade"; present only if the protocol has queries. */
  answer?(device: DeviceIdentity, query: Query, offer: UpgradeOffer | undefined, connect?: Connect): Downlink
  /** Answers a request for a piece of a file; present only if the protocol has downloads over MQTT. */
  block?(request: BlockRequest, answer: BlockAnswer): Downlink
  /** For an external broker: wildcard filters that match every uplink topic, and the sender that a topic names. */
  readonly uplinkFilters: readonly string[]
  senderOf(topic: string, payload?: Uint8Array): LoginClaim['who'] | undefined
  /** The notice topic that follows from the device's uplink topic, if any; needed because an external broker does not expose subscriptions. */
  noticeTopicAfter?(device: DeviceIdentity, uplinkTopic: string): string
}
