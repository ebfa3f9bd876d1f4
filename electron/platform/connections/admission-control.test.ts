import { expect, it } from 'vitest'
import { createTestClock } from '../../../test/helpers/clock.ts'
import { type Dismissal, Gate, type Pass, type PendingConnection } from './admission-control.ts'
import type { GateLimits } from './connection-limits.ts'

/** A gate with named connections: `a1` is the first connection from address a. */
const gateOf = (limits: GateLimits) => {
  const clock = createTestClock()
  const closed: string[] = []
  const dismissed: [string, Dismissal][] = []
  const names = new Map<PendingConnection, string>()
  const gate = new Gate({
    limits: () => limits,
    clock,
    dismissed: (guest, why) => dismissed.push([names.get(guest) ?? '', why]),
  })
  const come = (name: string, listener = 'mqtt'): Pass | undefined => {
    const guest = { listener, address: name.replace(/\d+$/, ''), withinMs: 15_000, close: () => void closed.push(name) }
    names.set(guest, name)
    return gate.admit(guest)
  }
  return { clock, gate, come, closed, dismissed }
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}${n + 1}`)

it('closes what completes nothing in time, and leaves alone what did', () => {
  const { clock, come, closed, dismissed } = gateOf({ connections: 10, unproven: 5, keptFree: 1 })
  come('silent1')
  come('device1')?.become('busy')
  come('browser1')?.become('idle')
  clock.advance(60_000)
  expect(closed).toEqual(['silent1'])
  expect(dismissed).toEqual([['silent1', 'nothing complete in time']])
})

it('lets a flood push out its own and never a device that is elsewhere or logged in', () => {
  const { gate, come, closed } = gateOf({ connections: 20, unproven: 10, keptFree: 1 })
  come('flood0')?.become('busy')
  const honest = come('honest1')
  for (const name of numbered('flood', 20_000)) come(name)
  expect(closed).toEqual(numbered('flood', 19_991))
  expect(honest?.become('busy')).toBe(true)
  expect(gate.counts).toEqual({ unproven: 9, greeted: 0, idle: 0, busy: 2 })
})

it('keeps the floods at two listeners apart', () => {
  const { come, closed } = gateOf({ connections: 20, unproven: 10, keptFree: 1 })
  for (const name of numbered('a', 9)) come(name)
  come('a0', 'https')
  for (const name of ['a10', 'a11', 'a12']) come(name)
  expect(closed).toEqual(['a1', 'a2', 'a3'])
})

it('among many addresses of one connection each the oldest goes', () => {
  const { come, closed } = gateOf({ connections: 20, unproven: 3, keptFree: 1 })
  for (const name of ['a1', 'b1', 'c1', 'd1', 'e1']) come(name)
  expect(closed).toEqual(['a1', 'b1'])
})

it('takes the room for a newcomer from what is idle, then from what completed nothing, never from who is busy', () => {
  const { come, closed, dismissed } = gateOf({ connections: 4, unproven: 4, keptFree: 0 })
  come('busy1')?.become('busy')
  come('busy2')?.become('busy')
  come('idle1')?.become('idle')
  come('idle2')?.become('idle')
  come('new1')
  come('new2')
  come('new3')
  expect(closed).toEqual(['idle1', 'idle2', 'new1'])
  expect(new Set(dismissed.map(([, why]) => why))).toEqual(new Set(['no room for more connections']))
})

it('refuses a newcomer where everybody is busy, and keeps places at which a known device can take over', () => {
  const { come, closed, gate } = gateOf({ connections: 4, unproven: 4, keptFree: 1 })
  const passes = numbered('busy', 3).map((name) => come(name))
  expect(passes.map((pass) => pass?.become('busy'))).toEqual([true, true, true])
  const fourth = come('late1')
  expect(fourth?.become('busy')).toBe(false)
  passes[0]?.become('idle')
  expect(fourth?.become('busy')).toBe(true)
  expect(closed).toEqual([])
  passes[0]?.left()
  fourth?.left()
  expect(gate.counts).toEqual({ unproven: 0, greeted: 0, idle: 0, busy: 2 })
})

it('knows nothing more of those that left', () => {
  const { clock, come, gate, closed } = gateOf({ connections: 4, unproven: 2, keptFree: 1 })
  for (let round = 0; round < 1000; round += 1) come(`a${round}`)?.left()
  clock.advance(60_000)
  expect(gate.counts).toEqual({ unproven: 0, greeted: 0, idle: 0, busy: 0 })
  expect(closed).toEqual([])
  expect(clock.waiting()).toBe(0)
})

it('lets a flood from the same address push out nobody whose handshake has begun', () => {
  const { gate, come, closed } = gateOf({ connections: 20, unproven: 10, keptFree: 1 })
  const honest = come('router0')
  honest?.greeted()
  for (const name of numbered('router', 20_000)) come(name)
  expect(closed).not.toContain('router0')
  expect(gate.counts).toEqual({ unproven: 9, greeted: 1, idle: 0, busy: 0 })
  expect(honest?.become('busy')).toBe(true)
})

it('keeps half of the places from a flood that begins handshakes and finishes none, and ends them in time', () => {
  const { clock, gate, come, closed } = gateOf({ connections: 20, unproven: 10, keptFree: 1 })
  const elsewhere = come('elsewhere1')
  elsewhere?.greeted()
  for (const name of numbered('router', 100)) come(name)?.greeted()
  expect(gate.counts).toMatchObject({ unproven: 0, greeted: 5 })
  expect(closed).not.toContain('elsewhere1')
  const silent = numbered('silent', 5)
  for (const name of silent) come(name)
  expect(gate.counts).toMatchObject({ unproven: 5, greeted: 5 })
  clock.advance(60_000)
  expect(gate.counts).toMatchObject({ unproven: 0, greeted: 0 })
  expect(elsewhere?.become('busy')).toBe(false)
})
