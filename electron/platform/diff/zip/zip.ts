import { chooseCovers } from '../choose-covers.ts'
import { findCovers } from '../covers.ts'
import type { PatchFormat } from '../format.ts'
import { lzmaPrices } from '../hpatch-lite/hpatch-lite.ts'
import { readPatch, writePatch } from './container.ts'
import { viewOf } from './view.ts'

/** ZIP, APK and JAR archives, compared by what is in them. docs/diff-formats.md §7 has the layout. `make` throws UnsupportedImageError for anything else. */
export const zip: PatchFormat = {
  name: 'zip',
  async make(before, after, steps) {
    const [old, next] = [viewOf(before, steps.signal), viewOf(after, steps.signal)]
    const covers = chooseCovers(
      old.bytes,
      next.bytes,
      findCovers(old.bytes, next.bytes, { ...steps, eager: true }),
      lzmaPrices,
    )
    return writePatch(old, next, after.length, covers)
  },
  async restore(before, patch, limit) {
    return readPatch(before, patch, limit)
  },
}
