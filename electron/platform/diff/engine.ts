import type { PatchFormat } from './format.ts'
import type { Advice } from './judgement.ts'

/** A format that is made here. */
export type MadeFormat = PatchFormat['name']

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

/** A patch that was restored here, and whose result had the SHA-256 of the new image. */
export interface MadePatch {
  readonly patch: Uint8Array<ArrayBuffer>
  /** Bytes of the patch. */
  readonly size: number
  /** Of the patch; lower-case hexadecimal, as are those of the images. */
  readonly sha256: string
  readonly before: ImageDigest
  readonly after: ImageDigest
  /** From the start of the work (not of the wait for it) to its end, restore included. */
  readonly seconds: number
  /** Whether the patch pays. */
  readonly advice: Advice
}

export interface ImageDigest {
  readonly size: number
  readonly sha256: string
}

export interface RestoreJob {
  /** Absolute path of the image that devices have. */
  readonly before: string
  /** Absolute path of the patch. */
  readonly patch: string
  readonly format: MadeFormat
  /** Most bytes that may come out; 1 GiB where nothing else is said. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface DiffEngine {
  /**
   * Makes a patch in a worker thread, restores it there and compares; jobs wait for each other.
   * @throws DomainError DIFF_TOO_LARGE (the format cannot take such images), DIFF_MEMORY (this machine cannot),
   * DIFF_NOT_RESTORED (the patch did not lead to the new image: a bug, nothing is offered), DIFF_FAILED (the thread ended);
   * the signal's reason; the system's error for a file that cannot be read.
   */
  make(job: MakeJob): Promise<MadePatch>
  /**
   * Applies a patch made elsewhere, to see whether it leads to an image. Says what came out, not the bytes.
   * @throws as `make`, and DIFF_BAD_PATCH: not a patch of that format for that image.
   */
  restore(job: RestoreJob): Promise<ImageDigest>
  /** Ends all work; what runs or waits rejects with an AbortError. Idempotent. */
  close(): Promise<void>
}

export interface DiffEngineOptions {
  /** Jobs at once; 1 where nothing else is said. More wait. */
  readonly workers?: number | undefined
  /** Bytes of memory that may be used now; asked before every job. */
  readonly freeMemory?: (() => number) | undefined
  /** The program of the thread, where it is not ours. */
  readonly workerUrl?: URL | undefined
}
