import { stat } from 'node:fs/promises'
import { DomainError } from '#shared/errors.ts'
import { inMegabytes, refuseTooLarge, workBytes } from './format-limits.ts'
import type { ImageDigest, MadeDelta, MadeFormat, MakeJob, RestoreJob } from './make-job.ts'
import { memoryToMake, memoryToRestore } from './memory-need.ts'
import { createPool } from './worker-pool.ts'

export { refuseTooLarge, takesSizes, workBytes } from './format-limits.ts'
export type { ImageDigest, MadeDelta, MadeFormat, MakeJob, RestoreJob } from './make-job.ts'

export interface DeltaEngine {
  /**
   * Generates a delta in a worker thread, restores it there and compares the result; jobs wait for each other.
   * @throws DomainError DIFF_TOO_LARGE (the format does not support images of that size), DIFF_MEMORY (this computer has too
   * little memory), DIFF_OUT_OF_MEMORY (the memory ran out during the work), DIFF_NOT_RESTORED (the delta did not produce the new
   * image: a bug, no delta is offered), DIFF_FAILED (the thread ended); the signal's reason; the system's error for a file that
   * cannot be read.
   */
  make(job: MakeJob): Promise<MadeDelta>
  /**
   * Applies an externally made delta, to check whether it produces an image. Returns the size and digest of the result, not its
   * bytes.
   * @throws as `make`, and DIFF_BAD_PATCH: not a delta of that format for that image.
   */
  restore(job: RestoreJob): Promise<ImageDigest>
  /** Whether there is enough memory now to generate such a delta beside the current work. @param before, after sizes of the images (bytes) */
  hasRoom(format: MadeFormat, before: number, after: number): boolean
  /** Ends all work; running and waiting jobs reject with an AbortError. Idempotent. */
  close(): Promise<void>
}

export interface DeltaEngineOptions {
  /** The number of concurrent jobs; default 1. Further jobs wait. */
  readonly workers?: number | undefined
  /** Bytes of memory that this computer has free now; queried before every job. */
  readonly freeMemory?: (() => number) | undefined
  /** The maximum memory that a job may be expected to need, bytes; default: the free memory. */
  readonly memoryLimit?: number | undefined
  /** The program of the thread, when it is not the default one. */
  readonly workerUrl?: URL | undefined
}

/** Next to this file both as source and in Vite's bundle. The path is not one literal, because bundlers would rewrite it. */
const workerFile = import.meta.url.endsWith('.ts') ? './worker.ts' : './diff-worker.js'

/** Generates deltas in separate threads, so that they block nothing here; every job has a new thread, and frees all of its memory at the end. */
export const createDeltaEngine = ({
  workers = 1,
  freeMemory = () => process.availableMemory(),
  memoryLimit = Number.POSITIVE_INFINITY,
  workerUrl = new URL(workerFile, import.meta.url),
}: DeltaEngineOptions = {}): DeltaEngine => {
  const pool = createPool(workers, workerUrl)

  /**
   * The memory that the current jobs may still need. A part of it is already allocated and counted twice: it is better to
   * underestimate the free memory than to overestimate it.
   */
  let promised = 0
  const free = (): number => Math.max(0, Math.min(freeMemory(), memoryLimit) - promised)

  const claim = (needed: number) => (): (() => void) => {
    const left = free()
    if (needed > left) throw new DomainError('DIFF_MEMORY', { needed: inMegabytes(needed), free: inMegabytes(left) })
    promised += needed
    return () => {
      promised -= needed
    }
  }

  const toMake = (format: MadeFormat, before: number, after: number): number =>
    memoryToMake(format, workBytes(format, before), workBytes(format, after))

  return {
    async make({ before, after, format, signal, onProgress }) {
      signal?.throwIfAborted()
      const [old, next] = await Promise.all([stat(before), stat(after)])
      refuseTooLarge(format, [old.size, next.size])
      const needed = toMake(format, old.size, next.size)
      const options = { claim: claim(needed), signal, onProgress }
      const answer = await pool.run({ type: 'make', format, before, after }, options)
      if (answer.type !== 'made') throw new DomainError('DIFF_FAILED', { detail: answer.type })
      return answer.made
    },
    async restore({ before, delta, format, limit, signal }) {
      signal?.throwIfAborted()
      const [old, written] = await Promise.all([stat(before), stat(delta)])
      refuseTooLarge(format, [old.size, limit])
      const needed = memoryToRestore(format, workBytes(format, old.size), written.size, workBytes(format, limit))
      const answer = await pool.run({ type: 'restore', format, before, delta, limit }, { claim: claim(needed), signal })
      if (answer.type !== 'restored') throw new DomainError('DIFF_FAILED', { detail: answer.type })
      return answer.image
    },
    hasRoom: (format, before, after) => toMake(format, before, after) <= free(),
    close: pool.close,
  }
}
