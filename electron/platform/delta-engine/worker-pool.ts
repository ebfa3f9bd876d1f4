import { Worker } from 'node:worker_threads'
import { DomainError } from '#shared/errors.ts'
import type { FromWorker, WorkerInput } from './worker-messages.ts'

/** Of the thread's own objects; images are outside of it, and checked beforehand. */
const HEAP_MEGABYTES = 1024

type Answer = Extract<FromWorker, { type: 'made' | 'restored' }>

interface RunOptions {
  /**
   * Called when its turn has come, before a thread is started. What it throws is the answer; while other threads run, it is
   * called again when one of them has ended. What it gives back is called when nothing of the thread is left.
   */
  readonly claim: () => () => void
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number) => void) | undefined
}

/** Threads for one job each, never more than so many at once; more jobs wait in the order they came. */
export interface Pool {
  /** @throws DomainError DIFF_*, what `claim` throws, the signal's reason; AbortError after `close`. */
  run(input: WorkerInput, options: RunOptions): Promise<Answer>
  /** Ends what runs, forgets what waits, and waits for all threads. Idempotent. */
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

/** One thread for one job. `exited` settles when nothing of it is left. */
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

  /** Waits for a turn. A turn that nobody wants any more is passed on. */
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

  /** Claims what a job needs: one that finds no room beside others has it once they have ended. */
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
        // The next one begins when its memory is free again; whoever asked need not wait for that.
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
