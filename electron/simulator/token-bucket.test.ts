import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenBucket } from './token-bucket.ts'

describe('the token bucket', () => {
  it('asks to wait as long as a portion takes at the rate', () => {
    const bucket = createTokenBucket(1000, 250, 0)
    expect(bucket.take(250, 0)).toBe(250)
    expect(bucket.take(250, 250)).toBe(250)
  })

  it('gives a late taker no more than one burst in advance', () => {
    const bucket = createTokenBucket(1000, 250, 0)
    expect(bucket.take(250, 60_000)).toBe(0)
    expect(bucket.take(250, 60_000)).toBe(250)
  })

  it('never lets more through than rate × time + burst', () => {
    const portions = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 5000 }), pause: fc.nat(1000) }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(10_000), portions, (rate, burst, taken) => {
        const bucket = createTokenBucket(rate, burst, 0)
        let now = 0
        let bytes = 0
        for (const portion of taken) {
          now += portion.pause
          bytes += portion.bytes
          now += bucket.take(portion.bytes, now)
          expect(bytes).toBeLessThanOrEqual((now * rate) / 1000 + burst + 1e-3)
        }
      }),
    )
  })
})
