import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imagePair } from '../../../test/helpers/firmware-images.ts'
import { findCovers } from './covers.ts'
import { buildSuffixArray } from './suffix-array.ts'

const compare = (bytes: Uint8Array, a: number, b: number): number =>
  Buffer.compare(bytes.subarray(a), bytes.subarray(b))

const texts = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 300 }).map((bits) => Uint8Array.from(bits)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.nat(60))
    .map(([period, count]) =>
      Uint8Array.from({ length: period.length * count }, (_, i) => period[i % period.length] as number),
    ),
)

test('suffixes are sorted, every one of them or every fourth', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(1 as const, 4 as const), (bytes, step) => {
      const { order } = buildSuffixArray(bytes, step)
      const places = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => i * step)
      expect(Array.from(order, (place) => place * step)).toEqual(places.sort((a, b) => compare(bytes, a, b)))
    }),
  )
})

test('covers lie inside both images, in the order of the new one, and never overlap there', () => {
  fc.assert(
    fc.property(imagePair, fc.constantFrom(1 as const, 4 as const), fc.boolean(), ([before, after], step, eager) => {
      let end = 0
      for (const { oldPos, newPos, length } of findCovers(before, after, {
        suffixes: buildSuffixArray(before, step),
        eager,
      })) {
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

test('the search for covers stops when it is told to', () => {
  expect(() =>
    findCovers(new Uint8Array(10), new Uint8Array(10), { signal: AbortSignal.abort(new Error('stop')) }),
  ).toThrow('stop')
})
