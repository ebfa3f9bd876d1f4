import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Gate } from './concurrency-limit.ts'
import type { Source } from './download.ts'
import type { FaultKind } from './faults.ts'
import type { Notice, NoticeReading, WantedFile } from './notice.ts'
import type { Timers } from './timers.ts'

/** The identity of a virtual device. */
export interface DeviceCredentials {
  readonly productKey: string
  readonly name: string
  readonly secret: string
  /** ThingsPanel's name for it. */
  readonly accessToken: string
}

/** How a device authenticates: by a signature made with its secret, or in the plainest form that its protocol has. */
export type LoginForm = 'signed' | 'plain'

/** What a device upgrades: a module, and its OneNET members (docs/protocols/onenet.md §6.1: type, manuf, model). */
export interface DeviceModule {
  readonly name: string
  readonly kind: 'FOTA' | 'SOTA'
  readonly vendor: string | null
  readonly model: string | null
}

/** What a device reports; where a protocol has no message for something, nothing is sent. */
export type Report =
  | { readonly kind: 'version'; readonly version: string }
  /** It acknowledges the notice and will upgrade. */
  | { readonly kind: 'acknowledged'; readonly notice: Notice }
  /** Percent downloaded, 1-99. */
  | { readonly kind: 'progress'; readonly percent: number; readonly notice: Notice }
  | { readonly kind: 'downloaded'; readonly notice: Notice }
  /** The download is verified and is being burnt. */
  | { readonly kind: 'burning'; readonly notice: Notice }
  /** Burnt: 100%. */
  | { readonly kind: 'installed'; readonly notice: Notice }
  /** It has restarted and runs the target version. */
  | { readonly kind: 'running'; readonly notice: Notice }
  /** `notice` undefined: the notice could not be read. */
  | {
      readonly kind: 'failure'
      readonly failure: FaultKind
      readonly text: string
      readonly notice: Notice | undefined
    }

/** One device's connection to its platform, by any protocol: all that the state machine knows of the network. */
export interface DeviceLink {
  readonly connected: boolean
  /** Resolves when the platform has received it, if necessary after a reconnect. @throws LinkRefused. */
  say(report: Report): Promise<void>
  /** Queries whether there is an upgrade; a result arrives by `told`. @throws LinkRefused. */
  query(): Promise<void>
  /** Before a download: checks that the platform still wants it. @throws TaskGone, LinkRefused. */
  begin(notice: Notice): Promise<void>
  /** The address of a file; read again at every try, because a repeated notice brings a fresh URL. */
  source(wanted: () => WantedFile): Source
  /** Simulates a short network failure. */
  cut(): void
  /** Disconnects once everything is acknowledged. */
  close(): Promise<void>
}

/** Events of a link; all but `told` may come before it is open. */
interface LinkEvents {
  told(reading: NoticeReading): void
  /** Connected and ready to receive again after a lost connection. */
  restored(): void
  /** The platform is unreachable at the moment; the link tries again. */
  unreachable(error: Error): void
  /** After it was open, the platform refused to let the device reconnect. */
  refused(error: LinkRefused): void
}

/** Connections of the whole fleet. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
  /** For HTTP calls, which must not wait behind downloads. */
  readonly calls: HttpAgent
}

/** The platform's addresses. */
export interface PlatformAddress {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly mqttUrl: string
  /** `http://host:port` */
  readonly httpUrl: string
  /** The certificate authority that devices trust (PEM); undefined: those of the system. */
  readonly ca: string | undefined
}

export interface LinkOptions {
  readonly platform: PlatformAddress
  readonly credentials: DeviceCredentials
  readonly loginForm: LoginForm
  readonly module: DeviceModule
  /** Whether the device queries. */
  readonly queries: boolean
  /** Milliseconds between a lost connection and the next try. */
  readonly reconnectMs: number
  /** Limits how many devices connect at once. */
  readonly gate: Gate
  readonly agents: Agents
  readonly timers: Timers
  /** Numbers the device's messages from 1 on, across reconnects. */
  nextId(): number
}

/**
 * Connects and resolves when the device can receive messages; keeps trying while the platform is unreachable. The signal closes the link
 * at any time, open or not.
 * @throws LinkRefused; the signal's reason
 */
export type OpenLink = (options: LinkOptions, events: LinkEvents, signal: AbortSignal) => Promise<DeviceLink>

/** The platform refused the device itself: another try cannot help. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused'
}

/** The platform no longer wants an upgrade: the device stops it and reports nothing. */
export class TaskGone extends Error {
  override readonly name = 'TaskGone'
}
