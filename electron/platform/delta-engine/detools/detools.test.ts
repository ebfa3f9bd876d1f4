import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { imagePair } from '../../../../test/helpers/firmware-images.ts'
import type { ByteSource } from '../byte-source.ts'
import { BadDeltaError } from '../delta-format.ts'
import { encodeHeatshrink } from '../heatshrink/encode.ts'
import { readDelta, writeDelta } from './container.ts'
import { detools, detoolsEspressif } from './detools.ts'
import { espressifDigest } from './espressif.ts'
import { packSize, takeSize } from './size.ts'

const sourceOf = (bytes: Uint8Array): Pick<ByteSource, 'next'> => {
  let at = 0
  return {
    next() {
      const byte = bytes[at++]
      if (byte === undefined) throw new BadDeltaError('DELTA_INCOMPLETE')
      return byte
    },
  }
}

test('sizes come back as they were written, with their sign', () => {
  fc.assert(
    fc.property(fc.integer({ min: -0x7fffffff, max: 0x7fffffff }), (value) => {
      // -0 is a JavaScript number, but not a size.
      expect(takeSize(sourceOf(packSize(value))) + 0).toBe(value)
    }),
  )
})

test.each([
  [0, '00'],
  [63, '3f'],
  [-1, '41'],
  [64, '8001'],
  [-64, 'c001'],
  [319988, 'b48727'],
])('the size %i is %s', (value, hex) => {
  expect(Buffer.from(packSize(value)).toString('hex')).toBe(hex)
})

test('a size without end is refused', () => {
  expect(() => takeSize(sourceOf(new Uint8Array(50).fill(0x80)))).toThrow(BadDeltaError)
})

test('a patch is written byte by byte as the format says', () => {
  const before = Buffer.from('0123456789abcdef')
  const after = Buffer.from('>>456789abcdeg0123!')
  const delta = writeDelta(before, after, [
    { oldPos: 4, newPos: 2, length: 12 },
    { oldPos: 0, newPos: 14, length: 4 },
  ])
  const body = Buffer.from(
    [
      '00', // no data format
      '00',
      '02',
      '3e3e',
      '04', // no differences, ">>", 4 onwards
      '0c',
      '0000000000000000000000',
      '01',
      '00',
      '50', // "g" is one more than "f", nothing new, 16 backwards
      '04',
      '00000000',
      '01',
      '21',
      '00', // equal, "!", the end
    ].join(''),
    'hex',
  )
  expect(Buffer.from(delta).toString('hex')).toBe(
    `041344${Buffer.from(encodeHeatshrink(body, { windowBits: 8, lookAheadBits: 7 })).toString('hex')}`,
  )
})

describe.each([detools, detoolsEspressif])('$name', (format) => {
  test('gives the new image back', async () => {
    await fc.assert(
      fc.asyncProperty(imagePair, async ([before, after]) => {
        const delta = await format.make(before, after, {})
        expect(Buffer.compare(await format.restore(before, delta, after.length), after)).toBe(0)
      }),
    )
  })

  test('refuses a new image beyond the limit', async () => {
    const delta = await format.make(new Uint8Array(10), new Uint8Array(100), {})
    await expect(format.restore(new Uint8Array(10), delta, 99)).rejects.toBeInstanceOf(BadDeltaError)
  })

  test('a changed or cut patch gives an image within the limit or a BadDeltaError, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        imagePair,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(),
        async ([before, after], changes, cut) => {
          const delta = Uint8Array.from(await format.make(before, after, {}))
          for (const [at, value] of changes) delta[at % delta.length] = value
          const broken = cut % 3 === 0 ? delta.subarray(0, cut % (delta.length + 1)) : delta
          try {
            expect((await format.restore(before, broken, 4000)).length).toBeLessThanOrEqual(4000)
          } catch (error) {
            expect(error).toBeInstanceOf(BadDeltaError)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

test('turns that make nothing are refused', () => {
  const body = encodeHeatshrink(new Uint8Array(2000), { windowBits: 8, lookAheadBits: 7 })
  expect(() => readDelta(new Uint8Array(4), Uint8Array.of(0x04, 0x05, 0x44, ...body), 100)).toThrow('an empty turn')
})

/** An ESP image of one segment, with the digest that esptool appends, and a signature after it. */
const espImage = (content: Uint8Array): Buffer => {
  const header = Buffer.alloc(32)
  header.set([0xe9, 1])
  header[23] = 1
  header.writeUInt32LE(content.length, 28)
  const size = (Math.floor((32 + content.length) / 16) + 1) * 16
  const image = Buffer.concat([header, content, Buffer.alloc(size - 32 - content.length)])
  return Buffer.concat([image, createHash('sha256').update(image).digest(), Buffer.from('signature')])
}

test('an ESP image is named by the digest that is appended to it, whatever follows', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (content) => {
      const image = espImage(content)
      expect(espressifDigest(image).equals(image.subarray(-41, -9))).toBe(true)
    }),
  )
})

test("Espressif's header holds the magic, the digest of the base image and zeros", async () => {
  const before = espImage(Uint8Array.of(1, 2, 3))
  const delta = Buffer.from(await detoolsEspressif.make(before, Uint8Array.of(4), {}))
  expect(delta.readUInt32LE(0)).toBe(0xfccdde10)
  expect(delta.subarray(4, 36).equals(before.subarray(-41, -9))).toBe(true)
  expect(delta.subarray(36, 64).equals(Buffer.alloc(28))).toBe(true)
  expect(delta.subarray(64).equals(Buffer.from(await detools.make(before, Uint8Array.of(4), {})))).toBe(true)
})

test('a patch for another base image is refused by its digest', async () => {
  const delta = await detoolsEspressif.make(espImage(Uint8Array.of(1)), Uint8Array.of(4), {})
  await expect(detoolsEspressif.restore(espImage(Uint8Array.of(2)), delta, 10)).rejects.toThrow('another image')
})

test('images that claim segments beyond their end are named as files', () => {
  const image = espImage(Uint8Array.of(1))
  image.writeUInt32LE(0xffffffff, 28)
  expect(espressifDigest(image).equals(createHash('sha256').update(image).digest())).toBe(true)
})
