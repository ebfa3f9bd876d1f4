import { describe, expect, it } from 'vitest'
import type { JobCounts } from '#shared/schema.ts'
import { campaignLook } from './outcome.ts'

const counts = (some: Partial<JobCounts>): JobCounts => ({
  pending: 0,
  notified: 0,
  downloading: 0,
  installing: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  ...some,
})

describe('the look of a finished campaign', () => {
  it('is green where every device succeeded', () => {
    expect(campaignLook('finished', counts({ succeeded: 50 })).tone).toBe('passed')
  })

  it.each([
    ['some failed', { succeeded: 45, failed: 5 }],
    ['all were skipped', { skipped: 50 }],
    ['one was cancelled', { succeeded: 49, cancelled: 1 }],
    ['it had no device', {}],
  ])('is amber where %s', (_, some) => {
    expect(campaignLook('finished', counts(some)).tone).toBe('person')
  })

  it('leaves other statuses as they are', () => {
    expect(campaignLook('halted', counts({ succeeded: 50 })).tone).toBe('failed')
  })
})
