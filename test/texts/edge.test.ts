import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

/** Rooms below the API, in which nobody knows the language of a caller. */
const rooms = ['platform', 'flashing', 'simulator', 'station']

/** Who has to do with languages there, with the reason. */
const reasons: Readonly<Record<string, string>> = {
  'electron/simulator/faults.ts': 'virtual devices of one fleet complain in every language',
  'electron/station/station.ts': "the demo at the start is asked for by nobody: the computer's own language",
}

const files = rooms.flatMap((room) =>
  readdirSync(join(root, 'electron', room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `electron/${room}/${name.replaceAll('\\', '/')}`),
)

it('no room below the API is handed a language', () => {
  expect(files.length).toBeGreaterThan(300)
  const knowing = files.filter((file) =>
    /from '#shared\/languages\.ts'|\blanguage\??: |\btexts\[/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(knowing.sort()).toEqual(Object.keys(reasons))
})
