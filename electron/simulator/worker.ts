import { parentPort, workerData } from 'node:worker_threads'
import { createFleet, type FleetOptions, type FleetStatus } from './fleet.ts'

/** The input of the worker, and the messages that follow. */
export type WorkerInput = FleetOptions
export type FromWorker = { readonly type: 'status'; readonly status: FleetStatus }
export type ToWorker = { readonly type: 'stop' }

/** Milliseconds between two status messages. */
const STATUS_MS = 500

if (!parentPort) throw new Error('to be run as a worker thread')
const port = parentPort
const fleet = createFleet(workerData as WorkerInput)

const tell = () => port.postMessage({ type: 'status', status: fleet.status() } satisfies FromWorker)
const telling = setInterval(tell, STATUS_MS)

port.on('message', async (_stop: ToWorker) => {
  clearInterval(telling)
  await fleet.stop()
  tell()
  // Nothing is left to do: the thread ends by itself.
  port.close()
})

tell()
await fleet.start()
