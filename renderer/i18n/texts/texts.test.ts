import { describe, expect, it } from 'vitest'
import { texts } from './texts.ts'

type Tree = { readonly [key: string]: string | Tree }

const flat = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flat(value, `${path}${key}.`),
  )

const stem = (key: string) => key.replace(/_(one|other)$/, '')
const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe('the texts of the screen', () => {
  const zh = new Map(flat(texts.zh).map(([key, text]) => [stem(key), text]))
  const en = flat(texts.en)

  it('has every text in both languages', () => {
    expect([...new Set(en.map(([key]) => stem(key)))].sort()).toEqual([...zh.keys()].sort())
  })

  it('fills the same places in both languages', () => {
    for (const [key, text] of en) expect([key, places(text)]).toEqual([key, places(zh.get(stem(key)) ?? '')])
  })

  it('leaves no text empty', () => {
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([])
  })
})
