import type { ImageDigest, MadeDelta, MadeFormat } from './make-job.ts'

/** The start parameters of the worker thread. Paths are absolute. */
export type WorkerInput =
  | { readonly type: 'make'; readonly format: MadeFormat; readonly before: string; readonly after: string }
  | {
      readonly type: 'restore'
      readonly format: MadeFormat
      readonly before: string
      readonly delta: string
      readonly limit: number
    }

/** The messages of the thread; it ends after `made`, `restored` or `failed`. */
export type FromWorker =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'made'; readonly made: MadeDelta }
  | { readonly type: 'restored'; readonly image: ImageDigest }
  | {
      readonly type: 'failed'
      readonly why: 'bad-patch' | 'unsupported' | 'not-restored' | 'memory' | 'other'
      readonly detail: string
    }
