import { chooseCovers, type Prices } from '../choose-covers.ts'
import { findCovers } from '../covers.ts'
import type { DeltaCodec, Steps } from '../delta-format.ts'
import { readDelta, writeDelta } from './container.ts'
import { takeEspressifHeader, writeEspressifHeader } from './espressif.ts'

/** Parameters for heatshrink: 9 bits per literal, 16 per match of at most 128 bytes; measured with images of STM32 and ESP32 firmware. */
const heatshrinkPrices: Prices = {
  cover: 59,
  fresh: 25,
  freshByte: 8,
  zero: 0.15,
  difference: 22,
  nextDifference: 9,
  sameDifference: 9,
}

const makeDelta = (before: Uint8Array, after: Uint8Array, steps: Steps): Uint8Array =>
  writeDelta(
    before,
    after,
    chooseCovers(before, after, findCovers(before, after, { ...steps, eager: true }), heatshrinkPrices),
  )

/** detools' sequential delta, bsdiff with heatshrink: a device restores it with about 0.6 KB of RAM. docs/diff-formats.md §6 has the layout. */
export const detools: DeltaCodec = {
  name: 'detools',
  async make(before, after, steps) {
    return makeDelta(before, after, steps)
  },
  async restore(before, delta, limit) {
    return readDelta(before, delta, limit)
  },
}

/** The same format behind the header with which Espressif's delta component checks that the delta is for the running image. */
export const detoolsEspressif: DeltaCodec = {
  name: 'detools-espressif',
  async make(before, after, steps) {
    return Buffer.concat([writeEspressifHeader(before), makeDelta(before, after, steps)])
  },
  async restore(before, delta, limit) {
    return readDelta(before, takeEspressifHeader(before, delta), limit)
  },
}
