import { chooseCovers, type Prices } from '../choose-covers.ts'
import { findCovers } from '../covers.ts'
import type { DeltaCodec } from '../delta-format.ts'
import { readDelta, writeDelta } from './container.ts'

/** LZMA parameters; measured with images of STM32 and ESP32 firmware. */
export const lzmaPrices: Prices = {
  cover: 55,
  fresh: 8,
  freshByte: 6.4,
  zero: 0.15,
  difference: 17,
  nextDifference: 8,
  sameDifference: 7,
}

/** "hI" version 1 with raw LZMA1: a device restores it as a stream, with about 8 KB of RAM. docs/diff-formats.md §5 has the layout. */
export const hpatchLite: DeltaCodec = {
  name: 'hpatch-lite',
  async make(before, after, steps) {
    const covers = chooseCovers(before, after, findCovers(before, after, { ...steps, eager: true }), lzmaPrices)
    return writeDelta(before, after, covers)
  },
  async restore(before, delta, limit) {
    return readDelta(before, delta, limit)
  },
}
