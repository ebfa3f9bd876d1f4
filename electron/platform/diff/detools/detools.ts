import { findCovers } from '../covers.ts'
import type { PatchFormat } from '../format.ts'
import { readPatch, writePatch } from './container.ts'
import { takeEspressifHeader, writeEspressifHeader } from './espressif.ts'

/** detools' sequential patch, bsdiff with heatshrink: a device restores it with about 0.6 KB of RAM. README.md has the layout. */
export const detools: PatchFormat = {
  name: 'detools',
  async make(before, after, steps) {
    return writePatch(before, after, findCovers(before, after, steps))
  },
  async restore(before, patch, limit) {
    return readPatch(before, patch, limit)
  },
}

/** The same behind the header by which Espressif's delta component sees that the patch is for the image that runs. */
export const detoolsEspressif: PatchFormat = {
  name: 'detools-espressif',
  async make(before, after, steps) {
    return Buffer.concat([writeEspressifHeader(before), writePatch(before, after, findCovers(before, after, steps))])
  },
  async restore(before, patch, limit) {
    return readPatch(before, takeEspressifHeader(before, patch), limit)
  },
}
