import { describe, expect, it } from 'vitest'
import { mcubootImage } from '../../../simulator/targets/smp-images.ts'
import { smpImages } from './image-rules.ts'
import { isNoImage, readMcubootImage } from './mcuboot-image.ts'

const program = Buffer.alloc(3000, 0x5a)
const good = mcubootImage(program, { major: 3, revision: 7, build: 9 })

const changed = (at: number, ...bytes: number[]): Buffer => {
  const copy = Buffer.from(good)
  copy.set(bytes, at)
  return copy
}

const codesOf = (bytes: Uint8Array, name = 'app.bin'): string[] => {
  const { regions } = smpImages.parse(new Uint8Array(bytes), name, null)
  return smpImages.check(regions, undefined, {}).map(({ code, refused }) => (refused ? code : `${code}, a warning`))
}

/** The end of a slot that imgtool has padded, with its magic (MCUboot, "Image trailer"). */
const trailer = Buffer.concat([Buffer.alloc(500, 0xff), Buffer.from('77c295f360d2ef7f3552500f2cb67980', 'hex')])

describe('a file for MCUboot', () => {
  it.each([
    ['a signed image', good, []],
    ['an image without signature', mcubootImage(program, { unsigned: true }), ['SMP_UNSIGNED, a warning']],
    ['one that is padded', Buffer.concat([good, Buffer.alloc(500, 0xff)]), ['SMP_PADDED, a warning']],
    ['one that is padded and marked', Buffer.concat([good, trailer]), ['SMP_PADDED, a warning']],
    ['one with data behind it', Buffer.concat([good, Buffer.alloc(9, 1)]), ['SMP_TRAILING, a warning']],
    ['one that is not bootable', changed(16, 0x10), ['SMP_HASH', 'SMP_NOT_BOOTABLE, a warning']],
    ['a changed program', changed(1000, 1), ['SMP_HASH']],
    ['a program without header', program, ['SMP_NO_HEADER']],
    ['the format of old', changed(0, 0x3c, 0xb8, 0xf3, 0x96), ['SMP_OLD_FORMAT']],
    ['one that is cut in its program', good.subarray(0, 2000), ['SMP_TRUNCATED']],
    ['one that is cut in its tags', good.subarray(0, good.length - 10), ['SMP_TRUNCATED']],
    ['a header alone', good.subarray(0, 20), ['SMP_TRUNCATED']],
    ['a wrong size in the header', changed(12, 0x10), ['SMP_TAGS_DAMAGED']],
    ['a tag that is longer than the tags', changed(512 + 3000 + 6, 0xff), ['SMP_TAGS_DAMAGED']],
    ['tags without a hash', changed(512 + 3000 + 4, 0x50), ['SMP_NO_HASH']],
    ['an archive', Buffer.from([0x50, 0x4b, 3, 4, ...Buffer.alloc(60)]), ['FILE_PACKED']],
    ['a web page', Buffer.from(`<!doctype html>${' '.repeat(80)}`), ['FILE_PAGE']],
  ] as const)('%s', (_, bytes, codes) => {
    expect(codesOf(bytes)).toEqual(codes)
  })

  it.each([
    ['ELF', Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]), Buffer.alloc(60)]), 'SMP_SIGN_FIRST'],
    ['HEX', Buffer.from(':020000040800F2\r\n:0400000001020304F2\r\n:00000001FF\r\n'), 'SMP_SIGN_FIRST'],
    ['UF2', Buffer.from([0x55, 0x46, 0x32, 0x0a, 0x57, 0x51, 0x5d, 0x9e, ...Buffer.alloc(504)]), 'FILE_UF2'],
    ['nothing', Buffer.alloc(0), 'IMAGE_EMPTY'],
  ])('as %s is refused by name', (_, bytes, code) => {
    expect(() => codesOf(bytes)).toThrow(code)
  })

  it('says its version and whether it is signed', () => {
    const { regions } = smpImages.parse(new Uint8Array(good), 'app.bin', null)
    expect(smpImages.describe?.(regions).images).toEqual([
      { name: 'app.bin', kind: 'app', version: '3.0.7+9', signed: true },
    ])
  })

  it('that is there twice is worth a word', () => {
    const regions = ['a.bin', 'b.bin'].map((name) => ({ address: 0, bytes: new Uint8Array(good), name }))
    expect(smpImages.check(regions, undefined, {}).map(({ code }) => code)).toEqual(['SMP_TWINS'])
  })

  it('is read at every cut without an error', () => {
    for (let size = 0; size < good.length; size++)
      expect(isNoImage(readMcubootImage(new Uint8Array(good.subarray(0, size))))).toBe(true)
  })
})
