import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupSizes } from './group-sizes.ts'

describe('the groups of a rollout', () => {
  it('get their percentage of all that match, rounded down, at least one; the rest gets what is left', () => {
    expect(groupSizes(5000, [{ percent: 1 }, { percent: 10 }])).toEqual([50, 500, 4450])
    expect(groupSizes(50, [{ percent: 1 }, { percent: 10 }])).toEqual([1, 5, 44])
    expect(groupSizes(7, [])).toEqual([7])
  })

  it('are empty where nobody is left', () => {
    expect(groupSizes(1, [{ percent: 5 }, { percent: 10 }])).toEqual([1, 0, 0])
    expect(groupSizes(0, [{ percent: 5 }])).toEqual([0, 0])
  })

  it('add up to all that match, whatever the percentages', () => {
    const groups = fc.array(fc.record({ percent: fc.integer({ min: 1, max: 99 }) }), { maxLength: 10 })
    fc.assert(
      fc.property(fc.nat(100_000), groups, (matching, list) => {
        const sizes = groupSizes(matching, list)
        expect(sizes.every((size) => size >= 0)).toBe(true)
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(matching)
      }),
    )
  })
})
