import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../launch/launched.ts'

/** Text files of the repository that may cite a document. */
const files = ['electron', 'shared', 'renderer', 'test', 'resources', 'docs'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, ...path.split(sep)))
    .filter((path) => /\.(ts|tsx|mjs|css|c|h|md)$/.test(path) && !/^test\/output\/|THIRD_PARTY/.test(path)),
)

/** A file's text with wrapped comments and paragraphs as one line. */
const unwrapped = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replace(/\n[ \t]*(?:\*|\/\/|--)?[ \t]*(?=\S)/g, ' ')

/** The numbers of a page: of its sections (`## 3. …`) and of its paragraphs (`3.2 …`). */
const numbersOf = (page: string): Set<string> =>
  new Set(
    [...readFileSync(join(root, page), 'utf8').matchAll(/^(?:#+ )?(\d+(?:\.\d+)*)\.? /gm)].map(
      ([, number]) => number ?? '',
    ),
  )

/** Every paragraph that a text cites: in code by the page's path; a page may cite its neighbours by name and itself by number. */
const citedIn = (path: string): { readonly page: string; readonly number: string }[] =>
  [...unwrapped(path).matchAll(/(?:([\w./-]+\.md)`? )?(?<!RFC \d{1,5} )§(\d+(?:\.\d+)*)/g)].flatMap(
    ([, name, number = '']) => {
      const folder = posix.dirname(path)
      if (name?.startsWith('docs/')) return [{ page: name, number }]
      if (!path.startsWith('docs/')) return []
      return [{ page: name === undefined ? path : posix.join(folder, name), number }]
    },
  )

const citations = files.flatMap((path) => citedIn(path).map((cited) => ({ path, ...cited })))

it('every paragraph of a document that is cited exists', () => {
  expect(citations.length).toBeGreaterThan(20)
  const pages = new Map<string, ReadonlySet<string>>()
  const missing = citations.filter(({ page, number }) => {
    if (!existsSync(join(root, page))) return true
    const numbers = pages.get(page) ?? numbersOf(page)
    pages.set(page, numbers)
    return !numbers.has(number)
  })
  expect(missing).toEqual([])
})
it('code names no document that is not in the repository', () => {
  const names = new Set(files.filter((path) => path.endsWith('.md')).map((path) => posix.basename(path)))
  for (const name of ['README.md', 'THIRD_PARTY.md', 'benchmarks.md']) names.add(name)
  const foreign = files
    .filter((path) => !path.startsWith('docs/') && /\.(ts|tsx|mjs|c|h|css)$/.test(path))
    .flatMap((path) =>
      (unwrapped(path).match(/\b[\w.-]+\.md\b/g) ?? [])
        .filter((name) => !names.has(name))
        .map((name) => `${path}: ${name}`),
    )
  expect(foreign).toEqual([])
})
