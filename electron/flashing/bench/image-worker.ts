import { parentPort, workerData } from 'node:worker_threads'
import { families } from '../families/index.ts'
import { FlashError } from '../flasher.ts'
import { type Inspection, inspectionsOf } from '../images/image-inspection.ts'
import { type ImageJob, type ReadImages, readImages } from './image-job.ts'

/** The thread's answer. */
export type ImageAnswer =
  | { readonly read: ReadImages; readonly inspections: readonly Inspection[] }
  | { readonly refused: { readonly code: string; readonly data: FlashError['data'] } }

const answer = async (): Promise<void> => {
  try {
    const job = workerData as ImageJob
    const read = await readImages(job, families[job.target].images)
    // Buffers are transferred instead of copied; regions of one file share its buffer.
    const buffers = new Set(read.regions.map(({ bytes }) => bytes.buffer as ArrayBuffer))
    const inspections = inspectionsOf(read.regions)
    parentPort?.postMessage({ read, inspections } satisfies ImageAnswer, [...buffers])
  } catch (error) {
    if (!(error instanceof FlashError)) throw error
    parentPort?.postMessage({ refused: { code: error.code, data: error.data } } satisfies ImageAnswer)
  }
}

await answer()
