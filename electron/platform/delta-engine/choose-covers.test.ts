import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imagePair } from '../../../test/helpers/firmware-images.ts'
import { chooseCovers, type Prices } from './choose-covers.ts'
import { findCovers } from './covers.ts'
import type { Cover } from './delta-format.ts'

const prices: Prices = {
  cover: 50,
  fresh: 8,
  freshByte: 6,
  zero: 0.15,
  difference: 17,
  nextDifference: 8,
  sameDifference: 8,
}

const anyPrices: fc.Arbitrary<Prices> = fc.record({
  cover: fc.integer({ min: 0, max: 90 }),
  fresh: fc.integer({ min: 0, max: 20 }),
  freshByte: fc.integer({ min: 0, max: 9 }),
  zero: fc.constantFrom(0, 0.1, 1),
  difference: fc.integer({ min: 0, max: 20 }),
  nextDifference: fc.integer({ min: 0, max: 20 }),
  sameDifference: fc.integer({ min: 0, max: 20 }),
})

test('covers lie inside both images, in the order of the new one, and never overlap there, whatever the prices', () => {
  fc.assert(
    fc.property(imagePair, anyPrices, ([before, after], some) => {
      let end = 0
      for (const { oldPos, newPos, length } of chooseCovers(before, after, findCovers(before, after), some)) {
        expect(length).toBeGreaterThan(0)
        expect(newPos).toBeGreaterThanOrEqual(end)
        expect(oldPos).toBeGreaterThanOrEqual(0)
        expect(oldPos + length).toBeLessThanOrEqual(before.length)
        end = newPos + length
      }
      expect(end).toBeLessThanOrEqual(after.length)
    }),
  )
})

/** The cost of a choice, summed byte by byte. */
const costOf = (before: Uint8Array, after: Uint8Array, covers: readonly Cover[], some: Prices): number => {
  let cost = 0
  let end = 0
  const addFresh = (to: number): void => {
    if (to > end) cost += some.fresh + (to - end) * some.freshByte
  }
  for (const { oldPos, newPos, length } of covers) {
    addFresh(newPos)
    cost += some.cover
    const difference = (i: number): number => ((after[newPos + i] as number) - (before[oldPos + i] as number)) & 255
    const isInside = (i: number): boolean => newPos + i >= 0 && oldPos + i >= 0
    for (let i = 0; i < length; i++) {
      if (difference(i) === 0) cost += some.zero
      else if (isInside(i - 4) && difference(i) === difference(i - 4)) cost += some.sameDifference
      else if (isInside(i - 1) && difference(i - 1) !== 0) cost += some.nextDifference
      else cost += some.difference
    }
    end = newPos + length
  }
  addFresh(after.length)
  return cost
}

test('a choice costs no more than the covers it was made from, all of them, some or none', () => {
  const dear = anyPrices.map((some) => ({
    ...some,
    zero: 0.1,
    difference: 1 + some.difference,
    nextDifference: 1 + some.nextDifference,
    sameDifference: 1 + some.sameDifference,
  }))
  const drops = fc.array(fc.boolean(), { maxLength: 6 })
  fc.assert(
    fc.property(imagePair, dear, drops, ([before, after], some, dropped) => {
      const found = findCovers(before, after, { eager: true }).slice(0, 6)
      const cheapest = costOf(before, after, chooseCovers(before, after, found, some), some)
      const others = [found, [], found.filter((_, index) => !dropped[index])]
      for (const other of others) expect(cheapest).toBeLessThanOrEqual(costOf(before, after, other, some) + 1e-6)
    }),
  )
})

const bytes = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255)

test('a short cover between two that go together disappears, and they become one', () => {
  const before = Buffer.concat([bytes(1000, 1), Uint8Array.of(9, 9, 9, 9), bytes(1000, 5000)])
  const after = Uint8Array.from(before)
  after.set(before.subarray(100, 104), 1000)
  const covers: Cover[] = [
    { oldPos: 0, newPos: 0, length: 1000 },
    { oldPos: 100, newPos: 1000, length: 4 },
    { oldPos: 1004, newPos: 1004, length: 1000 },
  ]
  expect(chooseCovers(before, after, covers, prices)).toEqual([{ oldPos: 0, newPos: 0, length: 2004 }])
})

test('a cover that gives less than it costs becomes new bytes', () => {
  const before = bytes(1000, 1)
  const after = Buffer.concat([bytes(40, 90_000), before.subarray(500, 505), bytes(40, 70_000)])
  expect(chooseCovers(before, after, [{ oldPos: 500, newPos: 40, length: 5 }], prices)).toEqual([])
})

test('long covers stay', () => {
  const [a, b] = [bytes(500, 1), bytes(500, 70_000)]
  const covers: Cover[] = [
    { oldPos: 500, newPos: 0, length: 500 },
    { oldPos: 0, newPos: 500, length: 500 },
  ]
  expect(chooseCovers(Buffer.concat([a, b]), Buffer.concat([b, a]), covers, prices)).toEqual(covers)
})
