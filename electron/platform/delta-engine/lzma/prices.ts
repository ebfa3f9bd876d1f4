import {
  baseOfSlot,
  bitsOfSlot,
  FAR_DISTANCE,
  FAR_SLOT,
  HIGH_LENGTHS,
  LONGEST_MATCH,
  LOW_LENGTHS,
  MIDDLE_LENGTHS,
  type Models,
  SHORTEST_MATCH,
  slotOf,
} from './model.ts'

/** The number of price units per bit. */
const PARTS = 16

/** The price of a bit by its probability / 16: -log2 of it. */
const priceOf = Uint8Array.from({ length: 128 }, (_, i) => Math.round(-Math.log2((i + 0.5) / 128) * PARTS))

/** The price of a bit by its model. */
export const price = (model: number, bit: number): number => priceOf[(bit === 0 ? model : 2047 - model) >> 4] as number

/** The number of match lengths with a price. */
export const LENGTHS = LONGEST_MATCH - SHORTEST_MATCH + 1

const tree = new Int32Array(512)

/** Writes the prices of all numbers of that many bits to `out` from `to` on; the model of each bit depends on the bits before it. */
const priceTree = (
  models: Uint16Array,
  from: number,
  bits: number,
  out: Int32Array,
  to: number,
  base: number,
): void => {
  tree[1] = base
  const leaves = 1 << bits
  for (let symbol = 1; symbol < leaves; symbol++) {
    const model = models[from + symbol] as number
    const here = tree[symbol] as number
    tree[2 * symbol] = here + price(model, 0)
    tree[2 * symbol + 1] = here + price(model, 1)
  }
  for (let value = 0; value < leaves; value++) out[to + value] = tree[leaves + value] as number
}

const priceReverse = (models: Uint16Array, from: number, bits: number, value: number): number => {
  let sum = 0
  let symbol = 1
  for (let i = 0; i < bits; i++) {
    const one = (value >> i) & 1
    sum += price(models[from + symbol] as number, one)
    symbol = (symbol << 1) | one
  }
  return sum
}

/**
 * The prices of lengths and distances, from the models at the last call of `refresh`: they change too little from one symbol to
 * the next to be computed every time.
 */
export const createPrices = (models: Models, positionStates: number) => {
  const matchLengths = new Int32Array(positionStates * LENGTHS)
  const repeatLengths = new Int32Array(positionStates * LENGTHS)
  const slots = new Int32Array(4 << 6)
  const near = new Int32Array(4 * FAR_DISTANCE)
  const align = new Int32Array(16)
  const slotOfNear = Uint8Array.from({ length: FAR_DISTANCE }, (_, distance) => slotOf(distance))

  const refreshLengths = (from: Uint16Array, out: Int32Array): void => {
    const choice = from[0] as number
    const second = from[1] as number
    const far = price(choice, 1)
    for (let position = 0; position < positionStates; position++) {
      const to = position * LENGTHS
      priceTree(from, LOW_LENGTHS + (position << 3), 3, out, to, price(choice, 0))
      priceTree(from, MIDDLE_LENGTHS + (position << 3), 3, out, to + 8, far + price(second, 0))
      priceTree(from, HIGH_LENGTHS, 8, out, to + 16, far + price(second, 1))
    }
  }

  return {
    /** Prices of a length minus 2; index: after `LENGTHS` entries of every earlier position state. */
    matchLengths,
    repeatLengths,
    /** Prices of a distance (minus 1), for a set of slot models. */
    distance: (set: number, distance: number): number =>
      distance < FAR_DISTANCE
        ? (near[set * FAR_DISTANCE + distance] as number)
        : (slots[(set << 6) + slotOf(distance)] as number) + (align[distance & 15] as number),
    refresh(): void {
      refreshLengths(models.matchLength, matchLengths)
      refreshLengths(models.repeatLength, repeatLengths)
      for (let set = 0; set < 4; set++) {
        priceTree(models.slots, set << 6, 6, slots, set << 6, 0)
        for (let slot = FAR_SLOT; slot < 64; slot++)
          slots[(set << 6) + slot] = (slots[(set << 6) + slot] as number) + (bitsOfSlot(slot) - 4) * PARTS
      }
      for (let distance = 0; distance < FAR_DISTANCE; distance++) {
        const slot = slotOfNear[distance] as number
        const base = baseOfSlot(slot)
        const rest = slot < 4 ? 0 : priceReverse(models.near, base - slot, bitsOfSlot(slot), distance - base)
        for (let set = 0; set < 4; set++)
          near[set * FAR_DISTANCE + distance] = rest + (slots[(set << 6) + slot] as number)
      }
      for (let value = 0; value < 16; value++) align[value] = priceReverse(models.align, 0, 4, value)
    },
  }
}
