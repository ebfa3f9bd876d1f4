import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { imagePair } from '../../../../test/helpers/firmware-images.ts'
import type { ByteSource } from '../byte-source.ts'
import { findCovers } from '../covers.ts'
import { BadDeltaError } from '../delta-format.ts'
import { readDelta, writeDelta } from './container.ts'
import { hpatchLite } from './hpatch-lite.ts'
import { putVarint, restOfVarint, takeVarint } from './varint.ts'

const sourceOf = (bytes: readonly number[]): ByteSource & { readonly left: () => number } => {
  let at = 0
  return {
    next() {
      const byte = bytes[at++]
      if (byte === undefined) throw new BadDeltaError('DELTA_INCOMPLETE')
      return byte
    },
    fill(target) {
      for (let i = 0; i < target.length; i++) target[i] = this.next()
    },
    left: () => bytes.length - at,
  }
}

const sizes = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat())

test('numbers come back as they were written, to the last byte', () => {
  fc.assert(
    fc.property(sizes, (value) => {
      const out: number[] = []
      putVarint(out, value)
      const source = sourceOf(out)
      expect(takeVarint(source)).toBe(value)
      expect(source.left()).toBe(0)
    }),
  )
})

test('distances come back beside the flags of their tag', () => {
  fc.assert(
    fc.property(sizes, fc.constantFrom(0, 64, 128, 192), (value, flags) => {
      const out: number[] = []
      putVarint(out, value, 5, flags)
      const tag = out[0] as number
      expect(tag & 192).toBe(flags)
      expect(restOfVarint(sourceOf(out.slice(1)), tag & 31, (tag & 32) !== 0)).toBe(value)
    }),
  )
})

test('a number without end is refused', () => {
  expect(() => takeVarint(sourceOf(Array.from({ length: 100 }, () => 255)))).toThrow(BadDeltaError)
})

test('a patch is written byte by byte as the format says', async () => {
  const before = Buffer.from('0123456789abcdef')
  const after = Buffer.from('>>456789abcdeg0123!')
  const covers = [
    { oldPos: 4, newPos: 2, length: 12 },
    { oldPos: 0, newPos: 14, length: 4 },
  ]
  const delta = writeDelta(before, after, covers, 'none')
  expect(Buffer.from(delta).toString('hex')).toBe(
    [
      '6849', // "hI"
      '00', // no compression
      '41', // version 1, no size of a body, one byte of the new size
      '13', // 19 bytes
      '03', // three covers
      '0c',
      '04',
      '02',
      '3e3e', // 12 bytes, 4 onwards, after ">>"
      '0000000000000000000000',
      '01', // "g" is one more than "f"
      '04',
      `${(0x80 | 0x40 | 16).toString(16)}`,
      '00', // 4 bytes, copied, 16 backwards, after nothing
      '00',
      '80',
      '01',
      '21', // the end, after "!"
    ].join(''),
  )
})

test('an LZMA stream stands behind the size of its header, its properties and its window', async () => {
  const after = Buffer.alloc(1000, 'again and again ')
  const delta = await hpatchLite.make(new Uint8Array(0), after, {})
  expect(Buffer.from(delta.subarray(0, 8)).toString('hex')).toMatch(/^68490352e803..../)
  // 5 bytes: lc, lp and pb of 0, 4 KB; then the stream, whose first byte is always 0.
  expect(Buffer.from(delta.subarray(8, 15)).toString('hex')).toBe('05000010000000')
})

describe('make and restore', () => {
  test('give the new image back', async () => {
    await fc.assert(
      fc.asyncProperty(imagePair, fc.boolean(), async ([before, after], isStored) => {
        const delta = isStored
          ? writeDelta(before, after, findCovers(before, after), 'none')
          : await hpatchLite.make(before, after, {})
        expect(Buffer.compare(await hpatchLite.restore(before, delta, after.length), after)).toBe(0)
      }),
    )
  })

  test('refuse a new image beyond the limit', async () => {
    const delta = await hpatchLite.make(new Uint8Array(10), new Uint8Array(100), {})
    await expect(hpatchLite.restore(new Uint8Array(10), delta, 99)).rejects.toBeInstanceOf(BadDeltaError)
  })
})

test('a changed or cut patch gives an image within the limit or a BadDeltaError, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      imagePair,
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      fc.nat(),
      async ([before, after], isStored, changes, cut) => {
        const delta = Uint8Array.from(
          writeDelta(before, after, findCovers(before, after), ...(isStored ? (['none'] as const) : [])),
        )
        for (const [at, value] of changes) delta[at % delta.length] = value
        const broken = cut % 3 === 0 ? delta.subarray(0, cut % (delta.length + 1)) : delta
        try {
          expect(readDelta(before, broken, 4000).length).toBeLessThanOrEqual(4000)
        } catch (error) {
          expect(error).toBeInstanceOf(BadDeltaError)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test.each([
  ['nothing', []],
  ['another beginning', [0x68, 0x50, 0, 0x41, 1, 0]],
  ['another version', [0x68, 0x49, 0, 0x81, 1, 0]],
  ['raw deflate', [0x68, 0x49, 2, 0x49, 1, 1, 0]],
  ['an LZMA header of another size', [0x68, 0x49, 3, 0x49, 1, 1, 4, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0]],
  ['a size that ends too early', [0x68, 0x49, 0, 0x44, 1]],
  ['a cover outside of the old image', [0x68, 0x49, 0, 0x41, 4, 1, 4, 0x80 | 20, 0]],
  ['covers that make nothing', [0x68, 0x49, 0, 0x41, 4, 0x8f, 0x7f, 0, 0, 0, 0, 0, 0]],
  ['bytes beyond the new size', [0x68, 0x49, 0, 0x41, 4, 1, 0, 0, 5, 1, 2, 3, 4, 5]],
])('%s is refused', (_, bytes) => {
  expect(() => readDelta(new Uint8Array(8), Uint8Array.from(bytes), 100)).toThrow(BadDeltaError)
})
