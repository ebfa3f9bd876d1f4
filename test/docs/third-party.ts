import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../launch/launched.ts'
import { methods } from './methods.ts'

export const NOTICES = join(root, 'docs', 'THIRD_PARTY.md')

interface Part {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly text: string
}

/** What runs from its own folder and so is in none of the builder's lists: the API's page, native code with what loads it, and the two runtimes. */
const unbundled = [
  'swagger-ui-dist',
  'better-sqlite3',
  'node-addon-api',
  'node-gyp-build',
  '@serialport/bindings-cpp',
  'usb',
  'electron',
]

/** The lists that the builder wrote of what it took into the programs and the screen. */
const bundled = (): Part[] =>
  [join(root, 'dist'), join(root, 'dist', 'renderer')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^licenses.*[.]md$/.test(name))
      .flatMap((name) => sections(readFileSync(join(folder, name), 'utf8'))),
  )

const sections = (list: string): Part[] =>
  list
    .split(/^## (?=\S+ - \d)/m)
    .slice(1)
    .map((section) => {
      const [, name = '', version = '', licence = ''] = /^(\S+) - (\S+) \((.*)\)/.exec(section) ?? []
      return { name, version, licence, text: section.slice(section.indexOf('\n')).trim() }
    })

/** Licence files go by many names. */
const licenceOf = (folder: string): string => {
  const file = readdirSync(folder).find((name) => /^licen[cs]e([.](md|txt))?$/i.test(name))
  return file ? readFileSync(join(folder, file), 'utf8').trim() : ''
}

const installed = (name: string): Part[] => {
  const folder = join(root, 'node_modules', name)
  try {
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version: string
      license?: string
    }
    return [{ name, version, licence: license ?? 'see its text', text: licenceOf(folder) }]
  } catch {
    return []
  }
}

/** Who made a package, as its manifest says: some bring no licence text of their own. */
const makerOf = (name: string): string => {
  const { author, repository } = JSON.parse(
    readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
  ) as Record<'author' | 'repository', string | { name?: string; url?: string } | undefined>
  const words = (value: typeof author): string | undefined =>
    typeof value === 'string' ? value : (value?.name ?? value?.url)
  return words(author) ?? words(repository) ?? 'its contributors'
}

const byName = (a: Part, b: Part): number => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1)

/** Licences that differ in nothing but who holds them are still printed one by one; only equal texts stand once. */
const texts = (parts: readonly Part[]): string[] => {
  const users = new Map<string, string[]>()
  for (const { name, text } of parts) if (text) users.set(text, [...(users.get(text) ?? []), name])
  return [...users].map(([text, names]) => `### ${names.join(', ')}\n\n\`\`\`\`text\n${text}\n\`\`\`\``)
}

/** The notices of everything that is not ours, as the file holds them; after a build. */
export const thirdParty = (): string => {
  const all = new Map<string, Part>()
  for (const part of [...bundled(), ...unbundled.flatMap(installed)]) all.set(`${part.name}@${part.version}`, part)
  const parts = [...all.values()].sort(byName)
  return [
    '# Third-party notices',
    'Written by `npm run third-party` from what the build took in; do not edit.',
    '## Published methods\n\nOur own code, written after their descriptions.\n\n| method | by | licence of the original | used in |\n|---|---|---|---|\n' +
      methods.map(({ name, by, licence, usedIn }) => `| ${name} | ${by} | ${licence} | ${usedIn} |`).join('\n'),
    '## Packages\n\n| package | version | licence |\n|---|---|---|\n' +
      parts.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n'),
    '## Packages without a text of their own\n\nUnder the licence named above.\n\n' +
      parts.flatMap(({ name, text }) => (text ? [] : [`- ${name}: ${makerOf(name)}`])).join('\n'),
    '## Their licences',
    ...texts(parts),
    '',
  ].join('\n\n')
}
