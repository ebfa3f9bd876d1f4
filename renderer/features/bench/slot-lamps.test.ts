import { describe, expect, it } from 'vitest'
import type { Slot } from '#shared/schema.ts'
import { firstSentence } from './reason-text.ts'
import { lampLooks, lookOf, tookMs, unitLabel } from './slot-lamps.ts'

describe('what a card says', () => {
  it('is a MAC as its label has it, a longer id in fours, anything else as it is', () => {
    expect(unitLabel('a0764e1b2201')).toBe('A0:76:4E:1B:22:01')
    expect(unitLabel('0042003a3138510e33383138')).toBe('0042 003A 3138 510E 3338 3138')
    expect(unitLabel('SN-2611-004217')).toBe('SN-2611-004217')
  })

  it('is the first sentence of a reason', () => {
    expect(firstSentence('校验失败，地址 0x1A0000。请更换模块后重试。')).toBe('校验失败，地址 0x1A0000')
    expect(firstSentence('Flash reads back wrong at 0x1.2. Change the unit.')).toBe('Flash reads back wrong at 0x1.2')
    expect(firstSentence('Stopped.')).toBe('Stopped')
  })

  it('is the time since the start, or what it took', () => {
    const startedAt = '2026-01-01T00:00:00.000Z'
    expect(tookMs(null, 0)).toBeUndefined()
    expect(tookMs({ startedAt, finishedAt: null }, Date.parse(startedAt) + 5000)).toBe(5000)
    expect(tookMs({ startedAt, finishedAt: '2026-01-01T00:00:41.000Z' }, 0)).toBe(41_000)
  })

  it('is that somebody has to act, while a run waits for RESET', () => {
    const run = { state: 'running', phase: 'pressReset' } as Slot['run']
    const slot = { lamp: 'checking', run } as Slot
    expect(lookOf(slot)).toEqual(lampLooks.refused)
    expect(lookOf({ ...slot, run: { ...run, phase: 'checking' } as Slot['run'] })).toEqual(lampLooks.checking)
  })
})
