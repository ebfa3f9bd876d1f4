import type { DeviceCredentials, LoginForm } from '../device-link.ts'
import type { FaultKind } from '../faults.ts'
import type { FileSource, NoticeReading } from '../notice.ts'

/** MQTT CONNECT, as the device fills it in. */
export interface Login {
  readonly clientId: string
  readonly username: string
  readonly password: string
}

/** A message of the device, to be published at QoS 1. */
export interface UplinkMessage {
  readonly topic: string
  readonly payload: string
}

/** How devices query for an upgrade. */
interface Questions {
  /** The topic of the answer. */
  replyTopic(device: DeviceCredentials): string
  question(device: DeviceCredentials, messageId: number, module: string): UplinkMessage
  readAnswer(payload: Uint8Array): NoticeReading | 'nothing'
}

/** A part of a file as received; `offset` and lengths in bytes. */
export type BlockReading =
  | {
      readonly ok: true
      readonly id: string
      readonly bytes: Buffer
      readonly offset: number
      readonly fileLength: number
    }
  /** The platform refused; `code` is the platform's own. */
  | { readonly ok: false; readonly id: string; readonly refused: string }
  /** Damaged in transfer, or not an answer at all. */
  | undefined

/** How files are transferred block by block. */
export interface Blocks {
  /** Bytes of one request. */
  readonly size: number
  replyTopic(device: DeviceCredentials): string
  request(
    device: DeviceCredentials,
    messageId: number,
    from: FileSource & { kind: 'blocks' },
    offset: number,
  ): UplinkMessage
  /** Never throws. */
  readBlock(payload: Uint8Array): BlockReading
}

/**
 * The device's side of one MQTT protocol, written only from its documents and as strict as deployed clients, so that an error on the
 * platform's side shows. Pure: no clock, no socket; reading never throws.
 */
export interface MqttProtocol {
  login(device: DeviceCredentials, form: LoginForm): Login
  /** The topic to subscribe to for notices. */
  noticeTopic(device: DeviceCredentials): string
  /** @param messageId unique per device, counted up from 1 */
  versionReport(device: DeviceCredentials, messageId: number, module: string, version: string): UplinkMessage
  /** @param percent 1-100; 100 is installed */
  progress(device: DeviceCredentials, messageId: number, module: string, percent: number): UplinkMessage
  failure(device: DeviceCredentials, messageId: number, module: string, kind: FaultKind, text: string): UplinkMessage
  readNotice(payload: Uint8Array): NoticeReading
  /** Only where notices must be acknowledged; `noticeId` is the notice's own. */
  acknowledgement?(device: DeviceCredentials, noticeId: string): UplinkMessage
  /** Only where the protocol has a message for it. */
  downloaded?(device: DeviceCredentials, messageId: number): UplinkMessage
  burning?(device: DeviceCredentials, messageId: number): UplinkMessage
  readonly questions?: Questions
  readonly blocks?: Blocks
}
