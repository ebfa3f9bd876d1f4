import { expect, test } from 'vitest'
import { FailedLogins } from './login-rate-limit.ts'

const handClock = () => {
  const clock = { at: 1_000_000, now: () => clock.at }
  return clock
}

test('an address is blocked by its tenth failure of a minute and free again as they age', () => {
  const clock = handClock()
  const logins = new FailedLogins(clock, 10)
  for (let i = 0; i < 10; i++) {
    expect(logins.blocked('192.0.2.1')).toBe(false)
    logins.failed('192.0.2.1')
    clock.at += 1000
  }
  expect(logins.blocked('192.0.2.1')).toBe(true)
  expect(logins.blocked('192.0.2.2')).toBe(false)
  clock.at += 50_000
  expect(logins.blocked('192.0.2.1')).toBe(false)
  logins.failed('192.0.2.1')
  expect(logins.blocked('192.0.2.1')).toBe(true)
  clock.at += 60_000
  expect(logins.blocked('192.0.2.1')).toBe(false)
})

test('however many addresses fail, the oldest are forgotten and the newest counted', () => {
  const logins = new FailedLogins(handClock(), 1)
  for (let i = 0; i < 10_000; i++) logins.failed(`address ${i}`)
  expect(logins.blocked('address 0')).toBe(false)
  expect(logins.blocked('address 9999')).toBe(true)
})
