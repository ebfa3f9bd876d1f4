import { CHOSEN_UP_TO } from './choose-covers.ts'
import type { DeltaCodec } from './delta-format.ts'
import { SPARSE_ABOVE } from './matcher.ts'

/** Of a thread that has loaded its program, beside images. */
const THREAD_BYTES = 64 << 20

/** What the choice of covers takes for each byte of the new image, where there is one. */
const TO_CHOOSE = 6

/** For each byte of the old image while it is searched: itself and the index of its grams, inflated for a ZIP, or zstd's own tables. */
const toSearch: Readonly<Record<DeltaCodec['name'], number>> = {
  bsdiff: 6,
  'hpatch-lite': 6,
  detools: 6,
  'detools-espressif': 6,
  zstd: 18,
  zip: 18,
}

/** For each byte of the new image, once the old one was searched: covers, their choice, the delta's body and its compression. */
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
 * Most bytes of memory that making a delta takes, restore included; measured with images full of changes (one in a hundred bytes),
 * rounded up. Either the search in the old image takes most, or what is made of the new one.
 * @param before, after sizes of the images (bytes)
 */
export const memoryToMake = (format: DeltaCodec['name'], before: number, after: number): number => {
  // The new image is there up to eight times: itself, what is written down of it, the matches in that, and that compressed.
  if (before > SPARSE_ABOVE) return THREAD_BYTES + Math.max(before * 6 + after * 3, before + after * 8)
  const each = toWriteDown[format] - (after > CHOSEN_UP_TO && chooses(format) ? TO_CHOOSE : 0)
  return THREAD_BYTES + Math.max(before * toSearch[format] + after * 4, before * 5 + after * each)
}

/** As `memoryToMake`, of a restore alone. bsdiff's streams are there whole, its triples with up to three bytes for each of the image. */
export const memoryToRestore = (format: DeltaCodec['name'], before: number, delta: number, limit: number): number =>
  THREAD_BYTES + before + delta + limit * (format === 'bsdiff' ? 6 : 3)
