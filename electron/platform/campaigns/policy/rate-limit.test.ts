import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { available, type Bucket, nextTokens, refill, take } from './rate-limit.ts'

/** The tokens that a caller takes who asks whenever it may, from the beginning until then. */
const takeAllOf = (perMinute: number, until: number): { readonly at: number; readonly count: number }[] => {
  const taken: { at: number; count: number }[] = []
  let bucket: Bucket | undefined
  for (let now = 0; now < until; now = nextTokens(bucket, perMinute)) {
    bucket = refill(bucket, perMinute, now)
    const count = available(bucket)
    bucket = take(bucket, count)
    taken.push({ at: now, count })
  }
  return taken
}

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
      const total = takeAllOf(perMinute, 600_000).reduce((sum, { count }) => sum + count, 0)
      expect(total).toBeGreaterThan(perMinute * 10 * 0.95)
    }
  })

  it('is kept as well by somebody who asks as soon as he may, in every minute', () => {
    for (const perMinute of [1, 59, 60, 119, 120, 179, 600, 10_000]) {
      let [from, inMinute, most] = [0, 0, 0]
      const taken = takeAllOf(perMinute, 600_000)
      for (const { at, count } of taken) {
        inMinute += count
        while ((taken[from]?.at ?? at) <= at - 60_000) inMinute -= taken[from++]?.count ?? 0
        most = Math.max(most, inMinute)
      }
      expect(most).toBeLessThanOrEqual(perMinute)
    }
  })

  it('lets the first device begin at once, of many those of one second and not more, however long nothing was asked', () => {
    for (const [perMinute, burst] of [
      [1, 1],
      [60, 1],
      [120, 2],
      [600, 10],
    ] as const) {
      expect(available(refill(undefined, perMinute, 5_000))).toBe(burst)
      expect(available(refill({ tokens: 0, at: 0 }, perMinute, 86_400_000))).toBe(burst)
    }
  })

  it('has a token at the moment it tells, and none a millisecond before, however often it was asked meanwhile', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 119 }), fc.integer({ min: 1, max: 97 }), (perMinute, pieces) => {
        let bucket: Bucket = { tokens: 0, at: 0 }
        const told = nextTokens(bucket, perMinute)
        for (let piece = 1; piece <= pieces; piece++)
          bucket = refill(bucket, perMinute, Math.floor(((told - 1) * piece) / pieces))
        expect(available(bucket)).toBe(0)
        expect(available(refill(bucket, perMinute, told))).toBe(1)
      }),
    )
  })

  it('is late by no millisecond where the sum of fractions ends a hair below a whole token', () => {
    expect(available({ tokens: 0.1 + 0.7 + 0.2 - 1e-9, at: 0 })).toBe(1)
    expect(take({ tokens: 1 - 1e-9, at: 0 }, 1)).toEqual({ tokens: 0, at: 0 })
  })

  it('wakes nobody for every single device where there are thousands', () => {
    expect(takeAllOf(10_000, 60_000).length).toBeLessThan(150)
    expect(takeAllOf(60, 60_000).length).toBeGreaterThan(55)
  })

  it('tells a moment that is still to come, also where tokens are there', () => {
    expect(nextTokens({ tokens: 1, at: 7_000 }, 60)).toBe(7_001)
  })

  it('gains nothing from a clock that was put back, and goes on from there at its pace', () => {
    const back = refill({ tokens: 0, at: 100_000 }, 60, 50_000)
    expect(back.tokens).toBe(0)
    expect(available(refill(back, 60, 51_000))).toBe(1)
  })
})
