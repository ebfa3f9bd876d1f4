import { Worker } from 'node:worker_threads'
import type { DatabaseAnswer, DatabaseJob } from './database-job.ts'
import type { DatabaseOutcome } from './database-worker.ts'

/** Next to this file both as source and in Vite's bundle. The path is not one literal, because bundlers would rewrite it. */
const workerFile = import.meta.url.endsWith('.ts') ? './database-worker.ts' : './database-worker.js'

/** An error of a database thread, with the code of SQLite or of the operating system. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault'
  readonly code: string | undefined

  constructor(message: string, code: string | undefined) {
    super(message)
    this.code = code
  }
}

/**
 * Runs a job in its own thread, so that the thread that serves devices is never blocked.
 * @throws DatabaseFault; the signal's reason once the thread has ended.
 */
export const inDatabaseThread = async (job: DatabaseJob, signal?: AbortSignal): Promise<DatabaseAnswer> => {
  signal?.throwIfAborted()
  const worker = new Worker(new URL(workerFile, import.meta.url), { workerData: job, name: 'database' })
  const end = (): void => void worker.terminate()
  signal?.addEventListener('abort', end, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', (outcome: DatabaseOutcome) => {
        if ('answer' in outcome) resolve(outcome.answer)
        else reject(new DatabaseFault(outcome.fault.message, outcome.fault.code))
      })
      worker.once('error', reject)
      worker.once('exit', () =>
        reject(signal?.reason ?? new DatabaseFault('the thread of the database ended', undefined)),
      )
    })
  } finally {
    signal?.removeEventListener('abort', end)
  }
}
