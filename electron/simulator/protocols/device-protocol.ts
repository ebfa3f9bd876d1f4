import type { FaultKind } from '../faults.ts'

/** Who a virtual device is. */
export interface DeviceCredentials {
  readonly productKey: string
  readonly name: string
  readonly secret: string
}

/** How a device proves itself: by a signature made with its secret, or by the secret itself. */
export type LoginForm = 'signed' | 'plain'

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

/** An upgrade the device was told of; size in bytes, digest in lower-case hex. */
export interface Notice {
  readonly module: string
  readonly version: string
  readonly url: string
  readonly size: number
  readonly algorithm: 'md5' | 'sha256'
  readonly digest: string
}

/** A notice the device can act on, or what it finds wrong with it. */
export type NoticeReading =
  | { readonly ok: true; readonly notice: Notice }
  | { readonly ok: false; readonly refused: string }

/**
 * The device's side of one protocol, written from its documents alone and as strict as deployed clients, so that a
 * mistake on the platform's side shows. Pure: no clock, no socket; reading never throws.
 */
export interface DeviceProtocol {
  login(device: DeviceCredentials, form: LoginForm): Login
  /** The topic to subscribe to for notices. */
  noticeTopic(device: DeviceCredentials): string
  /** @param messageId unique per device, counted up from 1 */
  versionReport(device: DeviceCredentials, messageId: number, module: string, version: string): UplinkMessage
  /** @param percent 1-100 */
  progress(device: DeviceCredentials, messageId: number, module: string, percent: number): UplinkMessage
  failure(device: DeviceCredentials, messageId: number, module: string, kind: FaultKind, words: string): UplinkMessage
  readNotice(payload: Uint8Array): NoticeReading
}
