import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Language } from '#shared/languages.ts'
import type { Campaign, CampaignGroup, JobCounts } from '#shared/schema.ts'
import { jobStates } from '#shared/states/job.ts'
import { texts } from '#shared/texts/index.ts'
import { failedShare, needsPerson, nextGroup, provenShare } from './shares.ts'
import { haltText, shortWait, timeLeftText, waitText } from './wait-reasons.ts'

const now = new Date(2026, 10, 21, 9, 30).getTime()
const MINUTE = 60_000
const counts = (part: Partial<JobCounts>): JobCounts =>
  ({ ...Object.fromEntries(jobStates.map((state) => [state, 0])), ...part }) as JobCounts
const group = (part: Partial<CampaignGroup>): CampaignGroup => ({
  name: 'Canary',
  kind: 'group',
  size: 10,
  successPercent: 95,
  proceed: 'auto',
  status: 'open',
  openedAt: '2026-11-21T00:00:00.000Z',
  counts: counts({}),
  ...part,
})
const rest = group({ name: '', kind: 'rest', status: 'closed', successPercent: null, openedAt: null })
const campaign = (part: Partial<Campaign>): Campaign =>
  ({
    name: 'c',
    status: 'running',
    waitsFor: null,
    nextAt: null,
    window: null,
    rate: null,
    push: true,
    groups: [group({}), rest],
    counts: counts({}),
    failureThreshold: null,
    ...part,
  }) as Campaign

const words = (part: Partial<Campaign>, language: Language = 'en') =>
  waitText(campaign(part), now, i18next.getFixedT(language), language)
const inMinutes = (minutes: number) => new Date(now + minutes * MINUTE).toISOString()

beforeAll(async () => {
  await i18next.init({
    lng: 'en',
    resources: { en: { translation: texts.en.screen }, zh: { translation: texts.zh.screen } },
    interpolation: { escapeValue: false },
  })
})

describe('what a campaign waits for', () => {
  it('counts down to its start and to its hours', () => {
    expect(words({ status: 'scheduled', waitsFor: 'start', nextAt: inMinutes(90) })).toBe(
      'Starts today 11:00, in 1:30:00',
    )
    expect(words({ waitsFor: 'window', nextAt: inMinutes(12.5 * 60), window: { from: '22:00', to: '06:00' } })).toBe(
      'Outside the push window 22:00–06:00; continues tonight 22:00, in 12:30:00',
    )
    expect(timeLeftText(51 * 60 * MINUTE, i18next.getFixedT('en'))).toBe('2 days 3 h')
  })

  it('never counts below zero while the station is about to act', () => {
    expect(words({ waitsFor: 'retry', nextAt: inMinutes(-1) })).toBe('Retry in 0:00')
  })

  it('says nothing of retries while others are under way', () => {
    const retrying = { waitsFor: 'retry', nextAt: inMinutes(5) } as const
    const short = (part: Partial<Campaign>) => shortWait(campaign(part), now, i18next.getFixedT('en'), 'en')
    expect(words({ ...retrying, counts: counts({ downloading: 1 }) })).toBeUndefined()
    expect(short({ ...retrying, counts: counts({ installing: 1 }) })).toBeUndefined()
    expect(words(retrying)).toBe('Retry in 5:00')
    expect(short(retrying)).toBe('waiting for retry')
  })

  it('names the group that has not ended, and how many of it are open', () => {
    const groups = [group({ counts: counts({ downloading: 2, succeeded: 8 }) }), rest]
    expect(words({ waitsFor: 'group', groups })).toBe(
      '2 devices of "Canary" have not ended; then the next group is released',
    )
  })

  it('names the next group that awaits release', () => {
    const waiting = campaign({ waitsFor: 'person', groups: [group({ status: 'waiting' }), rest] })
    expect(needsPerson(waiting)).toBe(true)
    expect(nextGroup(waiting)).toBe(rest)
    expect(waitText(waiting, now, i18next.getFixedT('zh'), 'zh')).toBe('“Canary”已达标，“其余”待放行')
  })

  it('tells devices that are away from a limit that is reached', () => {
    expect(words({ waitsFor: 'devices' })).toBe('Waiting for offline devices to connect')
    expect(words({ waitsFor: 'devices', push: false })).toBe('Waiting for devices to query')
    expect(words({ waitsFor: 'concurrency', rate: { concurrent: 5 } })).toContain('Limit of 5 concurrent')
  })

  it('says nothing once it is paused or over', () => {
    expect(words({ status: 'paused', waitsFor: 'rate' })).toBeUndefined()
    expect(words({ status: 'finished', waitsFor: null })).toBeUndefined()
    expect(
      shortWait(campaign({ status: 'paused', waitsFor: 'rate' }), now, i18next.getFixedT('en'), 'en'),
    ).toBeUndefined()
  })
})

describe('why a campaign halted', () => {
  it('is a group below its threshold, with its success rate', () => {
    const failed = group({ status: 'failed', counts: counts({ succeeded: 6, failed: 4, skipped: 3 }) })
    expect(haltText(campaign({ groups: [failed, rest] }), i18next.getFixedT('en'), 'en')).toContain(
      '"Canary": success rate 60%, below 95%',
    )
  })

  it('is the failure threshold, even after a person went on from a failed group', () => {
    const groups = [group({ status: 'failed' }), { ...rest, status: 'open' as const, openedAt: inMinutes(-5) }]
    const halted = campaign({
      groups,
      counts: counts({ succeeded: 30, failed: 10 }),
      failureThreshold: { percent: 20, minimum: 10 },
    })
    expect(haltText(halted, i18next.getFixedT('en'), 'en')).toContain('10 devices failed (25%); threshold: 20% and 10')
  })
})

describe('shares', () => {
  it('are never rounded up to a threshold that is not reached', () => {
    expect(provenShare(group({ counts: counts({ succeeded: 9496, failed: 504 }) }))).toBe(94.9)
  })

  it('leave out what was skipped, and say nothing of nobody', () => {
    expect(provenShare(group({ counts: counts({ succeeded: 1, skipped: 9 }) }))).toBe(100)
    expect(provenShare(group({ counts: counts({ skipped: 9 }) }))).toBeNull()
    expect(failedShare({ counts: counts({ pending: 4 }) })).toBeNull()
  })
})
