import { CHOSEN_UP_TO } from './choose-covers.ts'
import type { DeltaCodec } from './delta-format.ts'
import { SPARSE_ABOVE } from './matcher.ts'

/** Memory of a thread that has loaded its program, without images. */
const THREAD_BYTES = 64 << 20

/** Memory of the choice of covers for each byte of the new image, in formats that use it. */
const TO_CHOOSE = 6

/** Memory for each byte of the old image during the search: the image and the index of its grams, inflated for a ZIP, or zstd's own tables. */
const toSearch: Readonly<Record<DeltaCodec['name'], number>> = {
  bsdiff: 6,
  'hpatch-lite': 6,
  detools: 6,
  'detools-espressif': 6,
  zstd: 18,
  zip: 18,
}

/** Memory for each byte of the new image after the search: covers, their choice, the delta's body and its compression. */
const toWriteDown: Readonly<Record<DeltaCodec['name'], number>> = {
  bsdiff: 9,
  'hpatch-lite': 18,
  detools: 14,
  'detools-espressif': 14,
  zstd: 4,
  zip: 18,
}

const chooses = (format: DeltaCodec['name']): boolean => format !== 'bsdiff' && format !== 'zstd'

/**
 * The maximum memory to generate a delta, restore included, bytes; measured with images full of changes (one in a hundred bytes),
 * rounded up. The peak is either in the search of the old image or in the processing of the new one.
 * @param before, after sizes of the images (bytes)
 */
export const memoryToMake = (format: DeltaCodec['name'], before: number, after: number): number => {
  // The new image takes up to eight times its size: itself, its encoding, the matches in that, and the compressed result.
  if (before > SPARSE_ABOVE) return THREAD_BYTES + Math.max(before * 6 + after * 3, before + after * 8)
  const each = toWriteDown[format] - (after > CHOSEN_UP_TO && chooses(format) ? TO_CHOOSE : 0)
  return THREAD_BYTES + Math.max(before * toSearch[format] + after * 4, before * 5 + after * each)
}

/** As `memoryToMake`, for a restore alone. bsdiff's streams are held completely, its triples with up to three bytes for each byte of the image. */
export const memoryToRestore = (format: DeltaCodec['name'], before: number, delta: number, limit: number): number =>
  THREAD_BYTES + before + delta + limit * (format === 'bsdiff' ? 6 : 3)
