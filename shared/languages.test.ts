import { expect, it } from 'vitest'
import { languageFor, languages } from './languages.ts'

it('a language is found by the first tag of a system or a browser', () => {
  expect(['zh', 'zh-CN', 'zh-Hant-TW', ' ZH-cn,en;q=0.8'].map(languageFor)).toEqual(['zh', 'zh', 'zh', 'zh'])
  expect(['en', 'en-GB,zh;q=0.9', 'qaa-QX', '', '*', 'zhx'].map(languageFor)).toEqual(Array(6).fill('en'))
})

it('English stands last, behind the languages it stands in for', () => {
  expect(languages.at(-1)).toBe('en')
  expect(languages).toContain('zh')
})
