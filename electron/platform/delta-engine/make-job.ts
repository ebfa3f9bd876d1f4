import type { DeltaCodec } from './delta-format.ts'
import type { Advice } from './size-advice.ts'

/** A format that is made here. */
export type MadeFormat = DeltaCodec['name']

export interface MakeJob {
  /** Absolute path of the image that devices have. */
  readonly before: string
  /** Absolute path of the image that they shall have. */
  readonly after: string
  readonly format: MadeFormat
  /** Ends the work at once, wherever it is; `make` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Share of the work that is done, 0-1, never falling; 0 while the job waits for its turn. */
  readonly onProgress?: ((share: number) => void) | undefined
}

/** A delta that was restored here, and whose result had the SHA-256 of the new image. */
export interface MadeDelta {
  readonly delta: Uint8Array<ArrayBuffer>
  /** Bytes of the delta. */
  readonly size: number
  /** Of the delta; lower-case hexadecimal, as are those of the images. */
  readonly sha256: string
  readonly before: ImageDigest
  readonly after: ImageDigest
  /** From the start of the work (not of the wait for it) to its end, restore included. */
  readonly seconds: number
  /** Whether the delta pays. */
  readonly advice: Advice
}

export interface ImageDigest {
  readonly size: number
  readonly sha256: string
}

export interface RestoreJob {
  /** Absolute path of the image that devices have. */
  readonly before: string
  /** Absolute path of the delta. */
  readonly delta: string
  readonly format: MadeFormat
  /** Most bytes that may come out: the size of the image it is to lead to. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}
