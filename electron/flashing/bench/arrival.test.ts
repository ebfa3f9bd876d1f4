import { expect, it } from 'vitest'
import { type FormerUnit, isArrival } from './arrival.ts'

const former = (more: Partial<FormerUnit> = {}): FormerUnit => ({ unit: 'a', state: 'passed', runs: 1, ...more })

it('a unit that answers in an empty slot is flashed, and another one than before at once', () => {
  expect(isArrival(undefined, 'a', 0)).toBe(true)
  expect(isArrival(undefined, null, 0)).toBe(true)
  expect(isArrival(former(), 'b', 0)).toBe(true)
  expect(isArrival(former({ state: 'failed', runs: 9 }), 'b', 0)).toBe(true)
})

it('the same unit is flashed again only after it was taken out; one silent probe is a bad contact', () => {
  for (const silences of [0, 1]) {
    expect(isArrival(former(), 'a', silences)).toBe(false)
    expect(isArrival(former({ state: 'failed' }), 'a', silences)).toBe(false)
    expect(isArrival(former({ unit: null }), null, silences)).toBe(false)
  }
  expect(isArrival(former(), 'a', 2)).toBe(true)
  expect(isArrival(former({ state: 'failed' }), 'a', 2)).toBe(true)
  expect(isArrival(former({ state: 'cancelled' }), 'a', 2)).toBe(true)
})

it('a refused unit is told so once, and one that fails three times in a row is left', () => {
  expect(isArrival(former({ state: 'refused' }), 'a', 5)).toBe(false)
  expect(isArrival(former({ state: 'failed', runs: 2 }), 'a', 5)).toBe(true)
  expect(isArrival(former({ state: 'failed', runs: 3 }), 'a', 5)).toBe(false)
})

it('units that do not tell their id are told apart by the silence between them', () => {
  expect(isArrival(former({ unit: null, state: 'refused', runs: 9 }), null, 2)).toBe(true)
  expect(isArrival(former({ unit: null }), 'a', 2)).toBe(true)
  expect(isArrival(former({ unit: null }), 'a', 0)).toBe(false)
})
