import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError } from '../delta-format.ts'
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
} from './model.ts'
import { createRangeDecoder, type RangeDecoder } from './range-decoder.ts'

/** Larger windows are refused: a delta must not decide how much memory is allocated. */
const LARGEST_DICTIONARY = 64 << 20

/** A match's length minus 2 (specification, "CLenDecoder"). */
const takeLength = (decoder: RangeDecoder, lengths: Uint16Array, positionState: number): number => {
  if (decoder.bit(lengths, 0) === 0) return decoder.tree(lengths, LOW_LENGTHS + (positionState << 3), 3)
  if (decoder.bit(lengths, 1) === 0) return 8 + decoder.tree(lengths, MIDDLE_LENGTHS + (positionState << 3), 3)
  return 16 + decoder.tree(lengths, HIGH_LENGTHS, 8)
}

/** A match's distance minus 1 (specification, "DecodeDistance"). */
const takeDistance = (decoder: RangeDecoder, { slots, near, align }: Models, length: number): number => {
  const slot = decoder.tree(slots, Math.min(length, 3) << 6, 6)
  if (slot < 4) return slot
  const bits = bitsOfSlot(slot)
  const base = baseOfSlot(slot)
  if (slot < FAR_SLOT) return base + decoder.reverseTree(near, base - slot, bits)
  return base + decoder.direct(bits - 4) * 16 + decoder.reverseTree(align, 0, 4)
}

/**
 * Decodes a raw LZMA1 stream on demand, with a window as its only memory, as a device does. Written from Igor Pavlov's "LZMA
 * specification" (lzma-specification.txt, 2015). Terminates for any input: every requested byte consumes input or comes from the
 * window.
 * @param properties the byte `(pb * 5 + lp) * 9 + lc`.
 * @param size the maximum number of bytes that will be requested; the window need not be larger.
 * @throws BadDeltaError, from this function and from both calls of the returned source.
 */
export const decodeLzma = (bytes: Uint8Array, properties: number, dictionarySize: number, size: number): ByteSource => {
  if (properties >= 9 * 5 * 5) throw new BadDeltaError('LZMA_PROPERTIES')
  const lc = properties % 9
  const lp = Math.floor(properties / 9) % 5
  const pb = Math.floor(properties / 45)
  const windowSize = Math.max(1, Math.min(dictionarySize, size))
  if (windowSize > LARGEST_DICTIONARY) throw new BadDeltaError('LZMA_WINDOW')
  const decoder = createRangeDecoder(bytes)
  const window = new Uint8Array(windowSize)
  let place = 0
  let made = 0

  const models = createModels(lc, lp)
  const { literals, isMatch, isRepeat, isRepeat0, isRepeat0Long, isRepeat1, isRepeat2 } = models
  const literalPositions = (1 << lp) - 1
  const positions = (1 << pb) - 1
  let state = 0
  let last0 = 0
  let last1 = 0
  let last2 = 0
  let last3 = 0
  /** Bytes of the current match that were not requested yet. */
  let pending = 0

  const put = (byte: number): number => {
    window[place] = byte
    place = place + 1 === windowSize ? 0 : place + 1
    made++
    return byte
  }

  const back = (distanceMinus1: number): number => {
    const at = place - distanceMinus1 - 1
    return window[at < 0 ? at + windowSize : at] as number
  }

  const literal = (): number => {
    const before = made > 0 ? back(0) : 0
    const context = LITERAL_MODELS * (((made & literalPositions) << lc) + (before >> (8 - lc)))
    let symbol = 1
    if (state >= 7) {
      // After a match, the byte that would have continued it is an additional context.
      let expected = back(last0)
      do {
        const expectedBit = (expected >> 7) & 1
        expected <<= 1
        const bit = decoder.bit(literals, context + ((1 + expectedBit) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (bit !== expectedBit) break
      } while (symbol < 0x100)
    }
    while (symbol < 0x100) symbol = (symbol << 1) | decoder.bit(literals, context + symbol)
    state = afterLiteral(state)
    return put(symbol & 0xff)
  }

  const checkReach = (): void => {
    if (last0 >= made || last0 >= windowSize) throw new BadDeltaError('MATCH_BEFORE_WINDOW')
  }

  const next = (): number => {
    if (pending > 0) {
      pending--
      return put(back(last0))
    }
    const positionState = made & positions
    if (decoder.bit(isMatch, (state << 4) + positionState) === 0) return literal()
    if (decoder.bit(isRepeat, state) === 0) {
      last3 = last2
      last2 = last1
      last1 = last0
      const length = takeLength(decoder, models.matchLength, positionState)
      state = afterMatch(state)
      last0 = takeDistance(decoder, models, length)
      if (last0 === END_MARKER) throw new BadDeltaError('DATA_INCOMPLETE')
      pending = length + SHORTEST_MATCH
    } else {
      if (made === 0) throw new BadDeltaError('MATCH_BEFORE_START')
      if (decoder.bit(isRepeat0, state) === 0) {
        if (decoder.bit(isRepeat0Long, (state << 4) + positionState) === 0) {
          state = afterShortRepeat(state)
          checkReach()
          return put(back(last0))
        }
      } else {
        let chosen = last1
        if (decoder.bit(isRepeat1, state) === 1) {
          chosen = last2
          if (decoder.bit(isRepeat2, state) === 1) {
            chosen = last3
            last3 = last2
          }
          last2 = last1
        }
        last1 = last0
        last0 = chosen
      }
      pending = takeLength(decoder, models.repeatLength, positionState) + SHORTEST_MATCH
      state = afterRepeat(state)
    }
    checkReach()
    pending--
    return put(back(last0))
  }

  return {
    next,
    fill(target) {
      for (let i = 0; i < target.length; i++) target[i] = next()
    },
  }
}
