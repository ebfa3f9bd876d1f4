import { expect, it } from 'vitest'
import { errorText } from './error-texts.ts'
import { phrase, rule, rulePhrase } from './phrase.ts'
import { phraseText, ruleText, valueIn, writtenOut } from './phrase-text.ts'

it('a phrase is written out in English under its own name and beside it in every other language', () => {
  const data = { field: 'fromVersion', rule: phrase('phrases.versionOfPackage', { version: '1.2' }), tries: 3 }
  expect(writtenOut(data)).toEqual({
    field: 'fromVersion',
    rule: 'that of the package, 1.2',
    ruleZh: '须为该升级包的版本 1.2',
    tries: 3,
  })
})

it('an error reads the same before and after its data has crossed a border', () => {
  const data = { field: 'add', rule: phrase('phrases.tagsOfDevice', { rule: rulePhrase('deviceTags'), name: 'A1' }) }
  for (const language of ['zh', 'en'] as const)
    expect(errorText('INVALID_FIELD', language, writtenOut(data))).toBe(errorText('INVALID_FIELD', language, data))
  expect(errorText('INVALID_FIELD', 'zh', data)).toBe('add 不符合要求：每台设备最多 20 个标签（A1）')
})

it('several phrases stand in one text, and those that are not named are counted', () => {
  const problems = { phrases: [phrase('deviceList.empty'), phrase('deviceList.columns', { most: 3 })], more: 2 }
  expect(phraseText(problems, 'en')).toBe('The list has no rows.; has more than 3 columns … +2')
  expect(phraseText(problems, 'zh')).toBe('列表中没有数据行。；超过 3 列 … +2')
  expect(valueIn({ detail: problems }, 'detail', 'en')).toBe('The list has no rows.; has more than 3 columns … +2')
})

it('a list in a phrase is joined as the language does it', () => {
  const column = phrase('deviceList.column', { value: 'x', columns: ['a', 'b'] })
  expect([phraseText(column, 'en'), phraseText(column, 'zh')]).toEqual([
    'column "x" is unknown, use a, b',
    '未知的列“x”，可用：a、b',
  ])
})

it('a rule of a schema is written out with its limit; the words of a library stay as they are', () => {
  expect(ruleText(rule('tagCount'), 'en')).toBe('at most 10 tags')
  expect(ruleText('Invalid input', 'en')).toBeUndefined()
})
