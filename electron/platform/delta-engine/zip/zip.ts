import { chooseCovers } from '../choose-covers.ts'
import { findCovers } from '../covers.ts'
import type { DeltaCodec } from '../delta-format.ts'
import { lzmaPrices } from '../hpatch-lite/hpatch-lite.ts'
import { readDelta, writeDelta } from './container.ts'
import { viewOf } from './view.ts'

/**
 * ZIP, APK and JAR archives, compared by their inflated content. docs/diff-formats.md §7 has the layout. `make` throws
 * UnsupportedImageError for anything else.
 */
export const zip: DeltaCodec = {
  name: 'zip',
  async make(before, after, steps) {
    const [old, next] = [viewOf(before, steps.signal), viewOf(after, steps.signal)]
    const covers = chooseCovers(
      old.bytes,
      next.bytes,
      findCovers(old.bytes, next.bytes, { ...steps, eager: true }),
      lzmaPrices,
    )
    return writeDelta(old, next, after.length, covers)
  },
  async restore(before, delta, limit) {
    return readDelta(before, delta, limit)
  },
}
