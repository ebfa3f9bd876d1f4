/** A probability of one half, in units of 1/2^11 (LZMA specification, "The main loop of decoder"). */
const EVEN = 1024

/** LZMA specification, "The LZMA Decoder": states, lengths and distances. */
const STATES = 12
const POSITION_STATES = 16
export const SHORTEST_MATCH = 2
export const LONGEST_MATCH = 273

/** The distance (minus 1) that ends a stream. */
export const END_MARKER = 0xffffffff

/** Offsets of the parts of a length's models: two choices, 8 lengths by position, 8 more, and 256 (specification, "CLenDecoder"). */
export const LOW_LENGTHS = 2
export const MIDDLE_LENGTHS = LOW_LENGTHS + (POSITION_STATES << 3)
export const HIGH_LENGTHS = MIDDLE_LENGTHS + (POSITION_STATES << 3)
const LENGTH_MODELS = HIGH_LENGTHS + 256

/** Models of a literal in one context: 0x100 without an expected byte, 0x200 with one. */
export const LITERAL_MODELS = 0x300

/** Below this slot all lower bits have their own models; from it on only the last four have (specification, "DecodeDistance"). */
export const FAR_SLOT = 14

/** Distances (minus 1) below it have slots below `FAR_SLOT`. */
export const FAR_DISTANCE = 128

const models = (count: number): Uint16Array => new Uint16Array(count).fill(EVEN)

/** The adaptive state of encoder and decoder: the probability of a 0, in units of 1/2^11, for every bit in every context. */
export const createModels = (lc: number, lp: number) => ({
  literals: models(LITERAL_MODELS << (lc + lp)),
  isMatch: models(STATES << 4),
  isRepeat: models(STATES),
  isRepeat0: models(STATES),
  isRepeat0Long: models(STATES << 4),
  isRepeat1: models(STATES),
  isRepeat2: models(STATES),
  matchLength: models(LENGTH_MODELS),
  repeatLength: models(LENGTH_MODELS),
  slots: models(4 << 6),
  near: models(1 + FAR_DISTANCE - FAR_SLOT),
  align: models(16),
})

export type Models = ReturnType<typeof createModels>

/** The state after each kind of symbol (specification, "State"); from 7 on the last symbol was not a literal. */
export const afterLiteral = (state: number): number => (state < 4 ? 0 : state < 10 ? state - 3 : state - 6)
export const afterMatch = (state: number): number => (state < 7 ? 7 : 10)
export const afterRepeat = (state: number): number => (state < 7 ? 8 : 11)
export const afterShortRepeat = (state: number): number => (state < 7 ? 9 : 11)

/** The six-bit slot of a distance (minus 1), which gives its magnitude (specification, "DecodeDistance"). */
export const slotOf = (distance: number): number => {
  if (distance < 4) return distance
  const top = 31 - Math.clz32(distance)
  return (top << 1) | ((distance >>> (top - 1)) & 1)
}

/** The number of lower bits of a slot from 4 on, and its first distance. */
export const bitsOfSlot = (slot: number): number => (slot >> 1) - 1
export const baseOfSlot = (slot: number): number => ((2 | (slot & 1)) << bitsOfSlot(slot)) >>> 0

/** Which of the four sets of slot models applies to a match of this length. */
export const slotSetOf = (length: number): number => Math.min(length - SHORTEST_MATCH, 3)
