import { expect, it } from 'vitest'
import { Programmer } from '../schema/programmers.ts'
import { fromTemplate, programmerTemplates, systemOf } from './templates.ts'

it.each(programmerTemplates.map((one) => [one.title, one] as const))(
  'the template of %s is a programmer on every system, and writes the image of a recipe',
  (_, template) => {
    for (const system of ['linux', 'mac', 'windows'] as const) {
      const programmer = fromTemplate(template, system)
      expect(Programmer.parse(programmer)).toEqual(programmer)
      expect([...programmer.args, programmer.script].join(' ')).toContain('{image0}')
    }
  },
)

it.each([
  ['C:\\Users\\a\\AppData\\Roaming\\OTA Bench', 'windows'],
  ['/Users/a/Library/Application Support/OTA Bench', 'mac'],
  ['/home/a/.local/share/ota-bench', 'linux'],
] as const)('%s is on %s', (path, system) => {
  expect(systemOf(path)).toBe(system)
})
