import {
  afterLiteral,
  afterMatch,
  afterRepeat,
  afterShortRepeat,
  baseOfSlot,
  bitsOfSlot,
  createModels,
  END_MARKER,
  FAR_SLOT,
  HIGH_LENGTHS,
  LITERAL_MODELS,
  LOW_LENGTHS,
  MIDDLE_LENGTHS,
  type Models,
  SHORTEST_MATCH,
  slotOf,
  slotSetOf,
} from './model.ts'
import type { LzmaOptions } from './options.ts'
import { createRangeEncoder } from './range-encoder.ts'

/** Writes symbols one by one (the inverse of the LZMA specification's "LZMA Decoder") and tracks the decoder's state. */
export interface SymbolWriter {
  readonly models: Models
  /** The last four distances, minus 1, the latest first. */
  readonly distances: Int32Array
  /** 0-11: the kinds of the last symbols. */
  readonly state: number
  /** The number of bytes that the symbols so far represent. */
  readonly at: number
  /** Writes the next byte as a literal. */
  literal(): void
  /** Writes the next byte as a repeat of the latest distance. */
  shortRepeat(): void
  /** Writes 2-273 bytes from one of the last four distances. */
  repeat(which: number, length: number): void
  /** Writes 2-273 bytes from another distance (minus 1). */
  match(distance: number, length: number): void
  /** The complete stream, with the end marker. */
  end(): Uint8Array
}

export const createSymbolWriter = (bytes: Uint8Array, { lc, lp, pb }: LzmaOptions): SymbolWriter => {
  const coder = createRangeEncoder()
  const models = createModels(lc, lp)
  const { literals } = models
  const literalPositions = (1 << lp) - 1
  const positions = (1 << pb) - 1
  const distances = new Int32Array(4)
  let state = 0
  let at = 0

  const putLength = (lengths: Uint16Array, length: number): void => {
    const value = length - SHORTEST_MATCH
    const byPosition = (at & positions) << 3
    coder.bit(lengths, 0, value < 8 ? 0 : 1)
    if (value >= 8) coder.bit(lengths, 1, value < 16 ? 0 : 1)
    if (value < 8) coder.tree(lengths, LOW_LENGTHS + byPosition, 3, value)
    else if (value < 16) coder.tree(lengths, MIDDLE_LENGTHS + byPosition, 3, value - 8)
    else coder.tree(lengths, HIGH_LENGTHS, 8, value - 16)
  }

  const putDistance = (distance: number, length: number): void => {
    const slot = slotOf(distance)
    coder.tree(models.slots, slotSetOf(length) << 6, 6, slot)
    if (slot < 4) return
    const bits = bitsOfSlot(slot)
    const base = baseOfSlot(slot)
    const rest = distance - base
    if (slot < FAR_SLOT) {
      coder.reverseTree(models.near, base - slot, bits, rest)
    } else {
      coder.direct(rest >>> 4, bits - 4)
      coder.reverseTree(models.align, 0, 4, rest & 15)
    }
  }

  const match = (distance: number, length: number): void => {
    coder.bit(models.isMatch, (state << 4) + (at & positions), 1)
    coder.bit(models.isRepeat, state, 0)
    putLength(models.matchLength, length)
    putDistance(distance, length)
    distances.copyWithin(1, 0, 3)
    distances[0] = distance
    state = afterMatch(state)
    at += length
  }

  return {
    models,
    distances,
    get state() {
      return state
    },
    get at() {
      return at
    },
    literal() {
      coder.bit(models.isMatch, (state << 4) + (at & positions), 0)
      const before = at > 0 ? (bytes[at - 1] as number) : 0
      const context = LITERAL_MODELS * (((at & literalPositions) << lc) + (before >> (8 - lc)))
      const byte = bytes[at] as number
      let symbol = 1
      let left = 7
      if (state >= 7) {
        // After a match, the byte that would have continued it is an additional context, as long as the bits equal its bits.
        const expected = bytes[at - (distances[0] as number) - 1] as number
        for (let isExpected = true; isExpected && left >= 0; left--) {
          const one = (byte >> left) & 1
          const expectedBit = (expected >> left) & 1
          coder.bit(literals, context + ((1 + expectedBit) << 8) + symbol, one)
          symbol = (symbol << 1) | one
          isExpected = one === expectedBit
        }
      }
      for (; left >= 0; left--) {
        const one = (byte >> left) & 1
        coder.bit(literals, context + symbol, one)
        symbol = (symbol << 1) | one
      }
      state = afterLiteral(state)
      at++
    },
    shortRepeat() {
      const place = (state << 4) + (at & positions)
      coder.bit(models.isMatch, place, 1)
      coder.bit(models.isRepeat, state, 1)
      coder.bit(models.isRepeat0, state, 0)
      coder.bit(models.isRepeat0Long, place, 0)
      state = afterShortRepeat(state)
      at++
    },
    repeat(which, length) {
      const place = (state << 4) + (at & positions)
      coder.bit(models.isMatch, place, 1)
      coder.bit(models.isRepeat, state, 1)
      coder.bit(models.isRepeat0, state, which === 0 ? 0 : 1)
      if (which === 0) {
        coder.bit(models.isRepeat0Long, place, 1)
      } else {
        coder.bit(models.isRepeat1, state, which === 1 ? 0 : 1)
        if (which > 1) coder.bit(models.isRepeat2, state, which - 2)
        const distance = distances[which] as number
        distances.copyWithin(1, 0, which)
        distances[0] = distance
      }
      putLength(models.repeatLength, length)
      state = afterRepeat(state)
      at += length
    },
    match,
    end() {
      match(END_MARKER, SHORTEST_MATCH)
      return coder.end()
    },
  }
}
