import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, PATTERN_LINE_MAX, PatternError, patternFault } from './pattern.ts'

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
    '(?<rssi>-?\\d+) dBm',
    '^\\+CSQ: (\\d+),(\\d+)$',
    '^SN: {serial}$',
    '(a|b)+(c|d)*',
    'a*b*c*d*e*',
    '.{512}',
  ])('may be %s', (source) => {
    expect(patternFault(source)).toBeUndefined()
  })

  it.each(['(', '[a', 'a{2,1}', '*', '\\'])('is refused where it is no regular expression: %s', (source) => {
    expect(patternFault(source)).toBe('pattern')
  })

  it.each(['(a)\\1', '(?<n>a)\\k<n>', '(?=a+)b', '(?!a)b', '(?<=a)b', '(?<!a)b', '[]', '\\p{Script=Han}'])(
    'is refused where an engine of linear time cannot run it: %s',
    (source) => {
      expect(patternFault(source)).toBe('patternUnsupported')
    },
  )

  it.each([
    'a{1000}b{1000}',
    `(?:${'a'.repeat(180)}){900}`,
    '((a{30}){30}){9}',
    '(?:{serial}){100}',
    '\\pL{1000}'.repeat(20),
    `${'.{999}'.repeat(28)}!`,
  ])('is refused where it would take long to make ready: %s', (source) => {
    expect(patternFault(source)).toBe('patternTooLarge')
  })

  it('means what it meant in JavaScript', () => {
    const same = ['\\u0041', '\\u{41}', '\\x41', '\\cA|A', '[\\u0041-\\u0043]', '^A$', '\\bA\\b', '\\\\u0041|A']
    for (const source of same) expect(compilePattern(source).test('A'), source).toBe(new RegExp(source, 'u').test('A'))
  })

  it('has the unit in it, taken literally', () => {
    const values = { serial: 'SN.1+', unit: 'a0b1' }
    expect(compilePattern('^{serial}/{unit}$', values).test('SN.1+/a0b1')).toBe(true)
    expect(compilePattern('^{serial}$', values).test('SNx1+')).toBe(false)
    expect(() => compilePattern('{serial}', { serial: 'x'.repeat(129), unit: '' })).toThrow(PatternError)
  })

  it('looks at the beginning of a line that never ends', () => {
    const line = `${'x'.repeat(PATTERN_LINE_MAX - 2)}OK…`
    expect(compilePattern('OK').test(line)).toBe(true)
    expect(compilePattern('OK…').test(line)).toBe(false)
  })

  // Backtracking would take practically for ever: the test passes if it ends at all.
  it.each([
    '(?:aa?)'.repeat(28),
    'a*a*a*a*a*a*a*b',
    '(a+)+$',
    '(a|a)*',
    '(?:(?:a?)*)*b',
    '(.*a){60}(x|y)',
    '(?:[ab]?){200}c|x',
  ])('ends, whatever the line: %s', (source) => {
    expect(patternFault(source)).toBeUndefined()
    expect(compilePattern(`${source}!`).test('a'.repeat(PATTERN_LINE_MAX))).toBe(false)
  })

  it('is ready, or refused in one of three ways, whatever was typed', () => {
    const letters = fc.constantFrom(
      ...'ab.*+?|()[]{}^$\\\\1,9:<>=!-',
      '{9}',
      '{99,}',
      '(?:',
      '{serial}',
      '[^',
      '\\d',
      '\\p{L}',
    )
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 40 }), (parts) => {
        const source = parts.join('').slice(0, 200)
        const fault = patternFault(source)
        if (fault === undefined) compilePattern(source, { serial: 's', unit: 'u' }).test('ab1')
        else expect(['pattern', 'patternUnsupported', 'patternTooLarge']).toContain(fault)
      }),
    )
  })
})
