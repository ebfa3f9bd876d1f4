import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReportRow, YieldCount } from './yield-count.ts'

const MINUTE = 60_000
const row = (minute: number, more: Partial<ReportRow>): ReportRow => ({
  runId: minute,
  unit: `u${minute}`,
  state: 'passed',
  errorCode: null,
  first: true,
  startedAt: minute * MINUTE,
  finishedAt: minute * MINUTE + 30_000,
  ...more,
})
const numbersOf = (rows: readonly ReportRow[]) => {
  const tally = new YieldCount()
  for (const one of rows) tally.add(one)
  return tally.numbers()
}

describe('the numbers of a report', () => {
  it('count a unit once however often it is tried: the latest attempt tells the yield, the first one the first-pass yield', () => {
    const numbers = numbersOf([
      row(0, { unit: 'a' }),
      row(1, { unit: 'b', state: 'failed', errorCode: 'UNPLUGGED' }),
      row(2, { unit: 'b', first: false }),
      row(3, { unit: 'c', state: 'failed', errorCode: 'UNPLUGGED' }),
      row(4, { unit: 'c', state: 'failed', errorCode: 'CHECK_TIMEOUT', first: false }),
      row(5, { unit: 'd', state: 'refused', errorCode: 'WRONG_CHIP' }),
      row(6, { unit: 'e', state: 'cancelled', errorCode: 'CANCELLED' }),
    ])
    expect(numbers).toMatchObject({ started: 7, passed: 2, failed: 3, refused: 1, cancelled: 1, units: 3 })
    expect(numbers.yield).toBe(0.6667)
    expect(numbers.firstPassYield).toBe(0.3333)
    expect(numbers.reasons).toEqual([
      { errorCode: 'UNPLUGGED', runs: 2 },
      { errorCode: 'CHECK_TIMEOUT', runs: 1 },
      { errorCode: 'WRONG_CHIP', runs: 1 },
    ])
  })

  it('tell units per hour from the first start to the last end, and cycle times of what passed', () => {
    const numbers = numbersOf(
      Array.from({ length: 20 }, (_, minute) => row(minute, { finishedAt: minute * MINUTE + (minute + 1) * 1000 })),
    )
    expect(numbers.cycleSecondsMedian).toBe(10)
    expect(numbers.cycleSecondsP95).toBe(19)
    // 20 units in 19 min 20 s
    expect(numbers.unitsPerHour).toBe(62.1)
  })

  it('are empty without attempts, and never claim more than there was', () => {
    expect(numbersOf([])).toMatchObject({
      started: 0,
      yield: null,
      firstPassYield: null,
      unitsPerHour: null,
      cycleSecondsMedian: null,
    })
    const some = fc.record({
      unit: fc.option(fc.constantFrom('a', 'b', 'c')),
      state: fc.constantFrom('passed' as const, 'failed' as const, 'refused' as const, 'cancelled' as const),
      first: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (given) => {
        const numbers = numbersOf(given.map((one, at) => row(at, one)))
        expect(numbers.started).toBe(given.length)
        expect(numbers.units).toBeLessThanOrEqual(numbers.passed + numbers.failed)
        for (const share of [numbers.yield ?? 0, numbers.firstPassYield ?? 0]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
