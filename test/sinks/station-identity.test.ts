import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createEventIds, fileIdentity, identityFor } from '../../electron/platform/sinks/station-identity.ts'

it('a station keeps its id with its database, and a copy gets another', () => {
  const folder = mkdtempSync(join(tmpdir(), 'identity-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ota-bench.sqlite')
  writeFileSync(file, 'data')
  const first = identityFor(undefined, fileIdentity(folder), systemRandom)
  expect(first.id).toMatch(/^[\w-]{16}$/)
  writeFileSync(file, 'more data')
  expect(identityFor(first, fileIdentity(folder), systemRandom)).toEqual(first)
  // Moved within its disk.
  renameSync(file, join(folder, 'aside'))
  renameSync(join(folder, 'aside'), file)
  expect(identityFor(first, fileIdentity(folder), systemRandom)).toEqual(first)
  copyFileSync(file, join(folder, 'copy'))
  renameSync(join(folder, 'copy'), file)
  expect(identityFor(first, fileIdentity(folder), systemRandom).id).not.toBe(first.id)
  expect(identityFor('something else', fileIdentity(folder), systemRandom).id).not.toBe(first.id)
})

it('ids of events rise whatever the clock does, and above those of any earlier moment', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1 }), (moves) => {
      let now = 1_800_000_000_000
      const next = createEventIds(() => now, 0)
      let before = 0
      for (const move of moves) {
        now += move
        const id = next()
        expect(id).toBeGreaterThan(before)
        expect(Number.isSafeInteger(id)).toBe(true)
        before = id
      }
    }),
  )
  // A disk that was set back by an hour: the clock was not.
  const lost = createEventIds(() => 1_800_000_000_000, 0)()
  expect(createEventIds(() => 1_800_000_001_000, 1_799_996_400_000_000)()).toBeGreaterThan(lost)
})
