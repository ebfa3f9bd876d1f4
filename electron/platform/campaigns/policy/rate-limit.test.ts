import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { available, type Bucket, nextTokens, refill, take } from './rate-limit.ts'

describe('a rate', () => {
  it('is kept in every minute, wherever it begins and however often somebody asks', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), waits, (perMinute, pauses) => {
        let bucket: Bucket | undefined
        let now = 0
        const taken: { at: number; count: number }[] = []
        for (const pause of pauses) {
          now += pause
          bucket = refill(bucket, perMinute, now)
          const count = available(bucket)
          bucket = take(bucket, count)
          taken.push({ at: now, count })
        }
        for (const { at } of taken) {
          const inMinute = taken.filter((other) => other.at >= at && other.at < at + 60_000)
          expect(inMinute.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(perMinute)
        }
      }),
    )
  })

  it('reaches what it allows when somebody asks as soon as he is told to', () => {
    for (const perMinute of [1, 7, 60, 119, 600, 10_000]) {
      let bucket: Bucket | undefined
      let total = 0
      for (let now = 0; now < 600_000; ) {
        bucket = refill(bucket, perMinute, now)
        total += available(bucket)
        bucket = take(bucket, available(bucket))
        now = nextTokens(bucket, perMinute)
      }
      expect(total).toBeGreaterThan(perMinute * 10 * 0.95)
    }
  })

  it('gains nothing from a clock that was put back', () => {
    expect(refill({ tokens: 0, at: 100_000 }, 60, 50_000).tokens).toBe(0)
  })
})
