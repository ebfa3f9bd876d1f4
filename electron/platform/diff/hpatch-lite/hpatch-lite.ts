import { findCovers } from '../covers.ts'
import type { PatchFormat } from '../format.ts'
import { readPatch, writePatch } from './container.ts'

/** "hI" version 1 with raw LZMA1: a device restores it as a stream, with about 8 KB of RAM. README.md has the layout. */
export const hpatchLite: PatchFormat = {
  name: 'hpatch-lite',
  async make(before, after, steps) {
    const covers = findCovers(before, after, steps)
    return await writePatch(before, after, covers)
  },
  async restore(before, patch, limit) {
    return readPatch(before, patch, limit)
  },
}
