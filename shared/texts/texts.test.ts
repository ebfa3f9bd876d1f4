import { describe, expect, it } from 'vitest'
import { languages } from '../languages.ts'
import { texts } from './index.ts'

type Tree = { readonly [key: string]: string | Tree | undefined }

const flat = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : typeof value === 'string' ? [[`${path}${key}`, value]] : flat(value, `${path}${key}.`),
  )

const stem = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '')
const stems = (tree: Tree) => [...new Set(flat(tree).map(([key]) => stem(key)))]
const places = (text: string) => [...text.matchAll(/\{\{?(\w+)\}?\}/g)].map((match) => match[1]).sort()

describe.each(languages.map((language) => [language, texts[language]] as const))(
  'the texts in %s',
  (_, { language, ...own }) => {
    const { language: _facts, ...english } = texts.en
    const filled = new Map(flat(english).map(([key, text]) => [stem(key), places(text)]))

    it('are all there, in one order', () => {
      expect(stems(own)).toEqual(stems(english))
    })

    it('fill the same places as the English ones', () => {
      for (const [key, text] of flat(own)) expect([key, places(text)]).toEqual([key, filled.get(stem(key))])
    })

    it('are never empty', () => {
      expect(flat(own).filter(([, text]) => text.trim() === '')).toEqual([])
      expect([language.name, language.locale].filter((fact) => fact.trim() === '')).toEqual([])
    })
  },
)

it('every language has a name and a locale of its own', () => {
  expect(new Set(languages.map((code) => texts[code].language.name)).size).toBe(languages.length)
  for (const code of languages) expect(new Intl.Locale(texts[code].language.locale).language).toBe(code)
})
