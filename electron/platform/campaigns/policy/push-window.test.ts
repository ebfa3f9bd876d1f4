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

  it('opens at the first minute that exists when the clocks leave its hour out', () => {
    // Berlin goes from 02:00 to 03:00 on 2026-03-29.
    const opens = nextEdge({ from: '02:30', to: '04:00' }, at('2026-03-28T22:00:00Z'), 'Europe/Berlin', true)
    expect(opens).toBe(at('2026-03-29T01:00:00Z'))
  })

  it('opens next at a moment from which it is open, and not at one before', () => {
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
    const zone = fc.constantFrom('UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe')
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
        if (!isWithin(window, now, where))
          expect(isWithin(window, (opens as number) - MINUTE, where) && (opens as number) - MINUTE > now).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
