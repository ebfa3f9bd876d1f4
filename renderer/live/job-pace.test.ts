import { describe, expect, it } from 'vitest'
import type { Job } from '#shared/schema.ts'
import { paceOf } from './job-pace.ts'

const now = Date.parse('2026-11-21T08:00:00.000Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()
type Part = Pick<Job, 'state' | 'online' | 'startedAt' | 'finishedAt'>
const ended = (seconds: number, started = 300): Part => ({
  state: 'succeeded',
  online: true,
  startedAt: ago(started),
  finishedAt: ago(seconds),
})
const open = (online = true): Part => ({ state: 'downloading', online, startedAt: ago(10), finishedAt: null })

describe('the pace of a campaign', () => {
  it('counts the devices that ended in the last minute', () => {
    expect(paceOf([ended(5), ended(30), ended(59), ended(61)], now).perMinute).toBe(3)
  })

  it('counts from the first start while the campaign is younger than a minute', () => {
    expect(paceOf([ended(2, 20), ended(4, 20)], now).perMinute).toBe(6)
  })

  it('tells the time left from the connected devices alone', () => {
    const pace = paceOf([ended(5), ended(6), ended(7), open(), open(), open(), open(false)], now)
    expect(pace.leftMs).toBe(60_000)
  })

  it('tells no time left from too few ends', () => {
    expect(paceOf([ended(5), ended(6), open()], now).leftMs).toBeNull()
  })

  it('tells no time left when only offline devices remain', () => {
    expect(paceOf([ended(5), ended(6), ended(7), open(false)], now).leftMs).toBeNull()
  })

  it('is nothing before the first end, and skipped devices are no pace', () => {
    const skipped: Part = { state: 'skipped', online: true, startedAt: null, finishedAt: ago(1) }
    expect(paceOf([open(), skipped], now)).toEqual({ perMinute: 0, leftMs: null })
  })
})
