import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byteStep } from './chart-options.ts'

it('the lines of an axis of bytes stand at round numbers of their unit', () => {
  expect(byteStep(57 * 1024 ** 2)).toBe(20 * 1024 ** 2)
  expect(byteStep(1.8 * 1024 ** 2)).toBe(0.5 * 1024 ** 2)
  expect(byteStep(900)).toBe(200)
  expect(byteStep(0)).toBeGreaterThanOrEqual(1)
})

it('whatever the volume, there are at most five lines', () => {
  fc.assert(fc.property(fc.nat({ max: 2 ** 50 }), (most) => most / byteStep(most) <= 5.0001))
})
