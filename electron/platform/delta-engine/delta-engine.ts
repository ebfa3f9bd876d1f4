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
   * Makes a delta in a worker thread, restores it there and compares; jobs wait for each other.
   * @throws DomainError DIFF_TOO_LARGE (the format cannot take such images), DIFF_MEMORY (this machine cannot), DIFF_OUT_OF_MEMORY (it could not after all),
   * DIFF_NOT_RESTORED (the delta did not lead to the new image: a bug, nothing is offered), DIFF_FAILED (the thread ended);
   * the signal's reason; the system's error for a file that cannot be read.
   */
  make(job: MakeJob): Promise<MadeDelta>
  /**
   * Applies a patch made elsewhere, to see whether it leads to an image. Says what came out, not the bytes.
   * @throws as `make`, and DIFF_BAD_PATCH: not a patch of that format for that image.
   */
  restore(job: RestoreJob): Promise<ImageDigest>
  /** Whether there is memory now to make such a delta beside what is being worked on. @param before, after sizes of the images (bytes) */
  hasRoom(format: MadeFormat, before: number, after: number): boolean
  /** Ends all work; what runs or waits rejects with an AbortError. Idempotent. */
  close(): Promise<void>
}

export interface DeltaEngineOptions {
  /** Jobs at once; 1 where nothing else is said. More wait. */
  readonly workers?: number | undefined
  /** Bytes of memory that this machine has to spare now; asked before every job. */
  readonly freeMemory?: (() => number) | undefined
  /** Most bytes of memory that a job may be expected to take; no more than what is free where nothing is said. */
  readonly memoryLimit?: number | undefined
  /** The program of the thread, where it is not ours. */
  readonly workerUrl?: URL | undefined
}

/** Beside us as source, or as the bundle that Vite makes of it. Not written as one literal, which bundlers would rewrite. */
const workerFile = import.meta.url.endsWith('.ts') ? './worker.ts' : './diff-worker.js'

/** Makes deltas in threads of their own, so that nothing here is held up by them; every job has a new one, and gives back all of its memory. */
export const createDeltaEngine = ({
  workers = 1,
  freeMemory = () => process.availableMemory(),
  memoryLimit = Number.POSITIVE_INFINITY,
  workerUrl = new URL(workerFile, import.meta.url),
}: DeltaEngineOptions = {}): DeltaEngine => {
  const pool = createPool(workers, workerUrl)

  /** What the jobs under way may come to take. Some of it they have taken already, and is counted twice: rather too little is free than too much. */
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
