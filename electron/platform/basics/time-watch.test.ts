import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../../test/helpers/clock.ts'
import { lookAtTime, type TimeJump, watchTime } from './time-watch.ts'

const HOUR = 3_600_000

describe('a look at the time', () => {
  const before = { offset: 1_000_000, at: 50_000 }

  it('finds nothing in a second that passed as it should, or a little late', () => {
    for (const late of [0, 400, 20_000]) {
      const steady = before.at + 1000 + late
      expect(lookAtTime(before, steady + before.offset, steady)).toEqual({
        look: { offset: before.offset, at: steady },
      })
    }
  })

  it('finds a clock that was set, forward and back', () => {
    for (const ms of [HOUR, -HOUR, 6000, -26 * 365 * 24 * HOUR]) {
      const steady = before.at + 1000
      expect(lookAtTime(before, steady + before.offset + ms, steady).jump).toEqual({ ms, asleepMs: 0 })
    }
  })

  it('tells whole milliseconds, as times are stored', () => {
    const steady = before.at + 1000.7
    expect(lookAtTime(before, Math.floor(steady + before.offset + HOUR), steady).jump?.ms).toSatisfy(Number.isInteger)
    const asleep = steady + HOUR
    expect(lookAtTime(before, asleep + before.offset, asleep).jump?.asleepMs).toSatisfy(Number.isInteger)
  })

  it('finds a sleep, whether the steady time went on in it or not', () => {
    const asleep = before.at + 1000 + HOUR
    expect(lookAtTime(before, asleep + before.offset, asleep).jump).toEqual({ ms: HOUR, asleepMs: HOUR })
    const awake = before.at + 1000
    expect(lookAtTime(before, awake + before.offset + HOUR, awake).jump).toEqual({ ms: HOUR, asleepMs: 0 })
  })

  it('adds up small steps until they are a jump, and tells each stretch of time once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4000, max: 4000 }), { maxLength: 60 }), (steps) => {
        let look = before
        let told = 0
        let set = 0
        for (const step of steps) {
          set += step
          const steady = look.at + 1000
          const next = lookAtTime(look, steady + before.offset + set, steady)
          told += next.jump?.ms ?? 0
          look = next.look
        }
        expect(Math.abs(set - told)).toBeLessThan(5000)
      }),
    )
  })
})

describe('the watch of the time', () => {
  it('tells of each jump once, at the next look or when it is asked to look', () => {
    const clock = createTestClock()
    const jumps: TimeJump[] = []
    const watch = watchTime(clock, (jump) => jumps.push(jump))
    clock.advance(HOUR)
    expect(jumps).toEqual([])
    clock.set(2 * HOUR)
    clock.advance(1000)
    expect(jumps.map(({ ms }) => Math.round(ms / HOUR))).toEqual([2])
    clock.set(-2 * HOUR)
    watch.look()
    clock.advance(HOUR)
    expect(jumps.map(({ ms }) => Math.round(ms / HOUR))).toEqual([2, -2])
    watch.stop()
    clock.set(HOUR)
    clock.advance(HOUR)
    expect(jumps).toHaveLength(2)
    expect(clock.waiting()).toBe(0)
  })
})
