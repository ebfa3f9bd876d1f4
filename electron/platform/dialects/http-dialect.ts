import type { Protocol } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { CampaignDefinition, RejectionReason } from '#shared/schema.ts'
import type { JobState } from '#shared/states/job.ts'
import type { TaskReport, UpgradeOffer } from './dialect.ts'

/** A request of a device, read whole. */
export interface HttpRequest {
  /** 32 hex digits, its own. */
  readonly id: string
  readonly method: string
  /** Without the query, as it was sent. */
  readonly path: string
  /** Percent-decoded, `+` left as it is; of a repeated name the first. */
  readonly query: ReadonlyMap<string, string>
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
  /** `host:port` at which the device reaches the station's plain HTTP side. */
  readonly ownAddress: string
}

/** An answer whose bytes are at hand. */
export interface BytesAnswer {
  readonly kind: 'bytes'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Sent without `Content-Length`, in one chunk. */
  readonly chunked?: boolean
  /** Why the request was refused: a short English phrase for the log. */
  readonly refused?: string
  /** The caller did not prove who it is, or is nobody known: such calls are limited. */
  readonly unproven?: boolean
}

/** An answer that carries a file, or the bytes of it from `start` up to but not including `end`. */
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
export interface HttpFile {
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
  /** Whoever proves the product's secret becomes a device of it. */
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
  /** Its campaign lets nothing new begin. */
  readonly held: boolean
  readonly version: string
  /** The version a differential package applies to; null: a full package. */
  readonly base: string | null
  readonly size: number
  readonly md5: string
  /** What its device is to heed by itself. */
  readonly hints: Pick<CampaignDefinition, 'retry' | 'conditions'> | null
}

/** The state of a device's newest task, open or ended. */
export interface HttpNewest {
  readonly state: JobState
  readonly version: string
  /** Why it ended; null: for no reason that a device must learn. */
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
  /** It proved its product's secret. */
  readonly secretless?: boolean
}

/** A download token of the station, and whether it is valid for its task: not expired, and of the present attempt. */
export interface HttpToken {
  readonly task: HttpTask
  readonly valid: boolean
}

/** Everything an HTTP dialect needs from the platform, for the products of its protocol. What a call records is on disk when it resolves. */
export interface DeviceHttp {
  /** Milliseconds since 1970. */
  now(): number
  product(key: string): HttpProduct | undefined
  device(product: HttpProduct, name: string): HttpDevice | undefined
  /** Registers the device, as it proved its product's secret; undefined: the product has reached its limit. */
  register(product: HttpProduct, name: string): Promise<HttpDevice | undefined>
  /** Records that the device is present, and proved who it is. */
  seen(device: HttpDevice): void
  /** Lists a caller who is refused among the rejected logins. */
  rejected?(login: HttpRejectedLogin): void
  versions(device: HttpDevice): readonly HttpVersion[]
  /** Records versions, with what they mean for the modules' tasks. */
  report(device: HttpDevice, versions: readonly Omit<HttpVersion, 'reportedAt'>[]): Promise<void>
  /** Whether a task of the module waits for that version, or counts as not having reached it. */
  awaits(device: HttpDevice, module: string, version: string): boolean
  /** The device's open tasks, one per module at most. */
  tasks(device: HttpDevice): readonly HttpTask[]
  task(id: number): HttpTask | undefined
  /** The newest of the device's tasks in these modules, open or not. */
  newest(device: HttpDevice, modules: readonly string[]): HttpNewest | undefined
  /** A token for the task, good for that many milliseconds from now; the same one as long as the task's attempt lasts. */
  issueToken(task: HttpTask, lifetimeMs: number): Promise<string>
  token(token: string): HttpToken | undefined
  signal(task: HttpTask, signal: HttpSignal): Promise<boolean>
  /** The task as a notice has it, with addresses on the host that this request reached; undefined: its package lost its files. */
  offer(task: HttpTask, request: HttpRequest): UpgradeOffer | undefined
  /** Applies a report to the task that it means, as over MQTT. @returns the module of that task, where the report names another. */
  reported(device: HttpDevice, report: TaskReport): Promise<string | undefined>
  /** The task's file, or why there is none: gone, or not of the size it should have. */
  file(task: HttpTask): Promise<HttpFile | 'missing' | 'wrong size'>
}

/**
 * One device protocol over HTTP: requests to answers. No socket, clock or store of its own; whatever the bytes, it answers.
 */
export interface HttpDialect {
  readonly protocol: Protocol
  /** What its paths begin with, with slashes; several dialects and the station's own downloads may share one. */
  readonly prefixes: readonly string[]
  /** Whether a path with such a beginning is one of this dialect's. */
  takes(path: string): boolean
  handle(request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer>
  /** The answer to a caller that does not prove who it is, whatever is wrong. */
  refuseCaller(request: HttpRequest): BytesAnswer
  /** The answer when `handle` fails by a fault of the station. */
  failed(request: HttpRequest): HttpAnswer
}
