import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import lzma from 'lzma-native'
import { expect, test } from 'vitest'
import { seeded } from '../../../../test/helpers/seeded.ts'
import { BadDeltaError } from '../delta-format.ts'
import { decodeLzma } from './decode.ts'
import { encodeLzma } from './encode.ts'
import { type LzmaOptions, lzmaProperties } from './options.ts'

/**
 * liblzma, an independent implementation. Its binding accepts options that its types lack (raw decoding, camelCase options), and
 * silently ignores other names.
 */
const liblzma = (way: 'rawEncoder' | 'rawDecoder', bytes: Uint8Array, how: LzmaOptions): Promise<Uint8Array> => {
  const { dictionarySize: dictSize, lc, lp, pb } = how
  const options: lzma.LzmaOptions & { readonly filters: readonly object[] } = {
    filters: [
      { id: 'LZMA_FILTER_LZMA1', options: { dictSize, lc, lp, pb, mode: 2, mf: 0x14, niceLen: 128, depth: 0 } },
    ],
  }
  return buffer(Readable.from([bytes]).pipe(lzma.createStream(way as 'rawEncoder', options)))
}

const options: fc.Arbitrary<LzmaOptions> = fc
  .record({
    dictionarySize: fc.constantFrom(4096, 65_536, 1 << 20),
    lc: fc.integer({ min: 0, max: 4 }),
    lp: fc.integer({ min: 0, max: 4 }),
    pb: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ lc, lp }) => lc + lp <= 4)

/** Bytes with near and far repetitions, so that every kind of match occurs. */
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
      const stream = await liblzma('rawEncoder', bytes, how)
      expect(Buffer.compare(decodeAll(stream, how, bytes.length), bytes)).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test('what our encoder compresses, liblzma and our decoder decompress', async () => {
  await fc.assert(
    fc.asyncProperty(texts, options, async (bytes, how) => {
      const stream = encodeLzma(bytes, how)
      expect(Buffer.compare(decodeAll(stream, how, bytes.length), bytes)).toBe(0)
      expect(Buffer.compare(await liblzma('rawDecoder', stream, how), bytes)).toBe(0)
    }),
    { numRuns: 60 },
  )
})

/** The content of a delta's body: differences, mostly 0 and partly repeated, between new bytes. */
const patchBody = (size: number): Uint8Array => {
  const random = seeded(7)
  const next = (below: number): number => Math.floor(random() * below)
  const body = new Uint8Array(size)
  for (let at = 0; at < size; ) {
    const kind = next(10)
    const length = 1 + next(kind < 2 ? 400 : 30)
    const again = next(3000)
    for (let end = Math.min(size, at + length); at < end; at++)
      if (kind === 2) body[at] = next(256)
      else if (kind > 7 && at > again) body[at] = body[at - again - 1] as number
      else if (kind > 3 && at % 4 === 1) body[at] = 1 + next(6)
  }
  return body
}

test.each([
  ['of a device', { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }],
  ['of whoever has memory', { dictionarySize: 1 << 20, lc: 3, lp: 0, pb: 2 }],
])('the body of a patch becomes about as small as by liblzma, with a window %s', async (_, how) => {
  const body = patchBody(200_000)
  const stream = encodeLzma(body, how)
  expect(Buffer.compare(decodeAll(stream, how, body.length), body)).toBe(0)
  expect(stream.length / (await liblzma('rawEncoder', body, how)).length).toBeLessThan(1.03)
})

test('differences that hardly repeat become about as small as by liblzma', async () => {
  const how: LzmaOptions = { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }
  const random = seeded(3)
  const differences = Uint8Array.from({ length: 100_000 }, () => (random() < 0.05 ? random() * 256 : 0))
  const stream = encodeLzma(differences, how)
  expect(Buffer.compare(decodeAll(stream, how, differences.length), differences)).toBe(0)
  expect(stream.length / (await liblzma('rawEncoder', differences, how)).length).toBeLessThan(1.05)
})

test.each([
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(7)],
  ['two megabytes of zeros', new Uint8Array(2 << 20)],
  ['a period as long as the window', Uint8Array.from({ length: 20_000 }, (_, i) => ((i % 4096) * 7919) >> 4)],
  ['a period longer than the window by one', Uint8Array.from({ length: 20_000 }, (_, i) => ((i % 4097) * 7919) >> 4)],
])('%s comes back', (_, bytes) => {
  const how: LzmaOptions = { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }
  expect(Buffer.compare(decodeAll(encodeLzma(bytes, how), how, bytes.length), bytes)).toBe(0)
})

test('a stream that was changed or cut gives bytes or a BadDeltaError, and nothing else', () => {
  const how: LzmaOptions = { dictionarySize: 4096, lc: 0, lp: 0, pb: 0 }
  const text = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 5)
  const stream = encodeLzma(text, how)
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
          expect(error).toBeInstanceOf(BadDeltaError)
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
          expect(error).toBeInstanceOf(BadDeltaError)
        }
      },
    ),
  )
})
