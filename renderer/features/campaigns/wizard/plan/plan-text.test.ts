import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Language, texts } from '#shared/texts/index.ts'
import { type Draft, emptyDraft } from '../campaign-draft.ts'
import { localMinute, presetGroups } from './plan.ts'
import { momentText, planText } from './plan-text.ts'

const now = new Date(2026, 10, 21, 9, 30).getTime()

/** The sentences of a draft for this many devices. */
const sentences = (draft: Draft, language: Language, matching = 200): string[] =>
  planText({ draft, product: undefined, matching, t: i18next.getFixedT(language), language }, now)

beforeAll(async () => {
  await i18next.init({
    lng: 'en',
    resources: { en: { translation: texts.en.screen }, zh: { translation: texts.zh.screen } },
    interpolation: { escapeValue: false },
  })
})

describe('the review in words', () => {
  it('says when it starts, who goes first, what opens the rest and what stops it', () => {
    const plan = {
      ...emptyDraft,
      startAt: localMinute(new Date(2026, 10, 21, 22)),
      groups: presetGroups('canary', ['Canary']),
    }
    expect(sentences(plan, 'en')).toEqual([
      'Starts tonight 22:00',
      'Canary: 10 devices; next group starts at 95% success',
      'Then the remaining 190 devices',
      'Halts at 20% failed and at least 10 devices',
      'Fails after 60 min without response, or 120 min after first progress without the target version',
    ])
    expect(sentences(plan, 'zh').slice(0, 3)).toEqual([
      '今晚 22:00 开始',
      'Canary：10 台；成功率达到 95% 后自动放行下一组',
      '最后是其余 190 台',
    ])
  })

  it('says that a person releases the next group, and how fast it goes', () => {
    const groups = presetGroups('canary', ['Canary']).map((group) => ({ ...group, proceed: 'person' as const }))
    const plan = { ...emptyDraft, groups, rate: { perMinute: 60, concurrent: 50 }, failureThreshold: null }
    const said = sentences(plan, 'en', 1)
    expect(said).toContain('Canary: 1 device; at 95% success, release the next group manually')
    expect(said).toContain('Notifies at most 60 per minute, upgrades at most 50 concurrently')
    expect(said).toContain('Never halts on failures')
  })

  it('says hours over midnight as such', () => {
    const said = sentences({ ...emptyDraft, window: { from: '22:00', to: '06:00' }, push: false }, 'en')
    expect(said).toContain('Devices are notified only from 22:00 to 06:00 (next day)')
    expect(said).toContain('Devices get the upgrade when they query')
  })

  it('names a moment by its day while that is near', () => {
    const t = i18next.getFixedT('en')
    expect(momentText(new Date(2026, 10, 21, 14).getTime(), now, t, 'en')).toBe('today 14:00')
    expect(momentText(new Date(2026, 10, 22, 6).getTime(), now, t, 'en')).toBe('tomorrow 06:00')
    expect(momentText(new Date(2026, 10, 25, 6).getTime(), now, t, 'en')).toContain('2026')
  })
})
