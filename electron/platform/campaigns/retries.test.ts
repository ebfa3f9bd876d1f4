import { describe, expect, it } from 'vitest'
import { deadlineOf, timeoutReason } from './deadlines.ts'
import { retryTime } from './retries.ts'

const failure = { reason: 'DOWNLOAD_FAILED', attempt: 1, protocol: 'sagoo', now: 1000 } as const

describe('a failure', () => {
  it('is tried again after the interval, as often as was asked', () => {
    const retry = { times: 2, intervalMinutes: 5 }
    expect(retryTime(retry, failure)).toBe(301_000)
    expect(retryTime(retry, { ...failure, attempt: 2 })).toBe(301_000)
    expect(retryTime(retry, { ...failure, attempt: 3 })).toBeUndefined()
    expect(retryTime(undefined, failure)).toBeUndefined()
  })

  it('is tried again only where its class is wanted', () => {
    const retry = { times: 2, intervalMinutes: 0, on: ['burning' as const] }
    expect(retryTime(retry, failure)).toBeUndefined()
    expect(retryTime(retry, { ...failure, reason: 'BURNING_FAILED' })).toBe(1000)
  })

  it('is never tried again after a timeout, nor where no try can mend it, nor where the device does it itself', () => {
    const retry = { times: 2, intervalMinutes: 0 }
    for (const reason of ['TIMEOUT_PUSH', 'TIMEOUT_PROGRESS', 'MODEL_MISMATCH', 'CANCELLED_IN_PROGRESS'] as const)
      expect(retryTime(retry, { ...failure, reason })).toBeUndefined()
    expect(retryTime(retry, { ...failure, protocol: 'onenet' })).toBeUndefined()
  })
})

describe('a deadline', () => {
  const limits = { pushTimeoutMinutes: 1, timeoutMinutes: 10 }
  const job = { notifiedAt: 0, startedAt: 30_000, updatedAt: 50_000 }

  it('counts from the notice until the first sign, and from there until the proof', () => {
    expect(deadlineOf({ ...job, state: 'notified' }, limits)).toBe(60_000)
    expect(deadlineOf({ ...job, state: 'downloading' }, limits)).toBe(630_000)
    expect(deadlineOf({ ...job, state: 'installing' }, limits)).toBe(630_000)
    expect(timeoutReason('notified')).toBe('TIMEOUT_PUSH')
    expect(timeoutReason('installing')).toBe('TIMEOUT_PROGRESS')
  })

  it('is none for what waits or has ended', () => {
    for (const state of ['pending', 'succeeded', 'failed', 'cancelled', 'skipped'] as const)
      expect(deadlineOf({ ...job, state }, limits)).toBeNull()
  })
})
