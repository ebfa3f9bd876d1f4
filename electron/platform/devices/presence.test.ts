import { describe, expect, it } from 'vitest'
import { Presence } from './presence.ts'

describe('presence', () => {
  it('counts a device once, connected and heard of', () => {
    const presence = new Presence()
    presence.enter(1, 10, 0)
    expect(presence.heard(1, 10, 0)).toBe(false)
    expect(presence.heard(2, 10, 0)).toBe(true)
    expect([presence.count(), presence.count(10), presence.ids().toSorted()]).toEqual([2, 2, [1, 2]])
    presence.leave(1)
    expect(presence.isOnline(1)).toBe(true)
    expect(presence.forgetHeard(0)).toEqual([
      { deviceId: 1, online: false },
      { deviceId: 2, online: false },
    ])
    expect([presence.count(), presence.count(10), presence.ids()]).toEqual([0, 0, []])
  })

  it('forgets those alone that were silent for long', () => {
    const presence = new Presence()
    presence.heard(1, 10, 100)
    presence.heard(2, 10, 200)
    presence.heard(1, 10, 300)
    presence.enter(2, 10, 250)
    expect(presence.forgetHeard(299)).toEqual([{ deviceId: 2, online: true }])
    expect(presence.count(10)).toBe(2)
    presence.forget(1)
    presence.forget(1)
    expect(presence.count(10)).toBe(1)
  })
})
