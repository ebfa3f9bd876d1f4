import type { Protocol } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { CampaignDefinition, RejectionReason } from '#shared/schema.ts'
import type { JobState } from '#shared/states/job.ts'
import type { TaskReport, UpgradeOffer } from './dialect.ts'

/** A complete request of a device. */
export interface HttpRequest {
  /** Unique id of the request, 32 hex digits. */
  readonly id: string
  readonly method: string
  /** The path without the query, as sent. */
  readonly path: string
  /** Percent-decoded, `+` unchanged; the first value of a repeated name counts. */
  readonly query: ReadonlyMap<string, string>
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
  /** `host:port` at which the device reaches the station's plain HTTP side. */
  readonly ownAddress: string
}

/** An answer whose bytes are in memory. */
export interface BytesAnswer {
  readonly kind: 'bytes'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Sent without `Content-Length`, in one chunk. */
  readonly chunked?: boolean
  /** Why the request was refused: a short English phrase for the log. */
  readonly refused?: string
  /** The caller is unknown or not authenticated: such calls are rate-limited. */
  readonly unproven?: boolean
}

/** An answer with a file, or with its bytes from `start` up to but not including `end`. */
export interface FileAnswer {
  readonly kind: 'file'
  readonly status: 200 | 206
  /** `Content-Length` is added. */
  readonly headers: Readonly<Record<string, string>>
  readonly file: HttpFile
  readonly start: number
  readonly end: number
}

export type HttpAnswer = BytesAnswer | FileAnswer

/** A complete file in the store. Size in bytes, digest in lower-case hex. */
interface HttpFile {
  /** The task that it belongs to. */
  readonly taskId: number
  readonly name: string
  readonly path: string
  readonly size: number
  readonly sha256: string
}

export interface HttpProduct {
  readonly id: number
  readonly key: string
  readonly secret: string
  /** A caller that proves the product's secret is registered as a device. */
  readonly autoRegister: boolean
  readonly modules: readonly HttpModule[]
}

export interface HttpModule {
  readonly name: string
  readonly kind: 'FOTA' | 'SOTA'
  readonly vendor: string | null
  readonly model: string | null
}

export interface HttpDevice {
  readonly id: number
  readonly productId: number
  readonly name: string
  readonly secret: string
}

export interface HttpVersion {
  readonly module: string
  readonly version: string
  /** Milliseconds since 1970. */
  readonly reportedAt: number
}

/** A job, as a device that queries over HTTP sees it. */
export interface HttpTask {
  readonly id: number
  readonly deviceId: number
  readonly module: string
  readonly state: JobState
  readonly attempt: number
  /** Its campaign does not allow new upgrades to begin. */
  readonly held: boolean
  readonly version: string
  /** The base version of a delta package; null for a full package. */
  readonly base: string | null
  readonly size: number
  readonly md5: string
  /** Upgrade conditions that the device itself applies. */
  readonly hints: Pick<CampaignDefinition, 'retry' | 'conditions'> | null
}

/** The state of a device's newest task, open or ended. */
interface HttpNewest {
  readonly state: JobState
  readonly version: string
  /** Why it ended; null when the device does not need the reason. */
  readonly reason: string | null
}

/** What a device's call means for its task. */
export type HttpSignal =
  | { readonly kind: 'notified' }
  | { readonly kind: 'fetching' }
  | { readonly kind: 'progress'; readonly percent: number; readonly text: undefined }
  | { readonly kind: 'failure'; readonly reason: JobReason; readonly text: string | undefined }

/** A caller who is refused, as far as the call identifies it. */
export interface HttpRejectedLogin {
  readonly productKey: string
  readonly deviceName: string
  readonly productId?: number | undefined
  readonly deviceId?: number | undefined
  readonly reason: RejectionReason
  /** The caller proved its product's secret. */
  readonly secretless?: boolean
}

/** A download token of the station, and whether it is valid: not expired, and issued for the current attempt. */
interface HttpToken {
  readonly task: HttpTask
  readonly valid: boolean
}

/** Everything an HTTP dialect needs from the platform, for the products of its protocol. A call resolves when its changes are on disk. */
export interface DeviceHttp {
  /** Milliseconds since 1970. */
  now(): number
  product(key: string): HttpProduct | undefined
  device(product: HttpProduct, name: string): HttpDevice | undefined
  /** Registers a device that proved its product's secret; undefined when the product has reached its limit. */
  register(product: HttpProduct, name: string): Promise<HttpDevice | undefined>
  /** Records that the device is present and authenticated. */
  seen(device: HttpDevice): void
  /** Lists a caller who is refused among the rejected logins. */
  rejected?(login: HttpRejectedLogin): void
  versions(device: HttpDevice): readonly HttpVersion[]
  /** Records versions and applies them to the tasks of the modules. */
  report(device: HttpDevice, versions: readonly Omit<HttpVersion, 'reportedAt'>[]): Promise<void>
  /** Whether a task of the module waits for that version, or counts as not having reached it. */
  awaits(device: HttpDevice, module: string, version: string): boolean
  /** The device's open tasks, one per module at most. */
  tasks(device: HttpDevice): readonly HttpTask[]
  task(id: number): HttpTask | undefined
  /** The newest of the device's tasks in these modules, open or not. */
  newest(device: HttpDevice, modules: readonly string[]): HttpNewest | undefined
  /** A token for the task, valid for that many milliseconds from now; it stays the same during one attempt. */
  issueToken(task: HttpTask, lifetimeMs: number): Promise<string>
  token(token: string): HttpToken | undefined
  signal(task: HttpTask, signal: HttpSignal): Promise<boolean>
  /** The offer of the task, with URLs on the host that this request reached; undefined when its package lost its files. */
  offer(task: HttpTask, request: HttpRequest): UpgradeOffer | undefined
  /** Applies a report to its task, as over MQTT. @returns the module of that task, if the report names another. */
  reported(device: HttpDevice, report: TaskReport): Promise<string | undefined>
  /** The task's file, or why there is none: missing, or of the wrong size. */
  file(task: HttpTask): Promise<HttpFile | 'missing' | 'wrong size'>
}

/**
 * One device protocol over HTTP: maps requests to answers. It has no socket, clock or store, and answers every request, valid or not.
 */
export interface HttpDialect {
  readonly protocol: Protocol
  /** Prefixes of its paths, with slashes; several dialects and the station's own downloads may share one. */
  readonly prefixes: readonly string[]
  /** Whether a path with such a prefix belongs to this dialect. */
  takes(path: string): boolean
  handle(request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer>
  /** The answer to a caller that is not authenticated, for any reason. */
  refuseCaller(request: HttpRequest): BytesAnswer
  /** The answer when `handle` fails because of an internal error of the station. */
  failed(request: HttpRequest): HttpAnswer
}
