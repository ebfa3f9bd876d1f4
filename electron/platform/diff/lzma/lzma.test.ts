import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BadPatchError } from '../format.ts'
import { decodeLzma } from './decode.ts'
import { encodeLzma, type LzmaOptions, lzmaProperties } from './encode.ts'

const options: fc.Arbitrary<LzmaOptions> = fc
  .record({
    dictionarySize: fc.constantFrom(4096, 65_536, 1 << 20),
    lc: fc.integer({ min: 0, max: 4 }),
    lp: fc.integer({ min: 0, max: 4 }),
    pb: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ lc, lp }) => lc + lp <= 4)

/** Bytes with repetitions near and far, so that every kind of match occurs. */
const texts = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 200 })), { maxLength: 12 })
  .map((pieces) =>
    Uint8Array.from(
      [...pieces, ...pieces].flatMap(([piece, times]) => Array.from({ length: times }, () => [...piece]).flat()),
    ),
  )

const decodeAll = (stream: Uint8Array, how: LzmaOptions, size: number): Uint8Array => {
  const target = new Uint8Array(size)
  decodeLzma(stream, lzmaProperties(how), how.dictionarySize, size).fill(target)
  return target
}

test('what liblzma compresses, our decoder decompresses', async () => {
  await fc.assert(
    fc.asyncProperty(texts, options, async (bytes, how) => {
      const stream = await encodeLzma(bytes, how)
      expect(Buffer.compare(decodeAll(stream, how, bytes.length), bytes)).toBe(0)
    }),
    { numRuns: 60 },
  )
})

test('every option reaches liblzma: another one gives another stream', async () => {
  const bytes = Uint8Array.from({ length: 30_000 }, (_, i) => (Math.imul(i % 9000, 2654435761) >>> 15) & 63)
  const base: LzmaOptions = { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }
  const sizes = new Map<string, number>()
  for (const how of [
    base,
    { ...base, dictionarySize: 65_536 },
    { ...base, lc: 3 },
    { ...base, lp: 2 },
    { ...base, pb: 2 },
  ])
    sizes.set(JSON.stringify(how), (await encodeLzma(bytes, how)).length)
  expect(new Set(sizes.values()).size).toBe(5)
})

test('a stream that was changed or cut gives bytes or a BadPatchError, and nothing else', async () => {
  const how: LzmaOptions = { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }
  const text = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 5)
  const stream = await encodeLzma(text, how)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(stream.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
      fc.nat(stream.length),
      fc.integer({ min: 0, max: 255 }),
      (changes, length, properties) => {
        const broken = Uint8Array.from(stream)
        for (const [at, value] of changes) broken[at] = value
        try {
          decodeLzma(broken.subarray(0, length), properties, 4096, 5000).fill(new Uint8Array(5000))
        } catch (error) {
          expect(error).toBeInstanceOf(BadPatchError)
        }
      },
    ),
  )
})

test('random bytes are refused or decoded, whatever window they ask for', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(0xffffffff),
      (bytes, properties, window) => {
        try {
          decodeLzma(Uint8Array.from([0, ...bytes]), properties, window, 20_000).fill(new Uint8Array(20_000))
        } catch (error) {
          expect(error).toBeInstanceOf(BadPatchError)
        }
      },
    ),
  )
})
