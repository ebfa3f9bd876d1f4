import type { DeltaCodec } from './delta-format.ts'
import type { Advice } from './size-advice.ts'

/** A format that is generated here. */
export type MadeFormat = DeltaCodec['name']

export interface MakeJob {
  /** Absolute path of the base image that devices run. */
  readonly before: string
  /** Absolute path of the new image. */
  readonly after: string
  readonly format: MadeFormat
  /** Stops the work at once at any point; `make` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** The completed share, 0-1, never decreasing; 0 while the job waits. */
  readonly onProgress?: ((share: number) => void) | undefined
}

/** A delta that was restored here, and whose result has the SHA-256 of the new image. */
export interface MadeDelta {
  readonly delta: Uint8Array<ArrayBuffer>
  /** Bytes of the delta. */
  readonly size: number
  /** SHA-256 of the delta; lower-case hexadecimal, like those of the images. */
  readonly sha256: string
  readonly before: ImageDigest
  readonly after: ImageDigest
  /** The duration of the work, restore included, without the waiting time. */
  readonly seconds: number
  /** Whether the delta pays. */
  readonly advice: Advice
}

export interface ImageDigest {
  readonly size: number
  readonly sha256: string
}

export interface RestoreJob {
  /** Absolute path of the base image that devices run. */
  readonly before: string
  /** Absolute path of the delta. */
  readonly delta: string
  readonly format: MadeFormat
  /** The maximum size of the output, bytes: the size of the target image. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}
