import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { limits } from './limits.mjs'

const root = resolve(import.meta.dirname, '..')
const house = mkdtempSync(join(tmpdir(), 'ota-bench-imports-'))

/** A small house of the same rooms, with one wrong import of each kind. */
const files: Readonly<Record<string, string>> = {
  'electron/platform/right.ts': "import { a } from '#shared/a.ts'\nexport const b = a",
  'electron/platform/upwards.ts': "import { api } from '../api/api.ts'\nexport const b = api",
  'electron/platform/type-upwards.ts': "import type { Api } from '../api/api.ts'\nexport type B = Api",
  'electron/platform/using.ts':
    "import { open } from 'node:fs/promises'\nexport const f = async () => {\n  await using file = await open('x')\n  return (await import('../station/lazy.ts')).lazy(file)\n}",
  'electron/platform/with-electron.ts': "import type { App } from 'electron'\nexport type B = App",
  'electron/platform/dev.ts': "import fc from 'fast-check'\nexport const b = fc",
  'electron/platform/stray.ts': "import { parse } from 'semver'\nexport const b = parse",
  'electron/station/lazy.ts': 'export const lazy = (x: unknown) => x',
  'electron/api/api.ts': 'export const api = 1\nexport type Api = number',
  'electron/options.ts': "import { a } from '#shared/a.ts'\nexport const o = a",
  'electron/window.ts': "import { app } from 'electron'\nexport const w = app",
  'renderer/page.tsx': "import { api } from '../electron/api/api.ts'\nexport const p = <p>{api}</p>",
  'renderer/node.ts': "import { join } from 'node:path'\nexport const p = join",
  'shared/a.ts': 'export const a = 1',
  'shared/ours.ts': "import { api } from '../electron/api/api.ts'\nexport const s = api",
  'shared/round.ts': "import { square } from './square.ts'\nexport const round = () => square",
  'shared/square.ts': "import { round } from './round.ts'\nexport const square = () => round",
  'shared/lost.ts': "import { no } from './nowhere.ts'\nexport const l = no",
}

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, name)), { recursive: true })
    writeFileSync(join(house, name), text)
  }
  copyFileSync(join(root, 'package.json'), join(house, 'package.json'))
  copyFileSync(join(root, '.dependency-cruiser.cjs'), join(house, '.dependency-cruiser.cjs'))
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'), 'junction')
})
afterAll(() => rmSync(house, { recursive: true }))

const check = (...output: string[]) =>
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      ...['--config', '.dependency-cruiser.cjs', ...output, 'electron', 'renderer', 'shared'],
    ],
    { cwd: house, encoding: 'utf8', timeout: limits.program },
  )

it('the import check finds every kind of wrong import, and nothing else', () => {
  const { stdout } = check('--output-type', 'json')
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  const found = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`)
  expect([...new Set(found)].sort()).toEqual([
    'electron/options.ts options-import-nothing-of-ours',
    'electron/platform/dev.ts station-needs-no-dev-dependency',
    'electron/platform/stray.ts listed-in-package-json',
    'electron/platform/type-upwards.ts platform-imports-downwards',
    'electron/platform/upwards.ts platform-imports-downwards',
    'electron/platform/using.ts platform-imports-downwards',
    'electron/platform/with-electron.ts electron-in-three-files',
    'electron/platform/with-electron.ts station-needs-no-dev-dependency',
    'renderer/node.ts renderer-has-no-node',
    'renderer/page.tsx renderer-imports-shared-only',
    'shared/lost.ts nothing-unresolved',
    'shared/ours.ts shared-imports-nothing-of-ours',
    'shared/round.ts no-circles',
  ])
})

it('it fails the run, naming file and rule', () => {
  const { stdout, status } = check()
  expect(status).toBeGreaterThan(0)
  expect(stdout).toContain('platform-imports-downwards: electron/platform/upwards.ts')
})
