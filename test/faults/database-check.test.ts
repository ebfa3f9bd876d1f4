import { readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import pino from 'pino'
import { expect, it } from 'vitest'
import { createDatabaseHealth } from '../../electron/platform/backup/database-health.ts'
import { checkAtStart } from '../../electron/platform/backup/integrity-check.ts'
import { makeBackup } from '../../electron/platform/backup/make-backup.ts'
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
  await overwrite(data, page)
}

const overwrite = async (data: string, page: number): Promise<void> => {
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
  const health = createDatabaseHealth({ logger, store: { onDamage: () => undefined } }, data.path)
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

it('damage that an ordinary call meets is said in words, in the log once, and by the station from then on', async () => {
  using data = scratch()
  await fill(data.path)
  const lines: { msg: string; level: number }[] = []
  const station = await startTestStation({
    directory: data.path,
    logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  })
  // A table that the station has not asked since it started.
  const sql = new Database(database(data.path))
  const page = Number(sql.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'audit'`).pluck().get())
  sql.pragma('wal_checkpoint(TRUNCATE)')
  sql.close()
  await overwrite(data.path, page)
  expect((await station.rest('GET', '/station')).body.databaseDamage).toBeNull()
  for (const language of ['en', 'zh', 'en', 'zh']) {
    const answer = await station.rest('GET', '/audit', undefined, { 'Accept-Language': language })
    expect(answer).toMatchObject({ status: 409, body: { code: 'DATABASE_DAMAGED', data: { retryable: false } } })
    expect(answer.body.message).toMatch(language === 'zh' ? /恢复最新的备份/ : /Restore the newest backup in Settings/)
  }
  expect((await station.rest('GET', '/station')).body.databaseDamage).toEqual({
    file: 'ota-bench.sqlite',
    detail: expect.stringMatching(/malformed|not a database/),
  })
  expect(lines.filter(({ msg }) => msg.startsWith('the database is damaged'))).toHaveLength(1)
  expect(lines.filter(({ msg }) => msg === 'a call failed inside')).toEqual([])
})
