import { createWays, DISTANCE, LITERAL } from './encodings.ts'
import { createMatchFinder } from './match-finder.ts'
import {
  afterLiteral,
  afterMatch,
  afterRepeat,
  LITERAL_MODELS,
  LONGEST_MATCH,
  SHORTEST_MATCH,
  slotSetOf,
} from './model.ts'
import type { LzmaOptions } from './options.ts'
import { createPrices, LENGTHS, price } from './prices.ts'
import type { SymbolWriter } from './writer.ts'

/** The number of positions that are optimised together, unless all encodings meet before. */
const STRETCH = 2048

/** A match of this length is taken without further search. */
const ENOUGH = 96

/** Symbols between two updates of the prices. */
const REFRESH_AFTER = 64

/**
 * A repeat of this length is only left at its end, because a symbol that starts within it hardly ever pays. The exception is a
 * literal after which the latest distance may match again; it is not tried where that distance alone already gives as much.
 */
const LONG_REPEAT = 8

/** A position is skipped when a later one costs less than this much more (sixteenths of a bit). */
const MARGIN = 16

/** Encodings that continue with a literal and the same distance are tried for matches of this minimum length. */
const TAIL_AFTER = 3

/**
 * Chooses the symbols with the fewest bits: the cheapest path through a graph of positions, as in "optimal parsing" of the LZMA
 * SDK (Pavlov). A path carries its distances and state, so only the cheapest path to each position is followed. Unlike in the SDK,
 * a position is skipped when a later one costs no more: in deltas, which are full of zeros, that removes three of four positions
 * and the result hardly grows.
 */
export const parse = (bytes: Uint8Array, { dictionarySize, lc, lp, pb }: LzmaOptions, writer: SymbolWriter): void => {
  const size = bytes.length
  const { models } = writer
  const { literals, isMatch, isRepeat, isRepeat0, isRepeat0Long, isRepeat1, isRepeat2 } = models
  const literalPositions = (1 << lp) - 1
  const positions = (1 << pb) - 1
  const prices = createPrices(models, positions + 1)
  const { matchLengths, repeatLengths } = prices
  const finder = createMatchFinder(bytes, dictionarySize, ENOUGH)

  const ways = createWays(STRETCH + 4 * LONGEST_MATCH)
  const { costs, states, distances: last, reach, offer } = ways
  const repeats = new Int32Array(4)

  /** The number of bytes at `at` that equal those `distance` + 1 before. */
  const sameAt = (at: number, distance: number, limit: number): number => {
    const from = at - distance - 1
    if (from < 0) return 0
    let length = 0
    while (length < limit && bytes[from + length] === bytes[at + length]) length++
    return length
  }

  const literalPrice = (at: number, state: number, expected: number): number => {
    const before = at > 0 ? (bytes[at - 1] as number) : 0
    const context = LITERAL_MODELS * (((at & literalPositions) << lc) + (before >> (8 - lc)))
    const byte = bytes[at] as number
    let sum = 0
    let symbol = 1
    let bit = 7
    if (state >= 7) {
      for (let isExpected = true; isExpected && bit >= 0; bit--) {
        const one = (byte >> bit) & 1
        const expectedBit = (expected >> bit) & 1
        sum += price(literals[context + ((1 + expectedBit) << 8) + symbol] as number, one)
        symbol = (symbol << 1) | one
        isExpected = one === expectedBit
      }
    }
    for (; bit >= 0; bit--) {
      const one = (byte >> bit) & 1
      sum += price(literals[context + symbol] as number, one)
      symbol = (symbol << 1) | one
    }
    return sum
  }

  /** A repeat of the latest distance, directly after a literal that ended in this state. */
  const tailPrice = (at: number, state: number, length: number): number => {
    const position = at & positions
    const place = (state << 4) + position
    return (
      price(isMatch[place] as number, 1) +
      price(isRepeat[state] as number, 1) +
      price(isRepeat0[state] as number, 0) +
      price(isRepeat0Long[place] as number, 1) +
      (repeatLengths[position * LENGTHS + length - SHORTEST_MATCH] as number)
    )
  }

  /** After a match of `length` bytes: a literal, then the same distance again. */
  const offerTail = (
    i: number,
    at: number,
    length: number,
    symbol: number,
    distance: number,
    state: number,
    cost: number,
  ): void => {
    const literalAt = at + length
    const tail = sameAt(literalAt + 1, distance, Math.min(LONGEST_MATCH, size - literalAt - 1))
    if (tail < SHORTEST_MATCH) return
    const literal =
      price(isMatch[(state << 4) + (literalAt & positions)] as number, 0) +
      literalPrice(literalAt, state, bytes[literalAt - distance - 1] as number)
    const to = i + length + 1 + tail
    reach(to)
    offer(to, cost + literal + tailPrice(literalAt + 1, afterLiteral(state), tail), i, symbol, tail)
  }

  /** The next byte alone, as a literal or as a repeat of the latest distance; and a literal followed by a repeat of that distance. */
  const offerSingle = (i: number, at: number, state: number, repeatPrice: number): void => {
    const place = (state << 4) + (at & positions)
    const distance = last[4 * i] as number
    const hasExpected = at > distance
    const expected = hasExpected ? (bytes[at - distance - 1] as number) : 0
    const literal = (costs[i] as number) + price(isMatch[place] as number, 0) + literalPrice(at, state, expected)
    reach(i + 1)
    offer(i + 1, literal, i, LITERAL, 0)
    if (!hasExpected) return
    if (expected === bytes[at]) {
      const short = price(isRepeat0[state] as number, 0) + price(isRepeat0Long[place] as number, 0)
      offer(i + 1, repeatPrice + short, i, 0, 0)
      return
    }
    const tail = sameAt(at + 1, distance, Math.min(LONGEST_MATCH, size - at - 1))
    if (tail < SHORTEST_MATCH) return
    reach(i + 1 + tail)
    offer(i + 1 + tail, literal + tailPrice(at + 1, afterLiteral(state), tail), i, LITERAL, tail)
  }

  const offerRepeats = (i: number, at: number, state: number, repeatPrice: number, isLong: boolean): void => {
    const position = at & positions
    const other = repeatPrice + price(isRepeat0[state] as number, 1)
    const third = other + price(isRepeat1[state] as number, 1)
    for (let k = 0; k < 4; k++) {
      const length = repeats[k] as number
      if (length < SHORTEST_MATCH) continue
      const base =
        k === 0
          ? repeatPrice +
            price(isRepeat0[state] as number, 0) +
            price(isRepeat0Long[(state << 4) + position] as number, 1)
          : k === 1
            ? other + price(isRepeat1[state] as number, 0)
            : third + price(isRepeat2[state] as number, k - 2)
      reach(i + length)
      const shortest = isLong ? Math.max(SHORTEST_MATCH, length - 2) : SHORTEST_MATCH
      const lengthPrices = position * LENGTHS - SHORTEST_MATCH
      for (let part = length; part >= shortest; part--)
        offer(i + part, base + (repeatLengths[lengthPrices + part] as number), i, k, 0)
      if (k === 0 && at + length + 3 <= size) {
        const whole = base + (repeatLengths[lengthPrices + length] as number)
        offerTail(i, at, length, k, last[4 * i] as number, afterRepeat(state), whole)
      }
    }
  }

  const offerMatches = (i: number, at: number, state: number, matchPrice: number): void => {
    const lengthPrices = (at & positions) * LENGTHS - SHORTEST_MATCH
    // The length that the latest distance gives is cheaper as a repeat.
    let shortest = Math.max(SHORTEST_MATCH, (repeats[0] as number) + 1)
    for (let k = 0; k < finder.count; k++) {
      const length = finder.lengths[k] as number
      if (length < shortest) continue
      const distance = finder.distances[k] as number
      reach(i + length)
      const far = matchPrice + prices.distance(3, distance)
      for (let part = length; part >= shortest; part--) {
        const base = part >= 5 ? far : matchPrice + prices.distance(slotSetOf(part), distance)
        offer(i + part, base + (matchLengths[lengthPrices + part] as number), i, DISTANCE + distance, 0)
      }
      if (length >= TAIL_AFTER && at + length + 3 <= size) {
        const whole =
          matchPrice + prices.distance(slotSetOf(length), distance) + (matchLengths[lengthPrices + length] as number)
        offerTail(i, at, length, DISTANCE + distance, distance, afterMatch(state), whole)
      }
      shortest = length + 1
    }
  }

  /** Takes a long match without further search, and ends the stretch after it. */
  const take = (i: number, at: number, length: number, symbol: number): number => {
    const end = i + length
    reach(end)
    offer(end, 0, i, symbol, 0)
    for (let k = 1; k < length; k++) finder.pass(at + k)
    return end
  }

  /** Tries all symbols that can follow a position. @returns the end of the stretch, when it is already known. */
  const leave = (i: number, at: number): number | undefined => {
    const state = states[i] as number
    const limit = Math.min(LONGEST_MATCH, size - at)
    finder.find(at)
    let best = 0
    for (let k = 0; k < 4; k++) {
      repeats[k] = sameAt(at, last[4 * i + k] as number, limit)
      if ((repeats[k] as number) > (repeats[best] as number)) best = k
    }
    const longest = repeats[best] as number
    if (longest >= ENOUGH) return take(i, at, longest, best)
    const found = finder.count - 1
    if (found >= 0 && (finder.lengths[found] as number) >= ENOUGH)
      return take(i, at, finder.lengths[found] as number, DISTANCE + (finder.distances[found] as number))
    const matchPrice = (costs[i] as number) + price(isMatch[(state << 4) + (at & positions)] as number, 1)
    const repeatPrice = matchPrice + price(isRepeat[state] as number, 1)
    const isLong = longest >= LONG_REPEAT
    if ((repeats[0] as number) < LONG_REPEAT) offerSingle(i, at, state, repeatPrice)
    offerRepeats(i, at, state, repeatPrice, isLong)
    offerMatches(i, at, state, matchPrice + price(isRepeat[state] as number, 0))
    return undefined
  }

  /** Finds the cheapest path through the next stretch. @returns its end. */
  const findWay = (start: number): number => {
    ways.begin(writer)
    for (let i = 0; ; i++) {
      const isReached = ways.isReached(i)
      if (i > 0 && (ways.isFurthest(i) || (i >= STRETCH && isReached))) return i
      if (!isReached || (i > 0 && ways.isOutdone(i, MARGIN))) {
        finder.pass(start + i)
        continue
      }
      if (i > 0) ways.arrive(i)
      const end = leave(i, start + i)
      if (end !== undefined) return end
    }
  }

  let sinceRefresh = REFRESH_AFTER
  while (writer.at < size) {
    if (sinceRefresh >= REFRESH_AFTER) {
      prices.refresh()
      sinceRefresh = 0
    }
    sinceRefresh += ways.write(findWay(writer.at), writer)
  }
}
