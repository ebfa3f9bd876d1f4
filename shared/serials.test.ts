import { describe, expect, it } from 'vitest'
import { RecipeSerialsInput } from './schema.ts'
import { changedSerials, counterSerial, freeNumber, repeatedSerial, serialKey, serialsIn } from './serials.ts'

const counter = (prefix: string, width: number | null, next: number | null) =>
  ({ from: 'counter', prefix, width, next }) as const

it('serial numbers that differ in case or in blanks around them are one', () => {
  expect(serialKey(' sn-00a ')).toBe(serialKey('SN-00A'))
  expect(serialKey('SN-00A')).not.toBe(serialKey('SN00A'))
})

describe('a counter', () => {
  it.each([
    ['P', 4, 7, 'P0007'],
    ['P', 4, 9999, 'P9999'],
    ['P', 4, 10_000, undefined],
    ['', null, 7, '7'],
    ['SN-', null, 123_456, 'SN-123456'],
    ['X', 1, 0, 'X0'],
  ])('with prefix "%s" and width %j gives %i as %s', (prefix, width, number, serial) => {
    expect(counterSerial({ prefix, width }, number)).toBe(serial)
  })

  it('gives the lowest number that is free, so that one that was given back comes first, and ends at its width', () => {
    const taken = new Set(['A0', 'A1', 'A3'])
    const free = (from: number) => freeNumber({ prefix: 'A', width: 1 }, from, (serial) => taken.has(serial))
    expect(free(0)).toBe(2)
    expect(free(3)).toBe(4)
    for (let number = 0; number < 10; number++) taken.add(`A${number}`)
    expect(free(0)).toBe(10)
    expect(counterSerial({ prefix: 'A', width: 1 }, free(0))).toBeUndefined()
  })
})

describe('a changed recipe', () => {
  it('goes on where its counter is, whatever else is changed', () => {
    expect(changedSerials(counter('P', 4, 1), { from: 'counter', prefix: 'P', width: 4 }, 80)).toEqual(
      counter('P', 4, 1),
    )
    expect(changedSerials(counter('P', 4, 1), { from: 'counter', prefix: 'P', width: 5 }, 10_000)).toEqual(
      counter('P', 5, 10_000),
    )
  })

  it.each([
    ['a jump forward', counter('P', 4, 1), 1000, 80, 1000],
    ['back below a start that was used', counter('P', 4, 1000), 50, 1011, 1000],
    ['back while the start is unused', counter('P', 4, 10_00), 100, 1000, 100],
    ['a first number where an imported recipe has none', counter('P', 4, null), 500, null, 500],
  ])('takes %s', (_, before, next, live, expected) => {
    const change = { from: 'counter', prefix: 'P', width: 4, next } as const
    expect(changedSerials(before, change, live)).toEqual(counter('P', 4, expected))
  })

  it('begins another row of numbers with another prefix, and goes on with no number where it names none', () => {
    const change = { from: 'counter', prefix: 'Q', width: 4 } as const
    expect(changedSerials(counter('P', 4, 1), { ...change, next: 1 }, 80)).toEqual(counter('Q', 4, 1))
    expect(changedSerials(counter('P', 4, 1), change, 80)).toEqual(counter('Q', 4, 80))
    expect(changedSerials(counter('P', 4, null), change, null)).toEqual(counter('Q', 4, null))
  })

  it('keeps its list unless another is given', () => {
    const before = { from: 'list', list: ['A', 'B'] } as const
    const list = { from: 'list' as const, list: [...before.list] }
    expect(changedSerials(list, { from: 'list' }, null)).toEqual(list)
    expect(changedSerials(list, { from: 'list', list: ['C'] }, null)).toEqual({ from: 'list', list: ['C'] })
    expect(changedSerials(list, { from: 'scan' }, null)).toEqual({ from: 'scan' })
  })
})

describe('a pasted list', () => {
  it.each<[what: string, text: string, serials: readonly string[]]>([
    ['one a line, with mixed ends and empty lines', 'A1\r\nA2\n\nA3\r', ['A1', 'A2', 'A3']],
    ['CSV with a head, in another column', '\uFEFFno,SN,date\n1,A1,x\n2,A2,y', ['A1', 'A2']],
    ['CSV of Excel in Chinese, with semicolons and quotes', '批次;序列号\n"7";"A1"\n8;"A2"', ['A1', 'A2']],
    ['columns by tabs without a head', 'A1\tx\nA2\ty', ['A1', 'A2']],
    ['blanks around', '  A1  \n\t\nA2 ', ['A1', 'A2']],
  ])('is read as %s', (_, text, serials) => {
    expect(serialsIn(text)).toEqual({ serials, faults: [] })
  })

  it('names the rows that are no serial number or stand twice, in any case', () => {
    expect(serialsIn('A1\nA 2\na1\n序号')).toEqual({
      serials: ['A1'],
      faults: [
        { row: 2, text: 'A 2', why: 'bad' },
        { row: 3, text: 'a1', why: 'twice' },
        { row: 4, text: '序号', why: 'bad' },
      ],
    })
    expect(repeatedSerial(['A', 'B', 'b'])).toEqual({ serial: 'b', first: 2, second: 3 })
    expect(repeatedSerial(['A', 'B'])).toBeUndefined()
  })
})

describe('serials of a recipe as entered', () => {
  it.each([
    [{ from: 'scan' }, true],
    [{ from: 'counter' }, true],
    [{ from: 'counter', prefix: 'P', width: 3, next: 999 }, true],
    [{ from: 'counter', prefix: 'P', width: 3, next: 1000 }, false],
    [{ from: 'counter', prefix: 'a b' }, false],
    [{ from: 'counter', width: 0 }, false],
    [{ from: 'counter', list: ['A'] }, false],
    [{ from: 'list', list: [] }, false],
    [{ from: 'list', list: ['A', ' B '] }, true],
    [{ from: 'list', list: ['A B'] }, false],
    [{ from: 'moon' }, false],
  ])('%j is accepted: %s', (input, accepted) => {
    expect(RecipeSerialsInput.safeParse(input).success).toBe(accepted)
  })
})
