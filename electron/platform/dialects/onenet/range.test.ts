import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveRange } from './range.ts'

/** First and last byte, both inclusive as in the headers, for a file of 1000 bytes. */
const positions = (header: string | undefined, size = 1000) => {
  const slice = resolveRange(header, size)
  return slice === 'whole' ? slice : `${slice.start}-${slice.end - 1}`
}

describe('OneNET’s Range', () => {
  test.each([
    ['0-99', '0-99'],
    ['bytes=0-99', '0-99'],
    ['Bytes = 0-99', '0-99'],
    ['500-599', '500-599'],
    ['2-', '2-999'],
    ['bytes=2-', '2-999'],
    ['-100', '900-999'],
    ['bytes=-100', '900-999'],
  ])('%s means %s', (header, expected) => expect(positions(header)).toBe(expected))

  test.each([
    ['end at or beyond the length is the last byte', '900-4995', '900-999'],
    ['end at the length', '900-1000', '900-999'],
    ['start at the length is 0', '1000-', '0-999'],
    ['start beyond the length is 0', '5000-', '0-999'],
    ['start and end beyond the length', '1000-2000', '0-999'],
    ['start after end is 0', '500-100', '0-100'],
    ['more than there is from the end is all', '-5000', '0-999'],
    ['leading zeros', '01-02', '1-2'],
    ['leading zeros and unit', 'bytes=0001-00002', '1-2'],
    ['one byte', '5-5', '5-5'],
    ['numbers beyond all numbers', `0-${'9'.repeat(400)}`, '0-999'],
  ])('%s', (_, header, expected) => expect(positions(header)).toBe(expected))

  test.each([
    undefined,
    '',
    '-',
    '-0',
    'abc',
    '1,5',
    '0-1,5-9',
    'bytes=0-1,5-9',
    'items=0-1',
    '0x1-0x2',
    '1 - 2',
    '1.5-2',
    '--5',
    '5',
  ])('%s means the whole file', (header) => expect(positions(header)).toBe('whole'))

  test('always lies within the file, and is never empty', () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.nat(3000), fc.nat(3000)).map(([start, end]) => `${start}-${end}`),
      fc.tuple(fc.constantFrom('', 'bytes='), fc.nat(3000)).map(([unit, start]) => `${unit}${start}-`),
      fc.nat(3000).map((suffix) => `-${suffix}`),
    )
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 2000 }), (text, size) => {
        const slice = resolveRange(text, size)
        if (slice === 'whole') return
        expect(slice.start).toBeGreaterThanOrEqual(0)
        expect(slice.start).toBeLessThan(slice.end)
        expect(slice.end).toBeLessThanOrEqual(size)
      }),
    )
  })
})
