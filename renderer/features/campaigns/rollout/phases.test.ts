import { describe, expect, it } from 'vitest'
import type { JobEvent } from '#shared/schema.ts'
import { gapsOf, phasesOf } from './phases.ts'

const event = (second: number, what: string, state: JobEvent['state']): JobEvent => ({
  at: new Date(Date.UTC(2026, 10, 21, 9, 0, second)).toISOString(),
  state,
  what,
  detail: null,
  reason: null,
})

describe('how long the parts of an upgrade took', () => {
  const course = [
    event(0, 'created', 'pending'),
    event(5, 'notice', 'notified'),
    event(6, 'acknowledged', 'notified'),
    event(8, 'download', 'downloading'),
    event(20, 'installing', 'installing'),
    event(30, 'installed', 'installing'),
    event(45, 'proven', 'succeeded'),
  ]

  it('are told from the notice to the proof', () => {
    expect(phasesOf(course)).toEqual([
      { name: 'acknowledge', ms: 1000 },
      { name: 'begin', ms: 2000 },
      { name: 'download', ms: 12_000 },
      { name: 'install', ms: 10_000 },
      { name: 'proof', ms: 15_000 },
    ])
  })

  it('are those of the last attempt', () => {
    const twice = [...course.slice(0, 4), event(50, 'notice', 'notified'), event(53, 'download', 'downloading')]
    expect(phasesOf(twice)).toEqual([{ name: 'begin', ms: 3000 }])
  })

  it('leave out what did not happen', () => {
    expect(phasesOf([event(0, 'created', 'pending')])).toEqual([])
    expect(phasesOf([event(1, 'notice', 'notified'), event(3, 'failed', 'failed')])).toEqual([])
  })

  it('stand beside each event as the time since the one before', () => {
    expect(gapsOf(course.slice(0, 3))).toEqual([null, 5000, 1000])
  })
})
