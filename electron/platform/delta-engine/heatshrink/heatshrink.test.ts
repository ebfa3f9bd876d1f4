import fc from 'fast-check'
import { HeatshrinkDecoder } from 'heatshrink-ts'
import { expect, test } from 'vitest'
import { BadDeltaError } from '../delta-format.ts'
import { decodeHeatshrink } from './decode.ts'
import { encodeHeatshrink, type HeatshrinkOptions } from './encode.ts'

const options: fc.Arbitrary<HeatshrinkOptions> = fc
  .record({ windowBits: fc.integer({ min: 4, max: 12 }), lookAheadBits: fc.integer({ min: 3, max: 11 }) })
  .filter(({ windowBits, lookAheadBits }) => lookAheadBits < windowBits)

const texts = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 1, max: 100 })), { maxLength: 8 })
  .map((pieces) =>
    Uint8Array.from(pieces.flatMap(([piece, times]) => Array.from({ length: times }, () => [...piece]).flat())),
  )

test('what is compressed comes back, from our decoder and from another', () => {
  fc.assert(
    fc.property(texts, options, (bytes, how) => {
      const stream = encodeHeatshrink(bytes, how)
      const ours = new Uint8Array(bytes.length)
      decodeHeatshrink(stream, how).fill(ours)
      expect(Buffer.compare(ours, bytes)).toBe(0)
      const decoder = new HeatshrinkDecoder(how.windowBits, how.lookAheadBits, 64)
      decoder.process(stream)
      expect(Buffer.compare(decoder.getOutput().subarray(0, bytes.length), bytes)).toBe(0)
    }),
  )
})

/** The minimum number of bits over all ways to write the bytes, by exhaustive search. */
const fewestBits = (bytes: Uint8Array, { windowBits, lookAheadBits }: HeatshrinkOptions): number => {
  const costs = new Array<number>(bytes.length + 1).fill(0)
  for (let at = bytes.length - 1; at >= 0; at--) {
    costs[at] = 9 + (costs[at + 1] as number)
    for (let back = 1; back <= Math.min(at, 1 << windowBits); back++)
      for (let n = 0; n < 1 << lookAheadBits && at + n < bytes.length && bytes[at + n - back] === bytes[at + n]; n++)
        costs[at] = Math.min(costs[at] as number, 1 + windowBits + lookAheadBits + (costs[at + n + 1] as number))
  }
  return costs[0] as number
}

test('no stream is shorter', () => {
  const few = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 120 }).map((bytes) => Uint8Array.from(bytes))
  fc.assert(
    fc.property(few, options, (bytes, how) => {
      expect(encodeHeatshrink(bytes, how).length).toBe(Math.ceil(fewestBits(bytes, how) / 8))
    }),
  )
})

test('a stream that ends too early is refused', () => {
  const how = { windowBits: 8, lookAheadBits: 7 }
  const stream = encodeHeatshrink(Buffer.from('all of this'), how)
  expect(() => decodeHeatshrink(stream.subarray(0, -1), how).fill(new Uint8Array(11))).toThrow(BadDeltaError)
})
