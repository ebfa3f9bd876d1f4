import { expect, it } from 'vitest'
import { onSteadyTime, systemClock } from './clock.ts'

it('the machine’s clock tells whole milliseconds, which is what the store takes', () => {
  for (const clock of [systemClock, onSteadyTime(systemClock)]) {
    expect(Number.isInteger(clock.now())).toBe(true)
    expect(Number.isInteger(clock.steady())).toBe(true)
  }
})
