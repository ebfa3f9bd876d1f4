import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortSuffixes } from './suffix-array.ts'

const texts = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 300 }).map((bits) => Uint8Array.from(bits)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.nat(60))
    .map(([period, count]) =>
      Uint8Array.from({ length: period.length * count }, (_, i) => period[i % period.length] as number),
    ),
)

const compare = (bytes: Uint8Array, a: number, b: number): number =>
  Buffer.compare(bytes.subarray(a), bytes.subarray(b))

test('suffixes are sorted', () => {
  fc.assert(
    fc.property(texts, (bytes) => {
      expect(Array.from(sortSuffixes(bytes, 256))).toEqual(
        Array.from(bytes.keys()).sort((a, b) => compare(bytes, a, b)),
      )
    }),
  )
})
