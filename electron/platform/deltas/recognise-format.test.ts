import { crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../../test/helpers/seeded.ts'
import { deltaCodecs } from '../delta-engine/delta-formats.ts'
import { HEAD_BYTES, recognise } from './recognise-format.ts'

const random = seeded(3)
const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))

/** A ZIP archive of one deflated file (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
const archive = (content: Buffer): Buffer => {
  const packed = deflateRawSync(content, { level: 6 })
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt32LE(crc32(content), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(content.length, 18)
  fields.writeUInt16LE(1, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from('a'), packed])
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, Buffer.alloc(14), Buffer.from('a')])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

/** Pairs of images of many sizes, down to empty. */
const images = [0, 1, 63, 64, 8191, 8192, 40_000].map((size) => {
  const before = bytes(size + 100)
  const after = Buffer.from(before.subarray(0, size))
  after.fill(7, size >> 1, Math.min(size, (size >> 1) + 20))
  return { size, before, after }
})

describe.each(Object.values(deltaCodecs))('a patch of $name', (format) => {
  test.each(images)('to an image of $size bytes is recognised', async ({ before, after }) => {
    // The ZIP format applies to pairs of archives only.
    const packed = format.name === 'zip' ? archive : (image: Buffer) => image
    const delta = await format.make(packed(before), packed(after), {})
    expect(recognise(delta.subarray(0, HEAD_BYTES))).toBe(format.name)
  })
})

describe('what is no patch of ours', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([0x04])],
    ['an ESP image', Buffer.concat([Buffer.from([0xe9, 3, 2, 0x20]), bytes(60)])],
    ['a magic with one wrong byte', Buffer.from([0x10, 0xde, 0xcc, 0xfc])],
    ['detools with figures that no device takes', Buffer.from([0x04, 0x20, 0x99, 1, 2])],
    ['an archive', Buffer.from('PK\x03\x04')],
  ])('%s is not recognised', (_, head) => {
    expect(recognise(head)).toBeUndefined()
  })

  test('is a number without end where a size should be', () => {
    expect(recognise(Buffer.concat([Buffer.from([0x04]), Buffer.alloc(63, 0xff)]))).toBeUndefined()
  })
})
