import { readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import pino from 'pino'
import { expect, it } from 'vitest'
import { checkAtStart } from '../../electron/platform/backup/check.ts'
import { createDatabaseHealth } from '../../electron/platform/backup/health.ts'
import { makeBackup } from '../../electron/platform/backup/make.ts'
import { createTestClock, type TestClock } from '../helpers/clock.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

const logger = pino({ level: 'silent' })
const now = (): number => Date.now()
const database = (data: string): string => join(data, 'ota-bench.sqlite')

/** A data directory of a station that has a product. */
const fill = async (data: string): Promise<void> => {
  const station = await startTestStation({ directory: data })
  await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  await station.stop()
}

/** Overwrites a page in the middle of a database that is in use or not, of an index that no start looks at as a whole. */
const damagePage = async (data: string): Promise<void> => {
  const sql = new Database(database(data))
  const page = Number(sql.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'job_events_by_job'`).pluck().get())
  sql.pragma('wal_checkpoint(TRUNCATE)')
  sql.close()
  await using file = await open(database(data), 'r+')
  const bytes = Buffer.alloc(4096, 0xee)
  await file.write(bytes, 0, bytes.length, (page - 1) * 4096)
}

it('a start says that the database is damaged before anything is done with it, and backups of before stay', async () => {
  using data = scratch()
  await fill(data.path)
  const { path } = await makeBackup(data.path, now())
  await damagePage(data.path)
  await expect(startTestStation({ directory: data.path })).rejects.toThrow(/ota-bench[.]sqlite is damaged/)
  await expect(makeBackup(data.path, now())).rejects.toThrow(/damaged/)
  expect(readdirSync(join(data.path, 'backups'))).toEqual([basename(path)])
  const station = await startTestStation({ directory: data.path, restoreBackup: 'newest' })
  expect((await station.client.products.list({})).items).toHaveLength(1)
})

it('damage of a large database that is found after the start waited is kept for the screen', async () => {
  using data = scratch()
  await fill(data.path)
  await damagePage(data.path)
  const health = createDatabaseHealth()
  const check = checkAtStart(data.path, logger, { ms: 0, smallBytes: 0 })
  await check.inTime()
  expect(health.damage()).toBeNull()
  health.note(await check.result)
  expect(health.damage()).toEqual({ file: 'ota-bench.sqlite', detail: expect.stringMatching(/page|Page|Tree|btree/) })
  await check.stop()
})

it("damage that the day's backup or a whole one meets is said by the station from then on", async () => {
  const met = {
    day: (_: TestStation, clock: TestClock) => clock.advance(3000),
    whole: async (station: TestStation) =>
      expect((await station.rest('GET', '/backup')).body.code).toBe('DATABASE_DAMAGED'),
  }
  for (const meet of Object.values(met)) {
    using data = scratch()
    await fill(data.path)
    const clock = createTestClock()
    const station = await startTestStation({ directory: data.path, clock })
    expect((await station.rest('GET', '/station')).body.databaseDamage).toBeNull()
    await damagePage(data.path)
    await meet(station, clock)
    const damage = await until(
      async () => (await station.client.station.info()).databaseDamage,
      (found) => found !== null,
    )
    expect(damage).toEqual({ file: 'ota-bench.sqlite', detail: expect.stringMatching(/./) })
    await station.stop()
  }
})
