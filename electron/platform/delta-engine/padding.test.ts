import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCovers } from './covers.ts'
import { createPaddingIndex, findPadding, PERIOD, SHORTEST_PADDING } from './padding.ts'

const code = fc.uint8Array({ minLength: 1, maxLength: 300 })
const filler = fc.tuple(
  fc.constantFrom([0], [255], [0xde, 0xad, 0xbe, 0xef], [1, 2, 3, 4, 5, 6, 7, 8]),
  fc.integer({ min: 2 * SHORTEST_PADDING, max: 5000 }),
)
const padded = fc
  .array(fc.tuple(code, filler), { minLength: 1, maxLength: 6 })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([bytes, [pattern, length]]) => [
        ...bytes,
        ...Array.from({ length }, (_, i) => pattern[i % pattern.length] as number),
      ]),
    ),
  )

test('finds every long stretch that repeats itself, as far as it goes', () => {
  fc.assert(
    fc.property(padded, (image) => {
      const { starts, ends } = findPadding(image)
      const repeats = (at: number): boolean => image[at] === image[at - PERIOD]
      const expected: [number, number][] = []
      for (let at = PERIOD; at < image.length; at++) {
        if (!repeats(at)) continue
        const start = at - PERIOD
        while (at < image.length && repeats(at)) at++
        if (at - start >= SHORTEST_PADDING) expected.push([start, at])
      }
      const found = Array.from(starts, (start, k) => [start, ends[k]])
      // Two stretches that touch share up to a period of bytes, which belong to the first.
      expect(found.map(([, end]) => end)).toEqual(expected.map(([, end]) => end))
    }),
  )
})

test('offers only places whose bytes are equal as far as it says', () => {
  fc.assert(
    fc.property(padded, padded, fc.nat(), (before, after, place) => {
      const padding = findPadding(after)
      const index = createPaddingIndex(before, findPadding(before), after, 2)
      for (let k = 0; k < padding.starts.length; k++) {
        const at = padding.starts[k] as number
        const left = (padding.ends[k] as number) - at
        index.offer(at, left, place % before.length, (from, shared) => {
          expect(shared).toBeLessThanOrEqual(left)
          expect(after.subarray(at, at + shared)).toEqual(before.subarray(from, from + shared))
          if (shared < left) expect(before[from + shared]).not.toBe(after[at + shared])
        })
      }
    }),
  )
})

/** Blocks of random bytes with padding between, whose lengths differ between two images. */
const image = (lengths: readonly number[]): Uint8Array => {
  let state = 7
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state >>> 24
  }
  return Buffer.concat(
    lengths.flatMap((length) => [Uint8Array.from({ length: 600 }, random), Buffer.alloc(length, 0xff)]),
  )
}

test('takes padding that became longer or shorter in few covers', () => {
  const lengths = [90_000, 300_000, 1000, 50_000, 700, 200_000]
  const before = image(lengths)
  const after = image(lengths.map((length, k) => length + (k % 2 === 0 ? 70_000 : -400)))
  const covers = findCovers(before, after)
  // Each block follows its padding; padding that grew needs a few pieces of the longest.
  expect(covers.length).toBeLessThan(30)
  expect(covers.reduce((sum, { length }) => sum + length, 0)).toBe(after.length)
})
