import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { forbiddenTerms } from './glossary.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** A document without what is code, an address or a figure of a run: its sentences, one a line. */
const prose = (markdown: string): string[] =>
  markdown
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`\n]*`/g, '`')
    .replace(/\]\([^)]*\)/g, ']')
    .split('\n')

/** The guide's words for radio modules, of which a term may mean something else, as in the texts of their target. */
const withoutRadio = (markdown: string): string =>
  markdown.replace(/### AT 模组\n[\s\S]*?\n(?=### )/, '').replace(/^\| AT 模组 .*$/m, '')

/** Prose of engineers for engineers, in which a term of the trade means itself. */
const engineering = /HDiffPatch|patch-from|bspatch/

it.each([
  ['README.md', 'en'],
  ['docs/guide.en.md', 'en'],
  ['docs/guide.zh.md', 'zh'],
] as const)('%s has no word that the glossary forbids', (path, language) => {
  const text = read(path).split('\n## Verified')[0] ?? ''
  const lines = prose(text)
  const others = prose(withoutRadio(text))
  expect(lines.length).toBeGreaterThan(50)
  const said = forbiddenTerms[language]
    .filter(({ only }) => only !== 'screen')
    .flatMap(({ pattern, use, exceptKeys }) =>
      (exceptKeys === undefined ? lines : others)
        .filter((line) => pattern.test(line) && !engineering.test(line))
        .map((line) => `${line}  →  ${use}`),
    )
  expect(said).toEqual([])
})

it('both guides have the same sections and pictures', () => {
  const shape = (path: string) => {
    const text = read(path)
    return {
      sections: text.match(/^##+ /gm),
      pictures: (text.match(/images\/[a-z0-9-]+\.png/g) ?? []).map((name) => name.replace(/-(en|zh)\.png$/, '')),
    }
  }
  expect(shape('docs/guide.zh.md')).toEqual(shape('docs/guide.en.md'))
})
