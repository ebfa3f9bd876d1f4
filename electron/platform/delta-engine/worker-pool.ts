import { Worker } from 'node:worker_threads'
import { DomainError } from '#shared/errors.ts'
import type { FromWorker, WorkerInput } from './worker-messages.ts'

/** Memory for the thread's own objects; images are outside of it, and are checked beforehand. */
const HEAP_MEGABYTES = 1024

type Answer = Extract<FromWorker, { type: 'made' | 'restored' }>

interface RunOptions {
  /**
   * Called when the job's turn has come, before a thread is started. An exception rejects the job; while other threads run, it is
   * called again when one of them has ended. The returned function is called when the thread has ended completely.
   */
  readonly claim: () => () => void
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number) => void) | undefined
}

/** One thread per job, never more than the maximum at once; further jobs wait in order of arrival. */
interface Pool {
  /** @throws DomainError DIFF_*, what `claim` throws, the signal's reason; AbortError after `close`. */
  run(input: WorkerInput, options: RunOptions): Promise<Answer>
  /** Stops running jobs, drops waiting ones, and waits for all threads. Idempotent. */
  close(): Promise<void>
}

const failure = ({ why, detail }: Extract<FromWorker, { type: 'failed' }>): DomainError => {
  if (why === 'bad-patch') return new DomainError('DIFF_BAD_PATCH', { detail })
  if (why === 'unsupported') return new DomainError('DIFF_UNSUPPORTED', { detail })
  if (why === 'not-restored') return new DomainError('DIFF_NOT_RESTORED', { detail })
  return why === 'memory' ? new DomainError('DIFF_OUT_OF_MEMORY') : new DomainError('DIFF_FAILED', { detail })
}

const crash = (error: unknown): DomainError =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new DomainError('DIFF_OUT_OF_MEMORY', {}, { cause: error })
    : new DomainError('DIFF_FAILED', { detail: error instanceof Error ? error.message : String(error) })

/** One thread for one job. `exited` settles when the thread has ended completely. */
const launch = (url: URL, input: WorkerInput, onProgress: RunOptions['onProgress']) => {
  const answer = Promise.withResolvers<Answer>()
  const exited = Promise.withResolvers<void>()
  const worker = new Worker(url, {
    workerData: input,
    name: 'diff',
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  })
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'progress') onProgress?.(message.share)
    else if (message.type === 'failed') answer.reject(failure(message))
    else answer.resolve(message)
  })
  worker.on('error', (error: unknown) => answer.reject(crash(error)))
  worker.on('exit', (code) => {
    answer.reject(new DomainError('DIFF_FAILED', { detail: `exit ${code}` }))
    exited.resolve()
  })
  return { answer: answer.promise, exited: exited.promise, end: () => void worker.terminate() }
}

export const createPool = (size: number, url: URL): Pool => {
  const closing = new AbortController()
  const waiting: (() => void)[] = []
  const threads = new Set<Promise<void>>()
  let busy = 0

  const leave = (): void => {
    busy--
    waiting.shift()?.()
  }

  /** Waits for a turn. A turn that is no longer needed is passed on. */
  const enter = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (busy < size) {
      busy++
      return
    }
    const turn = Promise.withResolvers<void>()
    const come = (): void => {
      busy++
      turn.resolve()
    }
    const giveUp = (): void => {
      const place = waiting.indexOf(come)
      if (place >= 0) waiting.splice(place, 1)
      turn.reject(signal.reason)
    }
    waiting.push(come)
    signal.addEventListener('abort', giveUp, { once: true })
    await turn.promise.finally(() => signal.removeEventListener('abort', giveUp))
  }

  /** Claims the resources of a job: a job that finds too little beside others tries again when they have ended. */
  const roomFor = async (claim: RunOptions['claim'], ended: Promise<never>): Promise<() => void> => {
    for (;;) {
      try {
        return claim()
      } catch (error) {
        if (threads.size === 0) throw error
        await Promise.race([...threads, ended])
      }
    }
  }

  return {
    async run(input, { claim, signal: own, onProgress }) {
      const signal = own ? AbortSignal.any([own, closing.signal]) : closing.signal
      await enter(signal)
      let exited: Promise<void> = Promise.resolve()
      let giveBack = (): void => {}
      const ended = Promise.withResolvers<never>()
      ended.promise.catch(() => {})
      let endThread = (): void => {}
      const end = (): void => {
        endThread()
        ended.reject(signal.reason)
      }
      signal.addEventListener('abort', end, { once: true })
      try {
        signal.throwIfAborted()
        giveBack = await roomFor(claim, ended.promise)
        signal.throwIfAborted()
        const thread = launch(url, input, onProgress)
        endThread = thread.end
        exited = thread.exited
        threads.add(exited)
        return await Promise.race([thread.answer, ended.promise])
      } finally {
        signal.removeEventListener('abort', end)
        // The next job begins when the memory is free again; the caller need not wait for that.
        void exited.then(() => {
          threads.delete(exited)
          giveBack()
          leave()
        })
      }
    },
    async close() {
      closing.abort(new DOMException('the diff engine was closed', 'AbortError'))
      await Promise.all(threads)
    },
  }
}
