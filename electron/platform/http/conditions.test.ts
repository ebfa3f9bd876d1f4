import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateConditions } from './conditions.ts'

const etag = '"abc"'
const none = { ifMatch: undefined, ifNoneMatch: undefined, ifRange: undefined }

describe('the preconditions of a download', () => {
  it('let a request without any through', () => {
    expect(evaluateConditions(none, etag)).toBe('range')
  })

  it.each([
    ['"abc"', 'range'],
    ['*', 'range'],
    ['"x", "abc"', 'range'],
    ['"x,y","abc"', 'range'],
    ['W/"abc"', 412],
    ['"abcd"', 412],
    ['abc', 412],
    ['', 412],
  ])('If-Match %s compares strongly', (ifMatch, verdict) =>
    expect(evaluateConditions({ ...none, ifMatch }, etag)).toBe(verdict),
  )

  it.each([
    ['"abc"', 304],
    ['W/"abc"', 304],
    ['*', 304],
    ['"x", W/"abc"', 304],
    ['"x"', 'range'],
    ['abc', 'range'],
  ])('If-None-Match %s compares weakly', (ifNoneMatch, verdict) =>
    expect(evaluateConditions({ ...none, ifNoneMatch }, etag)).toBe(verdict),
  )

  it.each([
    ['"abc"', 'range'],
    ['W/"abc"', 'whole'],
    ['"other"', 'whole'],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 'whole'],
  ])('If-Range %s decides whether the range counts', (ifRange, verdict) =>
    expect(evaluateConditions({ ...none, ifRange }, etag)).toBe(verdict),
  )

  it('are evaluated in the order of the standard', () => {
    expect(evaluateConditions({ ifMatch: '"x"', ifNoneMatch: '*', ifRange: '"x"' }, etag)).toBe(412)
    expect(evaluateConditions({ ifMatch: '*', ifNoneMatch: '"abc"', ifRange: '"x"' }, etag)).toBe(304)
  })

  it('of any text whatever are answered quickly and without a throw', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 100 }), { nil: undefined })
    fc.assert(
      fc.property(
        text,
        text,
        text,
        (ifMatch, ifNoneMatch, ifRange) => void evaluateConditions({ ifMatch, ifNoneMatch, ifRange }, etag),
      ),
    )
    evaluateConditions({ ...none, ifMatch: '"a" '.repeat(2000), ifNoneMatch: ' ,'.repeat(4000) }, etag)
  })
})
