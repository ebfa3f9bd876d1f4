import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Gate } from './concurrency-limit.ts'
import type { Source } from './download.ts'
import type { FaultKind } from './faults.ts'
import type { Notice, NoticeReading, WantedFile } from './notice.ts'
import type { Timers } from './timers.ts'

/** Who a virtual device is. */
export interface DeviceCredentials {
  readonly productKey: string
  readonly name: string
  readonly secret: string
  /** ThingsPanel's name for it. */
  readonly accessToken: string
}

/** How a device proves itself: by something made with its secret, or in the plainest way that its protocol knows. */
export type LoginForm = 'signed' | 'plain'

/** What a device upgrades: a module, and what OneNET says of it (docs/protocols/onenet.md §6.1: type, manuf, model). */
export interface DeviceModule {
  readonly name: string
  readonly kind: 'FOTA' | 'SOTA'
  readonly vendor: string | null
  readonly model: string | null
}

/** What a device says; a protocol that has no word for something sends nothing. */
export type Report =
  | { readonly kind: 'version'; readonly version: string }
  /** It has taken note, and will upgrade. */
  | { readonly kind: 'acknowledged'; readonly notice: Notice }
  /** Percent downloaded, 1-99. */
  | { readonly kind: 'progress'; readonly percent: number; readonly notice: Notice }
  | { readonly kind: 'downloaded'; readonly notice: Notice }
  /** What was downloaded is right, and is being burnt. */
  | { readonly kind: 'burning'; readonly notice: Notice }
  /** Burnt: 100 %. */
  | { readonly kind: 'installed'; readonly notice: Notice }
  /** Restarted, and it runs what it was to run. */
  | { readonly kind: 'running'; readonly notice: Notice }
  /** `notice` undefined: it could not be read. */
  | {
      readonly kind: 'failure'
      readonly failure: FaultKind
      readonly text: string
      readonly notice: Notice | undefined
    }

/** One device's way to its platform, by whatever protocol: all that the state machine knows of the wire. */
export interface DeviceLink {
  readonly connected: boolean
  /** Resolves when the platform has it, if need be after the way was lost and found again. @throws LinkRefused. */
  say(report: Report): Promise<void>
  /** Queries whether there is an upgrade; what comes of it is `told`. @throws LinkRefused. */
  query(): Promise<void>
  /** Before a download: whether the platform still wants it. @throws TaskGone, LinkRefused. */
  begin(notice: Notice): Promise<void>
  /** Where to fetch a file; looked at anew at every try, as a notice repeated meanwhile brings a fresh URL. */
  source(wanted: () => WantedFile): Source
  /** The network fails for a moment. */
  cut(): void
  /** Takes leave once everything is acknowledged. */
  close(): Promise<void>
}

/** What happens on a link; all but `told` may come before it is open. */
export interface LinkEvents {
  told(reading: NoticeReading): void
  /** Connected and listening again after the connection was lost. */
  restored(): void
  /** The platform cannot be reached just now; it is tried again. */
  unreachable(error: Error): void
  /** After it was open, the platform refused to take the device back. */
  refused(error: LinkRefused): void
}

/** Connections of the whole fleet. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
  /** For calls, which must not wait behind downloads. */
  readonly calls: HttpAgent
}

/** Where the platform is. */
export interface PlatformAddress {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly mqttUrl: string
  /** `http://host:port` */
  readonly httpUrl: string
  /** The authority that devices trust (PEM); undefined: those of the system. */
  readonly ca: string | undefined
}

export interface LinkOptions {
  readonly platform: PlatformAddress
  readonly credentials: DeviceCredentials
  readonly loginForm: LoginForm
  readonly module: DeviceModule
  /** Whether the device queries. */
  readonly queries: boolean
  /** Milliseconds from a lost connection to the next try. */
  readonly reconnectMs: number
  /** How many devices may be connecting at once. */
  readonly gate: Gate
  readonly agents: Agents
  readonly timers: Timers
  /** Numbers the device's messages from 1 on, whatever link it has. */
  nextId(): number
}

/**
 * Connects and resolves when the device is listening; keeps trying while the platform cannot be reached. The signal closes the
 * link at any time, open or not.
 * @throws LinkRefused; the signal's reason
 */
export type OpenLink = (options: LinkOptions, events: LinkEvents, signal: AbortSignal) => Promise<DeviceLink>

/** The platform answered no to the device itself: trying again is of no use. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused'
}

/** The platform no longer wants an upgrade: the device leaves it, without a word. */
export class TaskGone extends Error {
  override readonly name = 'TaskGone'
}
