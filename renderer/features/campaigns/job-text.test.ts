import type { TFunction } from 'i18next'
import { describe, expect, it } from 'vitest'
import type { Job } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { artifactText, deviceText, explanation, filled, noteText } from './job-text.ts'

const t = ((key: string, fill?: { words?: string }) =>
  fill?.words === undefined ? key : `“${fill.words}”`) as TFunction
const jobOf = (part: Partial<Job>): Job =>
  ({
    state: 'failed',
    errorCode: null,
    description: null,
    attempt: 1,
    online: true,
    group: 0,
    retryAt: null,
    patienceUntil: null,
    deadlineAt: null,
    ...part,
  }) as Job
const campaign = { push: true, status: 'running', closed: new Map<number, string>() } as const

describe('the words beside a job', () => {
  it('quote the device where it spoke, beside our explanation of its step', () => {
    const job = jobOf({ errorCode: 'VERIFICATION_FAILED', description: 'md5 mismatch at 0x1f000' })
    expect(noteText(job, campaign, t, 'en')).toBe('“md5 mismatch at 0x1f000”')
    expect(explanation(job, 'en')).toContain('(-3)')
  })

  it('name no size of what was never sent, nor of a patch that is not there yet', () => {
    const words = (part: Partial<Job>) => artifactText(jobOf({ artifactNote: null, ...part }), t, 'en')
    expect(words({ artifact: null, artifactSize: null })).toBe('—')
    expect(words({ artifact: 'diff', artifactSize: null, artifactNote: 'DIFF_WAITED_FOR' })).toBe('deltas.live.coming')
    expect(words({ artifact: 'diff', artifactSize: 2048 })).toBe('deltas.live.diff')
    expect(words({ artifact: 'full', artifactSize: 2048 })).toBe('campaigns.live.full')
  })

  it('do not quote what is a value of our own explanation', () => {
    const job = jobOf({ errorCode: 'ROLLED_BACK', description: '2.3.7' })
    expect(deviceText(job)).toBeUndefined()
    expect(noteText(job, campaign, t, 'en')).toContain('Still on 2.3.7')
  })

  it('cut what a device says to what lists may show', () => {
    const words = deviceText(jobOf({ errorCode: 'UPGRADE_FAILED', description: '失'.repeat(300) }))
    expect([...(words ?? '')]).toHaveLength(129)
  })

  it('say what a waiting device waits for', () => {
    const waiting = jobOf({ state: 'pending' })
    expect(noteText(waiting, campaign, t, 'en')).toBe('campaigns.live.waitingPush')
    expect(noteText({ ...waiting, online: false }, campaign, t, 'en')).toBe('campaigns.live.waitingOffline')
    expect(noteText(waiting, { ...campaign, push: false }, t, 'en')).toBe('campaigns.live.waitingAsk')
    expect(noteText(waiting, { ...campaign, status: 'paused' }, t, 'en')).toBe('campaigns.live.waitingPaused')
  })

  it('say which group is not open yet, and when a failed device is tried again', () => {
    const waiting = jobOf({ state: 'pending', group: 1 })
    const closed = { ...campaign, closed: new Map([[1, 'Rest']]) }
    expect(noteText(waiting, closed, t, 'en')).toBe('campaigns.rollout.waitingGroup')
    const again = { ...waiting, group: 0, attempt: 2, retryAt: '2026-11-21T10:00:00.000Z' }
    expect(noteText(again, closed, t, 'en')).toBe('campaigns.rollout.retryAt · campaigns.rollout.attempt')
  })

  it('say at once that a device which installs still reports its old version, and until when that is borne', () => {
    const patienceUntil = '2026-11-21T10:00:00.000Z'
    const still = jobOf({ state: 'installing', fromVersion: '1.0', patienceUntil, deadlineAt: patienceUntil })
    expect(noteText(still, campaign, t, 'en')).toBe('campaigns.live.stillReports · campaigns.rollout.until')
    for (const language of ['zh', 'en'] as const)
      expect(texts[language].screen.campaigns.live.stillReports.replace('{{version}}', '1.0')).toBe(
        { zh: '仍上报 1.0', en: 'Still reports 1.0' }[language],
      )
    expect(noteText(jobOf({ state: 'installing' }), campaign, t, 'en')).toBe('campaigns.live.waitingProof')
  })

  it('say until when silence is borne', () => {
    const silent = jobOf({ state: 'notified', deadlineAt: '2026-11-21T10:00:00.000Z' })
    expect(noteText(silent, campaign, t, 'en')).toBe('campaigns.live.waitingStart · campaigns.rollout.until')
  })

  it('show an unknown reason of a newer station by its code', () => {
    expect(explanation(jobOf({ errorCode: 'LATER_REASON' }), 'zh')).toBe('LATER_REASON')
  })
})

it.each([
  [0, 0],
  [40, 40],
])('fills the bar of a job that failed at %i percent to %i percent', (progress, percent) => {
  expect(filled({ state: 'failed', progress })).toBe(percent)
})
