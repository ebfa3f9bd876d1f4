import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { brotliCompressSync, constants } from 'node:zlib'
import { deltaFaultDetail } from '#shared/delta-faults.ts'
import { BadDeltaError, type DeltaCodec, UnsupportedImageError } from './delta-format.ts'
import { deltaCodecs } from './delta-formats.ts'
import type { ImageDigest } from './make-job.ts'
import { adviseOn } from './size-advice.ts'
import type { FromWorker, WorkerInput } from './worker-messages.ts'

/** The share of the progress for generating; restoring and rating take the rest. */
const MAKE_SHARE = 0.85
const RESTORE_SHARE = 0.95

/** The smallest progress step that is reported. */
const TOLD_STEP = 0.005

/** A priority for setpriority(2): below all other work, above idle. */
const NICE = 10

if (!parentPort) throw new Error('to be run as a worker thread')
const port = parentPort
const input = workerData as WorkerInput

/**
 * Lowers the priority below all other work of the station. On Linux that affects only the calling thread (setpriority(2), bugs);
 * elsewhere it would slow down the whole station. A station that was started with a lower priority keeps it, because only a
 * privileged process may raise a priority.
 */
const stepBack = (): void => {
  if (process.platform !== 'linux' || getPriority() >= NICE) return
  try {
    setPriority(NICE)
  } catch {
    // A sandbox may forbid the call; the delta is generated all the same.
  }
}
stepBack()

const tell = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(message, transfer)

let told = 0
const progress = (share: number): void => {
  if (share < told + TOLD_STEP) return
  told = share
  tell({ type: 'progress', share })
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const digestOf = (image: Uint8Array): ImageDigest => ({ size: image.length, sha256: sha256(image) })

/** A plain array: JavaScript engines compile code for one kind of array better than for two. */
const read = (path: string): Uint8Array => {
  const { buffer, byteOffset, length } = readFileSync(path)
  return new Uint8Array(buffer, byteOffset, length)
}

/** The best compression that Node offers in negligible time: about an eighth larger than `xz -9`, which is exact enough for the advice. */
const compressedSize = (image: Uint8Array): number =>
  brotliCompressSync(image, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  }).length

const make = async (format: DeltaCodec, job: Extract<WorkerInput, { type: 'make' }>): Promise<void> => {
  const started = performance.now()
  const before = read(job.before)
  const after = read(job.after)
  const target = digestOf(after)
  const made = await format.make(before, after, { onProgress: (share) => progress(share * MAKE_SHARE) })
  // A separate buffer, so that it can be transferred without a copy.
  const delta = new Uint8Array(made)
  progress(MAKE_SHARE)
  const restored = await format.restore(before, delta, after.length).catch((error: unknown) => error)
  if (!(restored instanceof Uint8Array) || sha256(restored) !== target.sha256) {
    const detail = restored instanceof Error ? restored.message : deltaFaultDetail('RESULT_DIFFERS')
    tell({ type: 'failed', why: 'not-restored', detail })
    return
  }
  progress(RESTORE_SHARE)
  const advice = adviseOn(after, delta.length, compressedSize(after))
  const seconds = (performance.now() - started) / 1000
  const { size, sha256: digest } = digestOf(delta)
  const answer = { delta, size, sha256: digest, before: digestOf(before), after: target, seconds, advice }
  tell({ type: 'made', made: answer }, [delta.buffer])
}

const restore = async (format: DeltaCodec, job: Extract<WorkerInput, { type: 'restore' }>): Promise<void> => {
  const image = await format.restore(read(job.before), read(job.delta), job.limit)
  tell({ type: 'restored', image: digestOf(image) })
}

try {
  const format = deltaCodecs[input.format]
  await (input.type === 'make' ? make(format, input) : restore(format, input))
} catch (error) {
  const detail = error instanceof Error ? error.message : String(error)
  const why =
    error instanceof BadDeltaError
      ? 'bad-patch'
      : error instanceof UnsupportedImageError
        ? 'unsupported'
        : /allocation failed|Cannot create a/i.test(detail)
          ? 'memory'
          : 'other'
  tell({ type: 'failed', why, detail })
}
