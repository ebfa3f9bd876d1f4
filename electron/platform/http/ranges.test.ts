import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RANGES, resolveRanges } from './ranges.ts'

const part = (start: number, end: number) => ({ kind: 'parts', ranges: [{ start, end }] })
const refused = (why: string) => ({ kind: 'refused', why })

describe('a Range header', () => {
  it.each([
    ['bytes=0-499', 1000, part(0, 500)],
    ['bytes=500-', 1000, part(500, 1000)],
    ['bytes=-200', 1000, part(800, 1000)],
    ['bytes=-2000', 1000, part(0, 1000)],
    ['bytes=999-999', 1000, part(999, 1000)],
    ['bytes=900-5000', 1000, part(900, 1000)],
    ['bytes=0-99999999999999999999999', 1000, part(0, 1000)],
    ['bytes=00-0499', 1000, part(0, 500)],
    ['BYTES=0-1', 1000, part(0, 2)],
    ['bytes = 0-1', 1000, part(0, 2)],
    ['bytes=,, 0-1 ,,', 1000, part(0, 2)],
  ])('%s of %i bytes is read as RFC 9110 says', (header, size, answer) => {
    expect(resolveRanges(header, size)).toEqual(answer)
  })

  it.each([
    ['0-499', part(0, 500)],
    ['500-', part(500, 1000)],
    ['-200', part(800, 1000)],
  ])('%s is understood without its unit, as OneNET clients send it', (header, answer) => {
    expect(resolveRanges(header, 1000)).toEqual(answer)
  })

  it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=5000-6000,1000-', '1000-'])(
    '%s of 1000 bytes is beyond the end',
    (header) => {
      expect(resolveRanges(header, 1000)).toEqual(refused('beyond-end'))
    },
  )

  it.each([
    '',
    'bytes=',
    'bytes',
    'bytes=,',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-4',
    'bytes=0-1,x',
    'bytes=1 -2',
    'bytes=0x1-2',
    'bytes=+1-2',
    'bytes=1.5-2',
    'bytes=--5',
    'bytes=1-2-3',
    'bytes=0-1;2-3',
    'bytes=0-1, bytes=3-4',
    '٠-٩',
    'five',
  ])('%j is refused as malformed, never answered by the whole file', (header) => {
    expect(resolveRanges(header, 1000)).toEqual(refused('malformed'))
  })

  it('in another unit is ignored, as it must be', () => {
    expect(resolveRanges('items=0-5', 1000)).toEqual({ kind: 'whole' })
    expect(resolveRanges(undefined, 1000)).toEqual({ kind: 'whole' })
  })

  it('with several ranges keeps their order, drops those beyond the end, and joins what overlaps or touches', () => {
    expect(resolveRanges('bytes=500-599,0-99,2000-', 1000)).toEqual({
      kind: 'parts',
      ranges: [
        { start: 500, end: 600 },
        { start: 0, end: 100 },
      ],
    })
    expect(resolveRanges('bytes=50-149,0-99,150-199', 1000)).toEqual(part(0, 200))
    expect(resolveRanges('bytes=900-,0-9,-50', 1000)).toEqual({
      kind: 'parts',
      ranges: [
        { start: 900, end: 1000 },
        { start: 0, end: 10 },
      ],
    })
  })

  it('with more ranges than any device needs is refused', () => {
    const many = (count: number) => `bytes=${Array.from({ length: count }, (_, i) => `${i * 10}-${i * 10}`).join(',')}`
    expect(resolveRanges(many(MAX_RANGES), 1e6).kind).toBe('parts')
    expect(resolveRanges(many(MAX_RANGES + 1), 1e6)).toEqual(refused('too-many'))
    expect(resolveRanges(`bytes=${','.repeat(100_000)}0-1`, 1e6)).toEqual(refused('malformed'))
  })

  it('never makes an answer larger than the file, nor one that overlaps, whatever is asked', () => {
    const position = fc.oneof(
      fc.nat(120).map(String),
      fc.constant(''),
      fc.bigInt({ min: 0n, max: 2n ** 80n }).map(String),
    )
    const sets = fc.array(
      fc.tuple(position, position).map(([a, b]) => `${a}-${b}`),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(sets, fc.nat(100), (specs, size) => {
        const answer = resolveRanges(`bytes=${specs.join(',')}`, size)
        if (answer.kind !== 'parts') return
        const sorted = answer.ranges.toSorted((a, b) => a.start - b.start)
        for (const [index, { start, end }] of sorted.entries()) {
          expect(start).toBeGreaterThanOrEqual(index === 0 ? 0 : (sorted[index - 1]?.end ?? 0))
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(size)
        }
      }),
    )
  })

  it('selects the same bytes as a byte-by-byte reading of the standard', () => {
    const spec = fc.oneof(
      fc.tuple(fc.nat(70), fc.nat(70)).map(([a, b]) => ({ text: `${a}-${b}`, first: a, last: b, suffix: 0 })),
      fc.nat(70).map((a) => ({ text: `${a}-`, first: a, last: Number.POSITIVE_INFINITY, suffix: 0 })),
      fc.nat(70).map((n) => ({ text: `-${n}`, first: Number.NaN, last: Number.NaN, suffix: n })),
    )
    fc.assert(
      fc.property(
        fc.array(spec, { minLength: 1, maxLength: 6 }),
        fc.nat(64),
        fc.constantFrom('bytes=', ''),
        (specs, size, unit) => {
          const answer = resolveRanges(unit + specs.map(({ text }) => text).join(', '), size)
          if (specs.some(({ first, last }) => last < first)) {
            expect(answer).toEqual(refused('malformed'))
            return
          }
          const wanted = Array.from({ length: size }, (_, at) =>
            specs.some(({ first, last, suffix }) => (at >= first && at <= last) || at >= size - suffix),
          )
          const got = Array.from(
            { length: size },
            (_, at) => answer.kind === 'parts' && answer.ranges.some(({ start, end }) => at >= start && at < end),
          )
          expect(got).toEqual(wanted)
          expect(answer.kind).toBe(wanted.includes(true) ? 'parts' : 'refused')
        },
      ),
    )
  })

  it('of any text whatever is answered without a throw', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.maxSafeNat(),
        (text, size) => void resolveRanges(text, size),
      ),
    )
  })
})
