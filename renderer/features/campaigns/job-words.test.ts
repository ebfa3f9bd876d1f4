import type { TFunction } from 'i18next'
import { describe, expect, it } from 'vitest'
import type { Job } from '#shared/schema.ts'
import { deviceWords, explanation, noteWords } from './job-words.ts'

const t = ((key: string, fill?: { words?: string }) =>
  fill?.words === undefined ? key : `“${fill.words}”`) as TFunction
const jobOf = (part: Partial<Job>): Job =>
  ({ state: 'failed', errorCode: null, description: null, attempt: 1, online: true, ...part }) as Job
const campaign = { push: true, status: 'running' } as const

describe('the words beside a job', () => {
  it('quote the device where it spoke, beside our explanation of its step', () => {
    const job = jobOf({ errorCode: 'VERIFICATION_FAILED', description: 'md5 mismatch at 0x1f000' })
    expect(noteWords(job, campaign, t, 'en')).toBe('“md5 mismatch at 0x1f000”')
    expect(explanation(job, 'en')).toContain('(-3)')
  })

  it('do not quote what is a value of our own explanation', () => {
    const job = jobOf({ errorCode: 'ROLLED_BACK', description: '2.3.7' })
    expect(deviceWords(job)).toBeUndefined()
    expect(noteWords(job, campaign, t, 'en')).toContain('Still 2.3.7')
  })

  it('cut what a device says to what lists may show', () => {
    const words = deviceWords(jobOf({ errorCode: 'UPGRADE_FAILED', description: '失'.repeat(300) }))
    expect([...(words ?? '')]).toHaveLength(129)
  })

  it('say what a waiting device waits for', () => {
    const waiting = jobOf({ state: 'pending' })
    expect(noteWords(waiting, campaign, t, 'en')).toBe('campaigns.live.waitingPush')
    expect(noteWords({ ...waiting, online: false }, campaign, t, 'en')).toBe('campaigns.live.waitingOffline')
    expect(noteWords(waiting, { push: false, status: 'running' }, t, 'en')).toBe('campaigns.live.waitingAsk')
    expect(noteWords(waiting, { push: true, status: 'paused' }, t, 'en')).toBe('campaigns.live.waitingPaused')
  })

  it('show an unknown reason of a newer station by its code', () => {
    expect(explanation(jobOf({ errorCode: 'LATER_REASON' }), 'zh')).toBe('LATER_REASON')
  })
})
