import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { limits } from '../limits.mjs'

const root = new URL('../..', import.meta.url).pathname
const run = promisify(execFile)

/** What the compiler is shown: all of the program, or the texts alone. */
const projects = { program: ['electron', 'renderer', 'shared'], texts: ['shared/texts'] }

/** A copy of the program's source, to which a test may add. */
const copyOfSource = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'third-language-'))
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  for (const part of ['electron', 'renderer', 'shared', 'resources'])
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (path) => !/\.test\.tsx?$/.test(path) })
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const [name, include] of Object.entries(projects))
    writeFileSync(join(copy, `${name}.json`), JSON.stringify({ extends: './tsconfig.json', include }))
  return copy
}

const edit = (file: string, change: (source: string) => string): void => {
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  expect(after, file).not.toBe(before)
  writeFileSync(file, after)
}

/** Adds French as somebody would who begins from the Chinese texts: one folder, and its line. */
const addFrench = (copy: string): void => {
  const folder = join(copy, 'shared/texts/fr')
  cpSync(join(copy, 'shared/texts/zh'), folder, { recursive: true })
  edit(join(folder, 'index.ts'), (source) => source.replace('export const zh =', 'export const fr ='))
  edit(join(folder, 'language.ts'), (source) => source.replace("'中文'", "'Français'").replace("'zh-CN'", "'fr-FR'"))
  // Of plural forms a language has its own.
  edit(join(folder, 'screen/common.ts'), (source) =>
    source.replace(
      /( *)devices_other: .*\n/,
      "$1devices_one: '{{count}} appareil',\n$1devices_other: '{{count}} appareils',\n",
    ),
  )
  edit(join(copy, 'shared/texts/all.ts'), (source) => `${source}export { fr } from './fr/index.ts'\n`)
}

/** What the compiler has to say of the copy; empty: nothing. */
const complaints = async (copy: string, project: keyof typeof projects): Promise<string> =>
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', `${project}.json`], {
    cwd: copy,
    timeout: limits.program,
  }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )

it('a third language is one folder and one line: the program compiles, and speaks it', async () => {
  const copy = copyOfSource()
  addFrench(copy)
  expect(await complaints(copy, 'program')).toBe('')

  const script = `
    import { languageFor, languages } from './shared/languages.ts'
    import { errorText } from './shared/error-texts.ts'
    import { phrase } from './shared/phrase.ts'
    import { writtenOut } from './shared/phrase-text.ts'
    import { issueTexts } from './shared/issue-texts.ts'
    const data = writtenOut({ field: 'x', rule: phrase('phrases.mcuOnly') })
    console.log(JSON.stringify({
      languages, french: languageFor('fr-CA'), text: errorText('INVALID_FIELD', 'fr', data),
      data: Object.keys(data), issue: Object.keys(issueTexts({ code: 'unrecognized_keys', message: '' })),
    }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: copy,
    timeout: limits.program,
  })
  expect(JSON.parse(stdout)).toEqual({
    languages: ['fr', 'zh', 'en'],
    french: 'fr',
    text: 'x 不符合要求：仅用于单片机（mcu）',
    data: ['field', 'rule', 'ruleZh', 'ruleFr'],
    issue: ['fr', 'zh', 'en'],
  })
})

it('a text that a third language lacks, or has beyond the English ones, is named by the compiler', async () => {
  const copy = copyOfSource()
  addFrench(copy)
  const folder = join(copy, 'shared/texts/fr')
  edit(join(folder, 'nouns.ts'), (source) => source.replace(/^ *device: .*\n/m, ''))
  edit(join(folder, 'screen/backup.ts'), (source) => source.replace(/^( *)title: /m, "$1subtitle: '…',\n$1title: "))
  rmSync(join(folder, 'screen/demo.ts'))
  const said = await complaints(copy, 'texts')
  expect(said).toMatch(/fr\/nouns\.ts[\s\S]*?Property 'device' is missing/)
  expect(said).toMatch(/fr\/screen\/backup\.ts.*'subtitle' does not exist/)
  expect(said).toMatch(/fr\/screen\/index\.ts.*Cannot find module '\.\/demo\.ts'/)
})

it('the folders of the languages hold the same files', () => {
  const files = (language: string) => readdirSync(join(root, 'shared/texts', language), { recursive: true }).sort()
  expect(files('zh')).toEqual(files('en'))
})
