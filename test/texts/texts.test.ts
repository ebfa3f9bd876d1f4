import { describe, expect, it } from 'vitest'
import { languages } from '#shared/languages.ts'
import { forbiddenTerms } from './glossary.ts'
import { readSourceTexts, type SourceText } from './source-texts.ts'

const { texts, markup } = readSourceTexts()
const chinese = /[\u4e00-\u9fff]/
const where = ({ file, key, text }: SourceText): string => `${file} ${key}: ${text}`

/** Chinese that stands outside of the texts, with the reason. */
const chineseElsewhere: Readonly<Record<string, string>> = {
  'electron/simulator/demo.ts': 'names of demo data, which a station has in both languages at once',
  'electron/simulator/protocols/thingspanel/mqtt.ts': 'what a device of this vendor says on the wire',
}

describe('the texts of the program', () => {
  it('are many, so that the reader of the source has found them', () => {
    expect(texts.filter(({ language }) => language === 'zh').length).toBeGreaterThan(2000)
    expect(texts.filter(({ language }) => language === 'en').length).toBeGreaterThan(2000)
  })

  it('stand in both languages side by side, where they stand beside facts', () => {
    const alone = texts.filter(
      ({ language, beside, text }) =>
        language && !/^(zh|en)$/.test(text) && beside.length > 0 && !(beside.includes('zh') && beside.includes('en')),
    )
    expect(alone.map(where)).toEqual([])
  })

  it('lie in the same files in the folder of every language', () => {
    const filesOf = (language: string): string[] => {
      const folder = `shared/texts/${language}/`
      const files = texts.flatMap(({ file }) => (file.startsWith(folder) ? file.slice(folder.length) : []))
      return [...new Set(files)].sort()
    }
    expect(filesOf('en').length).toBeGreaterThan(20)
    for (const language of languages) expect(filesOf(language), language).toEqual(filesOf('en'))
  })

  it('have no Chinese outside of a text', () => {
    const loose = texts.filter(
      ({ file, language, text }) => !language && chinese.test(text) && !(file in chineseElsewhere),
    )
    expect(loose.map(where)).toEqual([])
    for (const file of Object.keys(chineseElsewhere))
      expect(
        texts.some((text) => text.file === file && !text.language && chinese.test(text.text)),
        file,
      ).toBe(true)
  })

  it('have no Chinese in an English text', () => {
    expect(texts.filter(({ language, text }) => language === 'en' && chinese.test(text)).map(where)).toEqual([])
  })

  it('tell each reason on a card of the bench from every other', () => {
    const headlines = texts.filter(({ file, language }) => file.endsWith('/reason-headlines.ts') && language)
    expect(headlines.length).toBeGreaterThan(150)
    const said = headlines.map(({ language, text }) => `${language} ${text}`)
    expect(said.filter((one, at) => said.indexOf(one) !== at)).toEqual([])
  })

  it('are never written into the markup of a screen', () => {
    const names = new Set(['MCU', '&nbsp;'])
    expect(markup.filter(({ text }) => !names.has(text))).toEqual([])
  })

  for (const language of ['en', 'zh'] as const)
    it(`say no ${language === 'en' ? 'English' : 'Chinese'} word that the glossary forbids`, () => {
      const said = forbiddenTerms[language].flatMap(({ pattern, use, except, exceptKeys }) =>
        texts
          .filter((text) => text.language === language && pattern.test(visible(text.text)))
          .filter(({ key }) => !except.some((end) => key.endsWith(end)))
          .filter(({ key }) => exceptKeys === undefined || !new RegExp(exceptKeys).test(key))
          .map((text) => `${where(text)}  →  ${use}`),
      )
      expect(said).toEqual([])
    })
})

/** A text without the names of its places, which nobody reads. */
const visible = (text: string): string => text.replace(/\{\{\w+\}\}|(?<!\{)\{\w+\}(?!\})/g, '{}')

describe('the glossary', () => {
  it('finds the words that it forbids', () => {
    const says = (language: 'en' | 'zh', text: string): boolean =>
      forbiddenTerms[language].some(({ pattern }) => pattern.test(text))
    for (const text of [
      'A patch is made',
      'From-versions',
      'Plug in anew',
      'Fails at 5 % of devices',
      'Use another board',
    ])
      expect(says('en', text), text).toBe(true)
    for (const text of ['批次已中止', '设备报告进度', '找不到 “A” 线', '闪存已损坏', '请重试 the line was lost'])
      expect(says('zh', text), text).toBe(true)
    expect(says('en', 'Delta generated; the unit passed at 5%')).toBe(false)
    expect(says('zh', '批次“甲”已自动暂停，成功率 95%')).toBe(false)
  })
})
