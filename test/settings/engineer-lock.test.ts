import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createEngineerLock } from '../../electron/platform/settings/engineer-lock.ts'
import { createSettings } from '../../electron/platform/settings/settings.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createTestClock } from '../helpers/clock.ts'

it('lets the engineer in, and counts wrong PINs, while the disk takes nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ota-bench-lock-'))
  const store = openStore(directory)
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  const settings = createSettings({ store, random: systemRandom })
  const lock = createEngineerLock(settings, { clock: createTestClock(), random: systemRandom })
  await lock.setPin('271828', undefined)
  store.sql.pragma('query_only = ON')

  await expect(settings.keep('anything', 1)).rejects.toThrow()
  await expect(lock.unlock('000000')).rejects.toMatchObject({ code: 'PIN_WRONG', data: { left: 4 } })
  expect(await lock.state((await lock.unlock('271828')).ticket)).toMatchObject({ pinSet: true })
  await Promise.allSettled(Array.from({ length: 4 }, () => lock.unlock('000000')))
  await expect(lock.unlock('271828')).rejects.toMatchObject({ code: 'PIN_WAIT' })
})
