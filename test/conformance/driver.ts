import type { Protocol } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { JobState } from '#shared/states/job.ts'
import type { TestStation } from '../helpers/station.ts'

/** An upgrade as a device is offered it, whatever the protocol's words. */
export interface Offer {
  readonly version: string
  /** MD5, hex, as the platform spelled it. */
  readonly digest: string
  /** A URL, or what the protocol has in its place. */
  readonly locator: string
}

/** What came of a fetch; `bytes` are those of the file when `ok`. */
export interface Fetched {
  readonly ok: boolean
  readonly bytes: Buffer
}

/** Who a device is. */
export interface DeviceCredentials {
  readonly id: number
  readonly productKey: string
  readonly productSecret: string
  readonly name: string
  readonly secret: string
  readonly accessToken: string
}

/** A device of one protocol that does nothing by itself: the suite decides what happens next. Each step resolves when the platform has taken it. */
export interface ConformanceDevice {
  /** Logs in, with another secret than its own where one is given; rejects when it is refused. */
  connect(secret?: string): Promise<void>
  /** Begins to wait for offers, where the protocol has something to wait on. */
  listen(): Promise<void>
  /** Its connection breaks off, and the platform has seen that. */
  leave(): Promise<void>
  report(version: string): Promise<void>
  /** The next offer: as it is pushed, or asked for where nothing is. */
  offered(): Promise<Offer>
  /** Offers that came unasked and were not taken, everything on its way having arrived. */
  unasked(): Promise<number>
  /** Asks; undefined: there is nothing. Rejects where devices cannot. */
  ask(): Promise<Offer | undefined>
  /** Acknowledges the last offer, where the protocol wants that. */
  acknowledge(): Promise<void>
  fetch(offer: Offer): Promise<Fetched>
  /** 1-99. */
  progress(percent: number): Promise<void>
  /** Everything is there and the new image is about to be started. */
  installed(): Promise<void>
  /** By the protocol's own number. */
  fail(code: number, words: string): Promise<void>
  /** Does what its protocol has on another device's topics, in its name and with what it was offered; resolves to how much was let through. */
  trespass(other: DeviceCredentials, theirs: Offer): Promise<number>
}

/** One protocol under test. */
export interface ConformanceProtocol {
  readonly protocol: Protocol
  /** Every failure its devices can report, by number, and what it is to us. */
  readonly failures: readonly (readonly [code: number, reason: JobReason])[]
  /** Devices are told; otherwise they ask. */
  readonly pushes: boolean
  readonly asks: boolean
  /** The state of a job whose device is not there when its campaign starts. */
  readonly absent: JobState
  /** Milliseconds within which an offer must be acknowledged. */
  readonly acknowledgeMs: number | undefined
  /** Milliseconds for which a download is open. */
  readonly downloadMs: number
  /** What the job keeps of a failure's number and words: the protocol may carry no words. */
  kept(code: number, words: string): string
  device(station: TestStation, credentials: DeviceCredentials): ConformanceDevice
}
