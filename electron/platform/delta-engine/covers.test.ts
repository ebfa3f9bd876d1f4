import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imagePair } from '../../../test/helpers/firmware-images.ts'
import { findCovers } from './covers.ts'
import { createMatcher } from './matcher.ts'

test('covers lie inside both images, in the order of the new one, and never overlap there', () => {
  fc.assert(
    fc.property(imagePair, fc.boolean(), ([before, after], eager) => {
      let end = 0
      for (const { oldPos, newPos, length } of findCovers(before, after, { eager })) {
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

test('what moved inside an image is found where it went', () => {
  const half = (seed: number) =>
    Uint8Array.from({ length: 5000 }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255)
  const [a, b] = [half(1), half(70_000)]
  const before = Buffer.concat([a, b])
  const after = Buffer.concat([b, a])
  expect(findCovers(before, after)).toEqual([
    { oldPos: 5000, newPos: 0, length: 5000 },
    { oldPos: 0, newPos: 5000, length: 5000 },
  ])
})

/** The longest stretch that both images share from `at` on in the new one, by exhaustive search. */
const longest = (before: Uint8Array, after: Uint8Array, at: number): number => {
  let best = 0
  for (let from = 0; from < before.length; from++) {
    let length = 0
    while (from + length < before.length && at + length < after.length && before[from + length] === after[at + length])
      length++
    best = Math.max(best, length)
  }
  return best
}

test('a stretch that is found is there as long as it is said to be, and none of few is longer unless it is not worth it', () => {
  const few = fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 30 }),
    fc.uint8Array({ minLength: 1, maxLength: 30 }),
    fc.array(fc.boolean(), { maxLength: 12 }),
    fc.array(fc.boolean(), { maxLength: 12 }),
  )
  fc.assert(
    fc.property(
      few,
      fc.nat(400),
      fc.integer({ min: -400, max: 400 }),
      fc.constantFrom(1 as const, 2 as const),
      ([a, b, old, next], place, offset, step) => {
        const join = (parts: readonly boolean[]) => Uint8Array.from(parts.flatMap((first) => [...(first ? a : b)]))
        const [before, after] = [join(old), join(next)]
        const at = after.length === 0 ? 0 : place % after.length
        const match = createMatcher(before, after, 4, step)
        match.search(at, at + offset)
        const { position, length } = match
        expect(before.subarray(position, position + length)).toEqual(after.subarray(at, at + length))
        // All positions of a gram are searched when there are at most 12.
        if (step === 1 && a.length > 4 && b.length > 4 && new Set([...a, ...b]).size === a.length + b.length) {
          const best = longest(before, after, at)
          expect(length).toBeGreaterThanOrEqual(best > 4 ? best - 4 : 0)
          if (length === 0) expect(best).toBeLessThan(5)
        }
      },
    ),
  )
})

test('of equally long stretches the nearest is taken, and what has not moved unless another is worth it', () => {
  const piece = (seed: number, length: number) =>
    Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255)
  const [common, x, y] = [piece(1, 20), piece(5000, 100), piece(9000, 100)]
  const before = Buffer.concat([common, x, common, y, common])
  const found = (expected: number) => {
    const match = createMatcher(before, common, 4)
    match.search(0, expected)
    return [match.position, match.length]
  }
  expect([found(2), found(110), found(190), found(1000), found(-50)]).toEqual([
    [0, 20],
    [120, 20],
    [240, 20],
    [240, 20],
    [0, 20],
  ])
  const usual = Buffer.concat([common.subarray(0, 16), Uint8Array.of(1, 2, 3, 4), x, common])
  const match = createMatcher(usual, common, 4)
  match.search(0, 0)
  expect([match.position, match.length]).toEqual([0, 16])
})

test('an image of one byte over and over is searched in a moment', () => {
  const [before, after] = [new Uint8Array(1_000_000), new Uint8Array(1_000_000)]
  for (let at = 500; at < after.length; at += 1000) after[at] = 7
  expect(findCovers(before, after)).toEqual([{ oldPos: 0, newPos: 0, length: 1_000_000 }])
})

test('the search for covers stops when it is told to', () => {
  expect(() =>
    findCovers(new Uint8Array(10), new Uint8Array(10), { signal: AbortSignal.abort(new Error('stop')) }),
  ).toThrow('stop')
})
