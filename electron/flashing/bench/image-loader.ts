import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { FlashError } from '../flasher.ts'
import { remember } from '../images/image-inspection.ts'
import { type ImageJob, type ReadImages, readImages } from './image-job.ts'
import type { ImageAnswer } from './image-worker.ts'

/** Beside us as source, or as the bundle that Vite makes of it. Not written as one literal, which bundlers would rewrite. */
const workerFile = import.meta.url.endsWith('.ts') ? './image-worker.ts' : './image-worker.js'

/** Up to so many bytes reading takes no longer than starting a thread for it would hold up. */
const SMALL_BYTES = 64 * 1024

/** Reads the files of a recipe; in a thread of its own where that takes time. @throws FlashError. */
export type LoadImages = (job: ImageJob) => Promise<ReadImages>

const inThread = (job: ImageJob): Promise<ReadImages> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(workerFile, import.meta.url), { workerData: job, name: 'images' })
    worker.once('message', (answer: ImageAnswer) => {
      if ('read' in answer) {
        remember(answer.read.regions, answer.inspections)
        resolve(answer.read)
      } else reject(new FlashError(answer.refused.code, answer.refused.data))
    })
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread that reads images ended')))
  })

export const loadImages: LoadImages = async (job) => {
  const sizes = await Promise.all(job.files.map(async ({ path }) => (await stat(path)).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return bytes <= SMALL_BYTES ? readImages(job) : inThread(job)
}
