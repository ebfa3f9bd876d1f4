import { expect, it } from 'vitest'
import { rangeOf } from './period.ts'

const now = new Date(2026, 10, 21, 15, 30).getTime()
const at = (...[year, month, day]: [number, number, number]) => new Date(year, month, day).toISOString()

it('a span goes back to a midnight, today included', () => {
  const period = { from: '', to: '' }
  expect(rangeOf({ span: 'today', ...period }, now)).toEqual({ from: at(2026, 10, 21) })
  expect(rangeOf({ span: 'week', ...period }, now)).toEqual({ from: at(2026, 10, 15) })
  expect(rangeOf({ span: 'month', ...period }, now)).toEqual({ from: at(2026, 9, 23) })
})

it('days chosen by hand are whole, either end may be open', () => {
  expect(rangeOf({ span: 'custom', from: '2026-11-01', to: '2026-11-30' }, now)).toEqual({
    from: at(2026, 10, 1),
    to: at(2026, 11, 1),
  })
  expect(rangeOf({ span: 'custom', from: '', to: '2026-11-30' }, now)).toEqual({ to: at(2026, 11, 1) })
  expect(rangeOf({ span: 'custom', from: '', to: '' }, now)).toEqual({})
})
