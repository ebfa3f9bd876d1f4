import { parentPort, workerData } from 'node:worker_threads'
import { type DatabaseAnswer, type DatabaseJob, runDatabaseJob } from './database-job.ts'

/** The last message of the thread. */
export type DatabaseOutcome =
  | { readonly answer: DatabaseAnswer }
  | { readonly fault: { readonly message: string; readonly code: string | undefined } }

const outcome = async (): Promise<DatabaseOutcome> => {
  try {
    return { answer: await runDatabaseJob(workerData as DatabaseJob) }
  } catch (error) {
    // An error of the native module loses its code when it is passed to another thread.
    const { message, code } = error as Error & { code?: string }
    return { fault: { message, code } }
  }
}

parentPort?.postMessage(await outcome())
