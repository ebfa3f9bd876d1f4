import { describe, expect, it } from 'vitest'
import { unsafePattern } from './safe-pattern.ts'

describe('a pattern for what a device says', () => {
  it.each([
    'OK',
    '^OK$',
    'MAC: ([0-9a-f]{2}:){5}[0-9a-f]{2}',
    'v\\d+\\.\\d+',
    'ready|booted',
    '(?:ERROR|FAIL)',
    '[+*(]',
    '\\(a+\\)',
  ])('may be %s', (source) => {
    expect(unsafePattern(source)).toBeUndefined()
  })

  it.each(['(', '[a', 'a{2,1}'])('is refused where it is no regular expression: %s', (source) => {
    expect(unsafePattern(source)).toBe('pattern')
  })

  it.each([
    '(a+)+$',
    '((a*)b)*',
    '(a|a)*',
    '(a?a)*',
    '(a+?)+',
    '(a|ab){9}',
    '(a)\\1',
    '(?=a+)b',
    '(?<!a)b',
    '(?:x(?:a+)y)+',
  ])('is refused where a line could take for ever: %s', (source) => {
    expect(unsafePattern(source)).toBe('patternNested')
  })

  it('is refused with more open ends than a line can bear', () => {
    expect(unsafePattern('a*b*c*')).toBeUndefined()
    expect(unsafePattern('.*.*.*.*x')).toBe('patternTooOpen')
    expect(unsafePattern('a{1,99}b{40}c{9,}d+')).toBe('patternTooOpen')
  })
})
