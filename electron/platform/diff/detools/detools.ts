import { chooseCovers, type Prices } from '../choose-covers.ts'
import { findCovers } from '../covers.ts'
import type { PatchFormat, Steps } from '../format.ts'
import { readPatch, writePatch } from './container.ts'
import { takeEspressifHeader, writeEspressifHeader } from './espressif.ts'

/** For heatshrink: 9 bits a literal, 16 a match of at most 128 bytes; found by trying on images of STM32 and ESP32 firmware. */
const heatshrinkPrices: Prices = {
  cover: 59,
  fresh: 25,
  freshByte: 8,
  zero: 0.15,
  difference: 22,
  nextDifference: 9,
  sameDifference: 9,
}

const makePatch = (before: Uint8Array, after: Uint8Array, steps: Steps): Uint8Array =>
  writePatch(
    before,
    after,
    chooseCovers(before, after, findCovers(before, after, { ...steps, eager: true }), heatshrinkPrices),
  )

/** detools' sequential patch, bsdiff with heatshrink: a device restores it with about 0.6 KB of RAM. docs/diff-formats.md §6 has the layout. */
export const detools: PatchFormat = {
  name: 'detools',
  async make(before, after, steps) {
    return makePatch(before, after, steps)
  },
  async restore(before, patch, limit) {
    return readPatch(before, patch, limit)
  },
}

/** The same behind the header by which Espressif's delta component sees that the patch is for the image that runs. */
export const detoolsEspressif: PatchFormat = {
  name: 'detools-espressif',
  async make(before, after, steps) {
    return Buffer.concat([writeEspressifHeader(before), makePatch(before, after, steps)])
  },
  async restore(before, patch, limit) {
    return readPatch(before, takeEspressifHeader(before, patch), limit)
  },
}
