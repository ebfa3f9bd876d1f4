import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentDisposition, deviceDisposition } from './answers.ts'

const line = (name: string): string => `Content-Disposition: ${deviceDisposition(name)['Content-Disposition']}\r\n`

describe('the name of a file, as a device is told it', () => {
  test.each([
    ['app.bin', 'attachment; filename="app.bin"'],
    ['app (2).bin', 'attachment; filename="app (2).bin"'],
    ['固件.bin', `attachment; filename="__.bin"; filename*=UTF-8''%E5%9B%BA%E4%BB%B6.bin`],
    [`${'a'.repeat(77)}.bin`, `attachment; filename="${'a'.repeat(77)}.bin"`],
    [`${'a'.repeat(78)}.bin`, `attachment; filename="${'a'.repeat(77)}.bin"`],
    [`${'a'.repeat(124)}.bin`, `attachment; filename="${'a'.repeat(77)}.bin"`],
    ['x'.repeat(128), `attachment; filename="${'x'.repeat(81)}"`],
    [`${'固'.repeat(20)}.tar.gz`, `attachment; filename="${'_'.repeat(20)}.tar.gz"`],
    [`${'a'.repeat(90)}.${'b'.repeat(30)}`, `attachment; filename="${'a'.repeat(81)}"`],
  ])('%s is %s', (name, told) => {
    expect(deviceDisposition(name)).toEqual({ 'Content-Disposition': told })
  })

  test('never makes a line of 128 bytes or more, and keeps a short ending', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 200 })),
        fc.stringMatching(/^\.[a-z]{1,8}$/),
        (stem, ending) => {
          const told = line(`a${stem}${ending}`)
          expect(Buffer.byteLength(told)).toBeLessThan(128)
          expect(told).toMatch(/^Content-Disposition: attachment; filename="[ -~]+"(; filename\*=UTF-8''[!-~]+)?\r\n$/)
          expect(told.split('"')[1]?.endsWith(ending)).toBe(true)
        },
      ),
    )
  })

  test('is told in full to browsers, whatever its length', () => {
    expect(contentDisposition(`${'报'.repeat(40)}.csv`)).toContain(encodeURIComponent('报'.repeat(40)))
  })
})
