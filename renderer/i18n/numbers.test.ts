import { createInstance } from 'i18next'
import { expect, it } from 'vitest'
import { texts } from '#shared/texts/index.ts'
import { numbersInTexts } from './numbers.ts'

it('numbers in texts stand as the language writes them, and words as they are', async () => {
  const texter = createInstance()
  await texter.use(numbersInTexts).init({
    lng: 'en',
    resources: { en: { translation: texts.en.screen }, zh: { translation: texts.zh.screen } },
    interpolation: { escapeValue: false, alwaysFormat: true },
  })
  expect(texter.t('campaigns.rollout.size', { count: 5000 })).toBe('5,000 devices')
  expect(texter.t('campaigns.rollout.size', { count: 1 })).toBe('1 device')
  expect(texter.getFixedT('zh')('campaigns.rollout.size', { count: 5000 })).toBe('5,000 台')
  expect(texter.t('campaigns.rollout.waits.personPlain', { name: '5000' })).not.toContain('5,000')
})
