import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barsOf, type Reading, spreadOf } from './value-statistics.ts'

const readings = (values: readonly (number | null)[], good = true): Reading[] =>
  values.map((value, recordId) => ({ recordId, at: recordId, value, good }))
const none = { min: null, max: null }

describe('the spread of readings', () => {
  it('has mean, standard deviation, Cp and Cpk as computed by hand', () => {
    // Moving ranges 2, 1, 2, 1: average 1.5, sigma 1.5 / 1.128 = 1.32979.
    const spread = spreadOf(readings([10, 12, 11, 13, 12]), { min: 5, max: 20 })
    expect(spread).toMatchObject({ count: 5, bad: 0, mean: 11.6, lowest: 10, highest: 13 })
    expect(spread.deviation).toBeCloseTo(1.140175, 6)
    expect(spread.cp).toBeCloseTo(15 / (6 * 1.329787), 5)
    expect(spread.cpk).toBeCloseTo(6.6 / (3 * 1.329787), 5)
  })

  it('has Cpk alone with one limit, and neither without limits or where all readings are equal', () => {
    expect(spreadOf(readings([1, 2, 1]), { min: 0, max: null })).toMatchObject({ cp: null, cpk: expect.any(Number) })
    expect(spreadOf(readings([1, 2, 1]), none)).toMatchObject({ cp: null, cpk: null })
    expect(spreadOf(readings([3, 3, 3]), { min: 0, max: 9 })).toMatchObject({ cp: null, cpk: null, deviation: 0 })
  })

  it('counts what is no number as bad alone, and says nothing of no readings', () => {
    expect(spreadOf([...readings([1]), ...readings([null], false)], none)).toMatchObject({
      count: 1,
      bad: 1,
      mean: 1,
      deviation: null,
    })
    expect(spreadOf([], none)).toMatchObject({ count: 0, bad: 0, mean: null, lowest: null })
  })
})

describe('the histogram', () => {
  it('has bars with round borders', () => {
    expect(barsOf([0.11, 0.12, 0.19, 0.31])).toEqual([
      { from: 0.1, to: 0.15, count: 2 },
      { from: 0.15, to: 0.2, count: 1 },
      { from: 0.2, to: 0.25, count: 0 },
      { from: 0.25, to: 0.3, count: 0 },
      { from: 0.3, to: 0.35, count: 1 },
    ])
  })

  it('has one bar where all readings are equal, none without readings', () => {
    expect(barsOf([7, 7])).toEqual([{ from: 7, to: 7, count: 2 }])
    expect(barsOf([])).toEqual([])
  })

  it('holds each reading once, in at most 24 bars', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1 }), (values) => {
        const bars = barsOf(values)
        expect(bars.length).toBeLessThanOrEqual(24)
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      }),
    )
  })
})
