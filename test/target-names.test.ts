import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vite'
import { expect, it } from 'vitest'
import { flashTargets } from '#shared/targets/index.ts'

/** Where a target's name may stand in code: its facts, its family, its simulated units, the lists of these, and its texts. */
const places = [
  /^shared\/targets\//,
  /^electron\/flashing\/families\/(index\.ts$|[\w-]+\/)/,
  /^electron\/simulator\/targets\//,
  /^shared\/texts\/[\w-]+\/screen\/bench-targets\.ts$/,
]

type Node = { readonly type: string; readonly [member: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** A name that is an everyday word: as an identifier it says nothing of a target, as a string it does. */
const everyday: ReadonlySet<string> = new Set(['command'])

/** Every identifier, key, string and import path of a program. */
const wordsOf = (node: Node): string[] => [
  ...[typeof node.name === 'string' && everyday.has(node.name) ? undefined : node.name, node.value].filter(
    (word) => typeof word === 'string',
  ),
  ...Object.values(node).flatMap((member) => [member].flat().filter(isNode).flatMap(wordsOf)),
]

const isTarget = (word: string): boolean =>
  flashTargets.some((name) => word === name || new RegExp(`(targets|families)/${name}(\\.ts$|/)`).test(word))

const namesIn = (source: string, lang: 'ts' | 'tsx'): string[] =>
  wordsOf(parseAst(source, { lang }) as unknown as Node).filter(isTarget)

const root = join(import.meta.dirname, '..')
const sources = ['electron', 'shared', 'renderer'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((path) => /\.(tsx?|mjs)$/.test(path) && !/\.test\.tsx?$/.test(path)),
)

it('no code outside of its file, its folder and their lists names a target', () => {
  const named = sources
    .filter((path) => !places.some((place) => place.test(path)))
    .flatMap((path) =>
      namesIn(readFileSync(join(root, path), 'utf8'), path.endsWith('x') ? 'tsx' : 'ts').map(
        (word) => `${path}: ${word}`,
      ),
    )
  expect(named).toEqual([])
})

it.each([
  ['a comparison', "const a = target === 'esp'"],
  ['a map', 'const a = { stm32: 1 }'],
  ['a list', "const a = ['xmodem', 'zmodem']"],
  ['a type', "type A = Exclude<Target, 'ymodem'>"],
  ['the comparison with an everyday word', "const a = target === 'command'"],
  ['the import of its facts', "import { a } from '#shared/targets/esp.ts'"],
  ['the import of its family', "import { a } from '../families/stm32/chips.ts'"],
])('%s that names a target is found', (_, source) => {
  expect(namesIn(source, 'tsx')).not.toEqual([])
})

it('a comment may name one', () => {
  expect(namesIn('/** As esp does. */\nconst a = 1 // stm32', 'ts')).toEqual([])
})
