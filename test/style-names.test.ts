import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const renderer = resolve(import.meta.dirname, '..', 'renderer')

/** The classes that a style sheet gives a look everywhere: those a selector begins with. */
const ownedBy = (css: string): string[] =>
  css
    .replaceAll(/\/\*.*?\*\//gs, '')
    .split(/[{}]/)
    .flatMap((part) => part.split(','))
    .flatMap((selector) => /^\s*\.([\w-]+)/.exec(selector)?.[1] ?? [])

const sheetsByClass = (): Map<string, Set<string>> => {
  const sheets = new Map<string, Set<string>>()
  for (const file of globSync('features/**/*.css', { cwd: renderer }))
    for (const name of ownedBy(readFileSync(join(renderer, file), 'utf8')))
      sheets.set(name, (sheets.get(name) ?? new Set()).add(file))
  return sheets
}

it('gives no class a look in the style sheets of two features', () => {
  const sheets = sheetsByClass()
  expect(sheets.size).toBeGreaterThan(100)
  const shared = [...sheets].filter(([, files]) => new Set([...files].map((file) => file.split('/')[1])).size > 1)
  expect(shared.map(([name, files]) => `.${name}: ${[...files].join(', ')}`)).toEqual([])
})
