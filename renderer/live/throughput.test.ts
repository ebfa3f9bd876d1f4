import { describe, expect, it } from 'vitest'
import { type Sample, throughputOf, withSample } from './throughput.ts'

const series = (seconds: number, bytesAt: (second: number) => number): readonly Sample[] =>
  Array.from({ length: seconds + 1 }, (_, second) => ({ at: second * 1000, bytes: bytesAt(second) })).reduce<
    readonly Sample[]
  >(withSample, [])

describe('the download speed of a campaign', () => {
  it('is that of the last ten seconds', () => {
    expect(throughputOf(series(30, (second) => second * 500))).toBe(500)
    expect(throughputOf(series(60, (second) => Math.min(second, 40) * 500))).toBe(0)
  })

  it('keeps no more samples than it needs', () => {
    expect(series(1000, () => 0).length).toBeLessThanOrEqual(12)
  })

  it('is nothing before there is something to compare, and never negative', () => {
    expect(throughputOf([])).toBe(0)
    expect(throughputOf(series(0, () => 9))).toBe(0)
    expect(throughputOf(series(5, (second) => 100 - second))).toBe(0)
  })
})
