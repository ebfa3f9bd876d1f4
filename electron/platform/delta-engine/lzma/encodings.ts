import { afterLiteral, afterMatch, afterRepeat, afterShortRepeat } from './model.ts'
import type { SymbolWriter } from './writer.ts'

/** The symbol that leads to a position: a literal, one of the last four distances (0-3), or a distance (minus 1) from 4 on. */
export const LITERAL = -1
export const DISTANCE = 4

/** The state after a literal and a repeat is always the same. */
const AFTER_TAIL = 8

const UNREACHED = 0x3fffffff

/**
 * The cheapest encodings up to each position: the cost (sixteenths of a bit), the previous position and symbol, and the decoder's
 * state there. Stored in typed arrays instead of objects, because there are hundreds of thousands.
 */
export const createWays = (places: number) => {
  const costs = new Int32Array(places).fill(UNREACHED)
  const froms = new Int32Array(places)
  const symbols = new Int32Array(places)
  /** Bytes of a repeat at the end of the encoding, after a literal; 0: neither. */
  const tails = new Int32Array(places)
  const states = new Uint8Array(places)
  const distances = new Int32Array(4 * places)
  const ends = new Int32Array(places)
  let reached = 0

  const reach = (to: number): void => {
    while (reached < to) costs[++reached] = UNREACHED
  }

  return {
    costs,
    states,
    /** The last four distances (minus 1), the latest first; index: four times the position. */
    distances,
    /** Whether no encoding reaches beyond this position. */
    isFurthest: (i: number): boolean => i === reached,
    isReached: (i: number): boolean => costs[i] !== UNREACHED,

    /** Starts at the position of the writer. */
    begin({ state, distances: known }: SymbolWriter): void {
      reached = 0
      costs[0] = 0
      states[0] = state
      distances.set(known)
    },

    /** Extends the range that encodings may reach. */
    reach,

    /** Keeps an encoding up to `to`, which must be in range, if it is the cheapest. */
    offer(to: number, cost: number, from: number, symbol: number, tail: number): void {
      if (cost >= (costs[to] as number)) return
      costs[to] = cost
      froms[to] = from
      symbols[to] = symbol
      tails[to] = tail
    },

    /** Sets a position's distances and state from its cheapest encoding. */
    arrive(i: number): void {
      const from = froms[i] as number
      const symbol = symbols[i] as number
      const state = states[from] as number
      const here = 4 * i
      const there = 4 * from
      const moved = symbol === LITERAL ? 0 : symbol < DISTANCE ? symbol : 3
      for (let k = 0; k < 4; k++) distances[here + k] = distances[there + (k > 0 && k <= moved ? k - 1 : k)] as number
      if (symbol >= DISTANCE) distances[here] = symbol - DISTANCE
      else if (symbol > 0) distances[here] = distances[there + symbol] as number
      if ((tails[i] as number) > 0) states[i] = AFTER_TAIL
      else if (symbol === LITERAL) states[i] = afterLiteral(state)
      else if (symbol >= DISTANCE) states[i] = afterMatch(state)
      else states[i] = i - from === 1 ? afterShortRepeat(state) : afterRepeat(state)
    },

    /** Whether a later position costs no more than `margin` above this one. */
    isOutdone(i: number, margin: number): boolean {
      const limit = (costs[i] as number) + margin
      for (let k = i + 1; k <= reached; k++) if ((costs[k] as number) <= limit) return true
      return false
    },

    /** Writes the encoding up to a position. @returns the number of its steps. */
    write(end: number, writer: SymbolWriter): number {
      let count = 0
      for (let i = end; i > 0; i = froms[i] as number) ends[count++] = i
      for (let k = count - 1; k >= 0; k--) {
        const to = ends[k] as number
        const symbol = symbols[to] as number
        const tail = tails[to] as number
        const length = to - (froms[to] as number) - (tail > 0 ? tail + 1 : 0)
        if (symbol === LITERAL) writer.literal()
        else if (symbol === 0 && length === 1) writer.shortRepeat()
        else if (symbol < DISTANCE) writer.repeat(symbol, length)
        else writer.match(symbol - DISTANCE, length)
        if (tail === 0) continue
        if (symbol !== LITERAL) writer.literal()
        writer.repeat(0, tail)
      }
      return count
    },
  }
}
