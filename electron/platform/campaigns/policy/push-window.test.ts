import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithin, nextEdge } from './push-window.ts'

const MINUTE = 60_000
const at = (iso: string): number => Date.parse(iso)

describe('a daily window', () => {
  it('holds its first minute and not its last, in the zone of the station', () => {
    const window = { from: '08:00', to: '18:00' }
    expect(isWithin(window, at('2026-01-01T00:00:00Z'), 'Asia/Shanghai')).toBe(true)
    expect(isWithin(window, at('2025-12-31T23:59:59Z'), 'Asia/Shanghai')).toBe(false)
    expect(isWithin(window, at('2026-01-01T10:00:00Z'), 'Asia/Shanghai')).toBe(false)
  })

  it('goes over midnight where its end is earlier', () => {
    const window = { from: '22:00', to: '06:00' }
    const within = (time: string) => isWithin(window, at(`2026-01-01T${time}:00Z`), 'UTC')
    expect(['21:59', '22:00', '00:00', '05:59', '06:00'].map(within)).toEqual([false, true, true, true, false])
    expect(nextEdge(window, at('2026-01-01T12:00:30Z'), 'UTC', true)).toBe(at('2026-01-01T22:00:00Z'))
    expect(nextEdge(window, at('2026-01-01T23:00:00Z'), 'UTC', false)).toBe(at('2026-01-02T06:00:00Z'))
  })

  it('is always open where its ends are the same, and has no edge', () => {
    const window = { from: '08:00', to: '08:00' }
    for (const time of ['00:00', '07:59', '08:00', '23:59'])
      expect(isWithin(window, at(`2026-01-01T${time}:00Z`), 'UTC')).toBe(true)
    for (const wanted of [true, false])
      expect(nextEdge(window, at('2026-01-01T07:59:00Z'), 'UTC', wanted)).toBeUndefined()
  })

  it('opens a day later where its whole hour is left out', () => {
    // 02:00 to 03:00 does not exist in Berlin on 2026-03-29.
    const missing = { from: '02:10', to: '02:50' }
    const evening = at('2026-03-28T22:00:00Z')
    expect(nextEdge(missing, evening, 'Europe/Berlin', true)).toBe(at('2026-03-30T00:10:00Z'))
  })

  it('opens at the first of two hours of the same name when the clocks go back', () => {
    // Berlin has 02:30 twice on 2026-10-25: at 00:30 and at 01:30 UTC.
    const night = { from: '02:30', to: '06:00' }
    expect(nextEdge(night, at('2026-10-24T22:00:00Z'), 'Europe/Berlin', true)).toBe(at('2026-10-25T00:30:00Z'))
    expect(nextEdge(night, at('2026-10-25T02:00:00Z'), 'Europe/Berlin', false)).toBe(at('2026-10-25T05:00:00Z'))
  })

  it('opens at its hour also where the clocks change between now and then', () => {
    const morning = { from: '08:00', to: '18:00' }
    expect(nextEdge(morning, at('2026-03-28T22:00:00Z'), 'Europe/Berlin', true)).toBe(at('2026-03-29T06:00:00Z'))
    expect(nextEdge(morning, at('2026-10-24T22:00:00Z'), 'Europe/Berlin', true)).toBe(at('2026-10-25T07:00:00Z'))
  })

  it('opens at its hour also where the clocks change by two hours', () => {
    // Troll changes from 03:00 to 01:00 on 2026-10-25, and from 01:00 to 03:00 on 2026-03-29.
    const morning = { from: '08:00', to: '18:00' }
    expect(nextEdge(morning, at('2026-10-24T22:00:00Z'), 'Antarctica/Troll', true)).toBe(at('2026-10-25T08:00:00Z'))
    expect(nextEdge(morning, at('2026-03-29T00:00:00Z'), 'Antarctica/Troll', true)).toBe(at('2026-03-29T06:00:00Z'))
  })

  it('opens next after it has closed, also where the clocks change while it is open', () => {
    const night = { from: '22:00', to: '06:00' }
    const [spring, autumn] = [at('2026-03-28T22:00:00Z'), at('2026-10-24T21:00:00Z')]
    expect([spring, autumn].map((now) => isWithin(night, now, 'Europe/Berlin'))).toEqual([true, true])
    expect(nextEdge(night, spring, 'Europe/Berlin', true)).toBe(at('2026-03-29T20:00:00Z'))
    expect(nextEdge(night, autumn, 'Europe/Berlin', true)).toBe(at('2026-10-25T21:00:00Z'))
    // And closes next after it has opened.
    const day = { from: '06:00', to: '22:00' }
    expect(nextEdge(day, spring, 'Europe/Berlin', false)).toBe(at('2026-03-29T20:00:00Z'))
  })

  it('opens at the first minute that exists when the clocks leave its hour out', () => {
    // Berlin changes from 02:00 to 03:00 on 2026-03-29.
    for (const from of ['02:00', '02:30', '03:00']) {
      const opens = nextEdge({ from, to: '04:00' }, at('2026-03-28T22:00:00Z'), 'Europe/Berlin', true)
      expect(opens, from).toBe(at('2026-03-29T01:00:00Z'))
    }
  })

  it('opens next at a moment from which it is open, and not at one before', () => {
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
    const zone = fc.constantFrom(
      'UTC',
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Antarctica/Troll',
    )
    const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
    fc.assert(
      fc.property(time, time, zone, moment, (from, to, where, now) => {
        const window = { from, to }
        const opens = nextEdge(window, now, where, true)
        if (from === to) {
          expect(opens).toBeUndefined()
          return
        }
        expect(opens).toBeGreaterThan(now)
        expect(isWithin(window, opens as number, where)).toBe(true)
        expect((opens as number) - now).toBeLessThan(26 * 60 * MINUTE)
        expect(isWithin(window, (opens as number) - MINUTE, where)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
