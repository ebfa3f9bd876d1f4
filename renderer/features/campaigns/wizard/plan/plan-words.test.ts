import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { texts } from '../../../../i18n/texts/texts.ts'
import { emptyPlan, localMinute, presetGroups } from './plan.ts'
import { momentWords, planWords } from './plan-words.ts'

const now = new Date(2026, 10, 21, 9, 30).getTime()
const situation = { matching: 200, push: true, overwrite: false, now }

beforeAll(async () => {
  await i18next.init({
    lng: 'en',
    resources: { en: { translation: texts.en }, zh: { translation: texts.zh } },
    interpolation: { escapeValue: false },
  })
})

describe('the review in words', () => {
  it('says when it starts, who goes first, what opens the rest and what stops it', () => {
    const plan = {
      ...emptyPlan,
      startAt: localMinute(new Date(2026, 10, 21, 22)),
      groups: presetGroups('canary', ['Canary']),
    }
    expect(planWords(plan, situation, i18next.getFixedT('en'), 'en')).toEqual([
      'Starts tonight 22:00',
      'Canary: 10 devices; opens the next group when 95 % are proven',
      'Last the remaining 190 devices',
      'Halts when 20 %, and at least 10 in number, have failed',
      'Counts as failed what is silent 60 min after the notice, or unproven 120 min after its first progress',
    ])
    expect(planWords(plan, situation, i18next.getFixedT('zh'), 'zh').slice(0, 3)).toEqual([
      '今晚 22:00 开始',
      '金丝雀：10 台；证实成功达到 95 % 后自动开放下一组'.replace('金丝雀', 'Canary'),
      '最后是其余 190 台',
    ])
  })

  it('says that a person opens the next group, and how fast it goes', () => {
    const groups = presetGroups('canary', ['Canary']).map((group) => ({ ...group, proceed: 'person' as const }))
    const plan = { ...emptyPlan, groups, perMinute: 60, concurrent: 50, threshold: null }
    const words = planWords(plan, { ...situation, matching: 1 }, i18next.getFixedT('en'), 'en')
    expect(words).toContain('Canary: 1 device; when 95 % are proven, a person opens the next group')
    expect(words).toContain('Tells at most 60 a minute, and upgrades at most 50 at a time')
    expect(words).toContain('Goes on however many fail')
  })

  it('says hours over midnight as such', () => {
    const words = planWords(
      { ...emptyPlan, window: { from: '22:00', to: '06:00' } },
      { ...situation, push: false },
      i18next.getFixedT('en'),
      'en',
    )
    expect(words).toContain('Devices are told only between 22:00 and 06:00 of the next day')
    expect(words).toContain('Devices get the upgrade when they ask for it')
  })

  it('names a moment by its day while that is near', () => {
    const t = i18next.getFixedT('en')
    expect(momentWords(new Date(2026, 10, 21, 14).getTime(), now, t, 'en')).toBe('today 14:00')
    expect(momentWords(new Date(2026, 10, 22, 6).getTime(), now, t, 'en')).toBe('tomorrow 06:00')
    expect(momentWords(new Date(2026, 10, 25, 6).getTime(), now, t, 'en')).toContain('2026')
  })
})
