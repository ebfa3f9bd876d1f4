import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rateOf, totals, VERSIONS_SHOWN, versionSeries } from './chart-series.ts'

it('the most used versions get a colour, the others are one', () => {
  const days = [
    { versions: { a: 9, b: 8, c: 7, d: 6, e: 5, f: 1, g: 1 } },
    { versions: { a: 1, b: 8, c: 7, d: 6, e: 5, f: 2, g: 8 } },
  ]
  expect(versionSeries(days)).toEqual([
    { version: 'a', devices: [9, 1] },
    { version: 'g', devices: [1, 8] },
    { version: 'b', devices: [8, 8] },
    { version: 'c', devices: [7, 7] },
    { version: 'd', devices: [6, 6] },
    { version: null, devices: [6, 7] },
  ])
})

it('whatever the versions, no device is lost or counted twice', () => {
  const versions = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(1000))
  fc.assert(
    fc.property(fc.array(fc.record({ versions }), { minLength: 1, maxLength: 8 }), (days) => {
      const series = versionSeries(days)
      expect(series.length).toBeLessThanOrEqual(VERSIONS_SHOWN + 1)
      days.forEach((day, index) => {
        const shown = series.reduce((sum, { devices }) => sum + (devices[index] ?? 0), 0)
        expect(shown).toBe(Object.values(day.versions).reduce((sum, count) => sum + count, 0))
      })
    }),
  )
})

it('a day without an end has no success rate, which is not one of 0 %', () => {
  expect(rateOf({ succeeded: 0, failed: 0 })).toBeNull()
  expect(rateOf({ succeeded: 0, failed: 3 })).toBe(0)
  expect(rateOf({ succeeded: 3, failed: 1 })).toBe(75)
})

it('a span comes to the sum of its days', () => {
  const day = { day: '2026-11-20', succeeded: 2, failed: 1, bytesServed: 10, bytesSaved: 90, versions: {} }
  expect(totals([day, day])).toEqual({ succeeded: 4, failed: 2, bytesServed: 20, bytesSaved: 180 })
  expect(totals([])).toEqual({ succeeded: 0, failed: 0, bytesServed: 0, bytesSaved: 0 })
})
