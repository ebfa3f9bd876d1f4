import { parentPort, workerData } from 'node:worker_threads'
import { FlashError } from '../flasher.ts'
import { type Inspection, inspectionsOf } from '../images/image-inspection.ts'
import { type ImageJob, type ReadImages, readImages } from './image-job.ts'

/** What the thread answers. */
export type ImageAnswer =
  | { readonly read: ReadImages; readonly inspections: readonly Inspection[] }
  | { readonly refused: { readonly code: string; readonly data: FlashError['data'] } }

const answer = async (): Promise<void> => {
  try {
    const read = await readImages(workerData as ImageJob)
    // Handed over instead of copied; regions of one file share its buffer.
    const buffers = new Set(read.regions.map(({ bytes }) => bytes.buffer as ArrayBuffer))
    const inspections = inspectionsOf(read.regions)
    parentPort?.postMessage({ read, inspections } satisfies ImageAnswer, [...buffers])
  } catch (error) {
    if (!(error instanceof FlashError)) throw error
    parentPort?.postMessage({ refused: { code: error.code, data: error.data } } satisfies ImageAnswer)
  }
}

await answer()
