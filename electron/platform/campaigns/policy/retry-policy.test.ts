import { describe, expect, it } from 'vitest'
import type { JobReason } from '#shared/reasons.ts'
import type { RetryClass } from '#shared/schema.ts'
import { jobReasons } from '#shared/texts/en/job-reasons.ts'
import { deadlineOf } from './deadlines.ts'
import { classOf, retryTime } from './retry-policy.ts'

const failure = { reason: 'DOWNLOAD_FAILED', autoRetries: 0, protocol: 'sagoo', now: 1000 } as const

describe('a failure', () => {
  it('is tried again after the interval, as often as was asked', () => {
    const retry = { times: 2, intervalMinutes: 5 }
    expect(retryTime(retry, failure)).toBe(301_000)
    expect(retryTime(retry, { ...failure, autoRetries: 1 })).toBe(301_000)
    expect(retryTime(retry, { ...failure, autoRetries: 2 })).toBeUndefined()
    expect(retryTime(undefined, failure)).toBeUndefined()
  })

  it('is tried again only where its class is wanted', () => {
    const retry = { times: 2, intervalMinutes: 0, on: ['burning' as const] }
    expect(retryTime(retry, failure)).toBeUndefined()
    expect(retryTime(retry, { ...failure, reason: 'BURNING_FAILED' })).toBe(1000)
  })

  it('is of the step at which it happened, as people choose what is tried again; all others are final', () => {
    const classes: Readonly<Record<RetryClass, readonly JobReason[]>> = {
      upgrade: [
        'UPGRADE_FAILED',
        'UPGRADE_BROKE_OFF',
        'UPGRADE_EXPIRED',
        'OUT_OF_MEMORY',
        'LOW_BATTERY',
        'WEAK_SIGNAL',
        'PUSH_FAILED',
        'DEVICE_OFFLINE',
      ],
      download: ['DOWNLOAD_FAILED', 'DOWNLOAD_BROKE_OFF', 'REQUEST_TIMEOUT', 'NO_SPACE'],
      verification: ['VERIFICATION_FAILED', 'CHECKSUM_WRONG'],
      burning: ['BURNING_FAILED'],
      version: ['ROLLED_BACK', 'WRONG_VERSION'],
    }
    for (const [kind, reasons] of Object.entries(classes))
      for (const reason of reasons) expect(classOf(reason), reason).toBe(kind)
    const mendable = Object.values(classes).flat()
    const known = Object.keys(jobReasons) as JobReason[]
    expect(known.filter((reason) => classOf(reason) !== undefined).toSorted()).toEqual(mendable.toSorted())
  })

  it('is never tried again after a timeout, nor where no try can mend it, nor where the device does it itself', () => {
    const retry = { times: 2, intervalMinutes: 0 }
    for (const reason of [
      'TIMEOUT_PUSH',
      'TIMEOUT_PROGRESS',
      'TIMEOUT_INSTALLING',
      'MODEL_MISMATCH',
      'CANCELLED_IN_PROGRESS',
    ] as const)
      expect(retryTime(retry, { ...failure, reason })).toBeUndefined()
    expect(retryTime(retry, { ...failure, protocol: 'onenet' })).toBeUndefined()
  })
})

describe('a deadline', () => {
  const limits = { pushTimeoutMinutes: 1, timeoutMinutes: 10, stepTimeoutMinutes: {} }
  const job = {
    fromVersion: '1.0.0',
    notifiedAt: 0,
    startedAt: 30_000,
    updatedAt: 50_000,
    enteredAt: 40_000,
    acknowledgeBy: null,
    patienceUntil: null,
  }

  it('counts from the notice until the first sign, and from there until the proof', () => {
    expect(deadlineOf({ ...job, state: 'notified' }, limits)).toEqual({ at: 60_000, reason: 'TIMEOUT_PUSH' })
    const progress = { at: 630_000, reason: 'TIMEOUT_PROGRESS' }
    expect(deadlineOf({ ...job, state: 'downloading' }, limits)).toEqual(progress)
    expect(deadlineOf({ ...job, state: 'installing' }, limits)).toEqual(progress)
  })

  it('counts from the last change where nobody knows when the notice was sent or the progress began', () => {
    const unknown = { ...job, notifiedAt: null, startedAt: null }
    expect(deadlineOf({ ...unknown, state: 'notified' }, limits)?.at).toBe(110_000)
    expect(deadlineOf({ ...unknown, state: 'downloading' }, limits)?.at).toBe(650_000)
  })

  it('is the first of those that end at the same moment, so that its reason is always the same', () => {
    const steps = { ...limits, timeoutMinutes: 10, stepTimeoutMinutes: { downloading: 10 } }
    const same = { ...job, state: 'downloading', startedAt: 40_000 } as const
    expect(deadlineOf(same, steps)).toEqual({ at: 640_000, reason: 'TIMEOUT_PROGRESS' })
    const noted = { ...job, state: 'notified', acknowledgeBy: 60_000 } as const
    expect(deadlineOf(noted, limits)?.reason).toBe('TIMEOUT_PUSH')
  })

  it('of a step counts from its beginning, and says in which step the time ran out', () => {
    const steps = { ...limits, stepTimeoutMinutes: { downloading: 5, installing: 20 } }
    expect(deadlineOf({ ...job, state: 'downloading' }, steps)).toEqual({
      at: 340_000,
      reason: 'TIMEOUT_DOWNLOADING',
    })
    // The limit from the first progress ends earlier.
    expect(deadlineOf({ ...job, state: 'installing' }, steps)?.reason).toBe('TIMEOUT_PROGRESS')
    const short = { ...limits, stepTimeoutMinutes: { installing: 2 } }
    expect(deadlineOf({ ...job, state: 'installing' }, short)).toEqual({
      at: 160_000,
      reason: 'TIMEOUT_INSTALLING',
    })
  })

  it('is that of the acknowledgement where a device has to take note of its notice', () => {
    const noted = { ...job, state: 'notified', acknowledgeBy: 10_000 } as const
    expect(deadlineOf(noted, limits)).toEqual({ at: 10_000, reason: 'PUSH_FAILED' })
  })

  it('is that of the patience where a device that installs still reports its old version, unless another comes first', () => {
    const patient = { ...job, state: 'installing', patienceUntil: 600_000 } as const
    expect(deadlineOf(patient, limits)).toEqual({ at: 600_000, reason: 'ROLLED_BACK', text: '1.0.0' })
    expect(deadlineOf({ ...patient, patienceUntil: 700_000 }, limits)?.reason).toBe('TIMEOUT_PROGRESS')
    const steps = { ...limits, stepTimeoutMinutes: { installing: 2 } }
    expect(deadlineOf(patient, steps)?.reason).toBe('TIMEOUT_INSTALLING')
  })

  it('is none for what waits or has ended', () => {
    for (const state of ['pending', 'succeeded', 'failed', 'cancelled', 'skipped'] as const)
      expect(deadlineOf({ ...job, state }, limits)).toBeUndefined()
  })
})
