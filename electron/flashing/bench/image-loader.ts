import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { FlashError } from '../flasher.ts'
import { remember } from '../images/image-inspection.ts'
import type { ImageRules } from '../images/image-rules.ts'
import { type ImageJob, type ReadImages, readImages } from './image-job.ts'
import type { ImageAnswer } from './image-worker.ts'

/** The worker beside this file, as source or as Vite's bundle. Two literals, because a bundler rewrites one. */
const workerFile = import.meta.url.endsWith('.ts') ? './image-worker.ts' : './image-worker.js'

/** Reading so many bytes takes no longer than starting a thread. */
const SMALL_BYTES = 64 * 1024

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

/** Reads the files of a recipe by the rules of its target; in a thread where that takes time. @throws FlashError. */
export const loadImages = async (job: ImageJob, rules: ImageRules): Promise<ReadImages> => {
  const sizes = await Promise.all(job.files.map(async ({ path }) => (await stat(path)).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return bytes <= SMALL_BYTES ? readImages(job, rules) : inThread(job)
}
