import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vite'
import { expect, it } from 'vitest'
import { protocolFacts } from '#shared/protocols/index.ts'

/** Where a protocol's name may stand in code: its file of facts, its folders, and the lists of these. */
const places = [
  /^shared\/protocols\//,
  /^electron\/platform\/dialects\/(index\.ts$|[\w-]+\/)/,
  /^electron\/simulator\/protocols\/(index\.ts$|[\w-]+\/)/,
]

/** Code elsewhere that names one, with the reason. */
const exceptions = [
  { path: /^electron\/simulator\/demo\.ts$/, why: 'the demo station has one product, and that has one protocol' },
  { path: /^shared\/texts\/\w+\/screen\/certificate\.ts$/, why: 'the text names an SDK that knows no newer TLS' },
]

/** `iot-engine` is also found as `iotEngine`, `JD Cloud IoT` also as `jdCloudIot`. */
const spellings = Object.values(protocolFacts)
  .flatMap(({ id, names }) => [id, ...Object.values(names)])
  .map((name) => new RegExp(name.replaceAll(/[\s-]+/g, '[\\s_-]?'), 'i'))

type Node = { readonly type: string; readonly [member: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** Every identifier, string and piece of markup text in a program: all but its comments. */
const wordsOf = (node: Node): string[] => {
  const own = [node.name, node.value, (node.value as { cooked?: unknown } | undefined)?.cooked]
  return [
    ...own.filter((word) => typeof word === 'string'),
    ...Object.values(node).flatMap((member) => [member].flat().filter(isNode).flatMap(wordsOf)),
  ]
}

const namesIn = (source: string, lang: 'ts' | 'tsx'): string[] =>
  wordsOf(parseAst(source, { lang }) as unknown as Node).filter((word) => spellings.some((name) => name.test(word)))

const root = join(import.meta.dirname, '..')
const sources = ['electron', 'shared', 'renderer'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((path) => /\.(tsx?|mjs)$/.test(path) && !/\.test\.tsx?$/.test(path)),
)

it('no code outside of its file, its folders and their lists names a protocol', () => {
  const named = sources
    .filter((path) => ![...places, ...exceptions.map((one) => one.path)].some((place) => place.test(path)))
    .flatMap((path) =>
      namesIn(readFileSync(join(root, path), 'utf8'), path.endsWith('x') ? 'tsx' : 'ts').map(
        (word) => `${path}: ${word}`,
      ),
    )
  expect(named).toEqual([])
})

it.each(exceptions)('$path still has to: $why', ({ path }) => {
  const files = sources.filter((source) => path.test(source))
  expect(files).not.toEqual([])
  for (const file of files) expect(namesIn(readFileSync(join(root, file), 'utf8'), 'ts'), file).not.toEqual([])
})

it.each([
  ['a comparison', `const a = protocol === 'onenet'`],
  ['a map', `const a = { sagoo: 1 }`],
  ['an import', `import { thingspanel } from './somewhere.ts'`],
  ['a text', `const a = 'for OneNET devices only'`],
  ['a template', `const a = \`\${b} of ThingsPanel\``],
  ['a type', `type A = Extract<Protocol, 'iot-engine'>`],
  ['an identifier in camel case', 'const iotEngineRules = 1'],
  ['the text of a screen', 'const a = <p>京东云 IoT</p>'],
])('%s that names a protocol is found', (_, source) => {
  expect(namesIn(source, 'tsx')).not.toEqual([])
})

it('a comment may name one', () => {
  expect(namesIn('/** docs/protocols/onenet.md §2 */\nconst a = 1 // OneNET', 'ts')).toEqual([])
})
