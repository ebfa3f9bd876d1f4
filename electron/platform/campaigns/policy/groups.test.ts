import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { greyCount, groupOf, splitOf } from './groups.ts'

describe('who goes into which group', () => {
  it('a grey percentage is rounded down, and at least one', () => {
    expect(greyCount(99, 10)).toBe(9)
    expect(greyCount(5, 10)).toBe(1)
    expect(greyCount(0, 10)).toBe(0)
    expect(greyCount(5, undefined)).toBe(5)
  })

  it('in the order of ids, as many as each was planned; later ones belong to the rest or to nobody', () => {
    const groups = fc.array(fc.record({ percent: fc.integer({ min: 1, max: 30 }) }), { maxLength: 3 })
    const percent = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined })
    fc.assert(
      fc.property(fc.nat(500), percent, groups, (matching, share, asked) => {
        const split = splitOf(matching, share, asked)
        const given = Array.from({ length: matching + 5 }, (_, n) => groupOf(split, n, share))
        const placed = given.filter((group) => group !== undefined)
        expect(placed).toEqual([...placed].sort((left, right) => left - right))
        split.sizes.slice(0, -1).forEach((size, index) => {
          expect(placed.filter((group) => group === index).length).toBe(size)
        })
        expect(placed.length).toBe(share === undefined ? matching + 5 : split.total)
      }),
    )
  })
})
