import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { CampaignDefinition, campaignOptions } from '#shared/campaign/definition.ts'
import type { Product } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { type Draft, emptyDraft } from './campaign-draft.ts'
import { chosenOptions } from './draft-forms.ts'
import { fieldOf, isField, limitsOf, mostRows, optionsIn } from './option-fields.ts'
import { optionValueText } from './option-text.ts'
import { optionFacts, optionSentences } from './review-lines.ts'

beforeAll(async () => {
  await i18next.init({
    lng: 'en',
    resources: { en: { translation: texts.en.screen }, zh: { translation: texts.zh.screen } },
    interpolation: { escapeValue: false },
  })
})

const t = () => i18next.getFixedT('en')
const reviewOf = (draft: Draft, protocol: Product['protocol']) => ({
  draft,
  product: { protocol } as Product,
  matching: 10,
  t: t(),
  language: 'en' as const,
})

describe('the fields of a campaign', () => {
  it('have their kind, limits and defaults from the schema', () => {
    expect(fieldOf('overwrite')).toEqual({ kind: 'switch' })
    expect(fieldOf('policy')).toEqual({ kind: 'choice', values: ['standard', 'silent'] })
    expect(fieldOf('timeoutMinutes')).toEqual({
      kind: 'numbers',
      parts: [{ part: undefined, min: 1, max: 10_080, default: 120 }],
    })
    expect(fieldOf('rate')).toEqual({
      kind: 'numbers',
      parts: [
        { part: 'perMinute', min: 1, max: 10_000, default: undefined },
        { part: 'concurrent', min: 1, max: 100_000, default: undefined },
      ],
    })
    expect(limitsOf('percent')).toEqual({ min: 1, max: 100 })
    expect(limitsOf('groups', 'percent')).toEqual({ min: 1, max: 99 })
    expect(limitsOf('retry', 'times')).toEqual({ min: 0, max: 10 })
    expect(mostRows('groups')).toBe(10)
  })

  it('stand each in one section, and every option that is none has a form of its own', () => {
    const sections = ['narrow', 'delivery', 'strategy', 'speed', 'timeouts', 'conditions'] as const
    const shown = sections.flatMap((section) => optionsIn(section))
    expect([...shown].sort()).toEqual(campaignOptions.filter(isField).sort())
  })

  it('choose nothing where they are empty, and what they show where they are filled', () => {
    expect(CampaignDefinition.parse(chosenOptions(emptyDraft))).toEqual({
      ...CampaignDefinition.parse({}),
      failureThreshold: { percent: 20, minimum: 10 },
    })
    const filled = {
      ...emptyDraft,
      overwrite: true,
      timeoutMinutes: 7,
      rate: { perMinute: null, concurrent: 3 },
      conditions: { signal: 0, battery: null },
    }
    expect(CampaignDefinition.parse(chosenOptions(filled))).toMatchObject({
      overwrite: true,
      timeoutMinutes: 7,
      rate: { concurrent: 3 },
      conditions: { signal: 0 },
    })
  })

  it('say what is chosen with their names, numbers and units', () => {
    const draft: Draft = {
      ...emptyDraft,
      rate: { perMinute: 1200, concurrent: null },
      conditions: { signal: null, battery: 30 },
    }
    expect(optionValueText('rate', draft, t(), 'en')).toBe('Max. per minute 1,200 devices')
    expect(optionValueText('conditions', draft, t(), 'en')).toBe('Min. battery 30%')
    expect(optionValueText('timeoutMinutes', draft, t(), 'en')).toBe('First progress to version report 120 min')
    expect(optionValueText('timeoutMinutes', draft, t(), 'en', false)).toBe('120 min')
    expect(optionValueText('stepTimeoutMinutes', draft, t(), 'en')).toBeUndefined()
    expect(optionValueText('policy', draft, t(), 'en')).toBe('Standard')
    expect(optionValueText('overwrite', draft, t(), 'en')).toBeUndefined()
  })

  it('are in the review where the protocol has them, each once', () => {
    const draft: Draft = { ...emptyDraft, policy: 'silent', conditions: { signal: null, battery: 30 } }
    const shown = (protocol: Product['protocol']) =>
      Object.fromEntries(optionFacts(reviewOf(draft, protocol)).filter(([, value]) => value !== undefined))
    expect(shown('iot-engine')).toMatchObject({ Mode: 'Silent' })
    expect(shown('iot-engine')).not.toHaveProperty('Device conditions')
    expect(shown('onenet')).toMatchObject({ 'Device conditions': 'Min. battery 30%' })
    expect(shown('onenet')).not.toHaveProperty('Mode')
    const labels = optionFacts(reviewOf(draft, 'sagoo')).map(([label]) => label)
    expect(new Set(labels).size).toBe(labels.length)
    // A sentence covers it, so it is not repeated as a fact.
    const limited = reviewOf({ ...draft, rate: { perMinute: 5, concurrent: null } }, 'sagoo')
    expect(optionSentences(limited)).toContain('Notifies at most 5 per minute')
    expect(optionFacts(limited).map(([label]) => label)).not.toContain('Rate limit')
  })
})
