import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { seeded } from '../../../test/helpers/seeded.ts'
import { createDiffEngine } from './engine.ts'
import { createThreadCell, mayEnd, unbroken } from './unbroken.ts'

test('a thread may be ended where nothing says otherwise, and stays ended', () => {
  const cell = createThreadCell()
  expect([mayEnd(cell), mayEnd(cell)]).toEqual([true, true])
})

test('work outside of the threads is done as it is', async () => {
  expect(await unbroken(() => 1)).toBe(1)
  await expect(unbroken(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})

test('work that is stopped while the add-on compresses ends without taking the process along', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'diff-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const random = seeded(3)
  const before = join(directory, 'old.bin')
  const after = join(directory, 'new.bin')
  writeFileSync(before, 'nothing alike')
  writeFileSync(after, Buffer.from(Array.from({ length: 1 << 20 }, () => Math.floor(random() * 256))))
  const engine = createDiffEngine()
  // Compressing begins at 85 % and takes some tenths of a second: it is stopped at one moment of it after another.
  for (let moment = 0; moment < 240; moment += 40) {
    const stop = new AbortController()
    const onProgress = (share: number): void => {
      if (share >= 0.85) setTimeout(() => stop.abort(new Error('enough')), moment)
    }
    const made = engine.make({ before, after, format: 'hpatch-lite', signal: stop.signal, onProgress })
    await made.catch((error: unknown) => expect(error).toMatchObject({ message: 'enough' }))
  }
  await engine.close()
})
