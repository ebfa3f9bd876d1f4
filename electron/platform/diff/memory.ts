import { SPARSE_ABOVE } from './suffix-array.ts'

/** Of a thread that has loaded its program, beside images. */
const THREAD_BYTES = 64 << 20

/**
 * Most bytes of memory that making a patch takes, restore included; measured with images full of changes, rounded up.
 * @param before, after sizes of the images (bytes)
 */
export const memoryToMake = (before: number, after: number): number =>
  THREAD_BYTES + before * (before > SPARSE_ABOVE ? 6 : 18) + after * (before > SPARSE_ABOVE ? 3 : 4)

/** As `memoryToMake`, of a restore alone. */
export const memoryToRestore = (before: number, patch: number, limit: number): number =>
  THREAD_BYTES + before + patch + limit * 3
