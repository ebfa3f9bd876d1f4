import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pino from 'pino'
import { expect, it } from 'vitest'
import type { AuditEntry, Campaign } from '#shared/schema.ts'
import { backupName } from '../../electron/platform/backup/backup-files.ts'
import { makeBackup } from '../../electron/platform/backup/make-backup.ts'
import { openData } from '../../electron/platform/backup/open-data.ts'
import { readPending } from '../../electron/platform/backup/pending-restore.ts'
import { prepareRestore } from '../../electron/platform/backup/restore-at-start.ts'
import { migrations } from '../../electron/platform/store/migrations.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createTestClock } from '../helpers/clock.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

const DAY = 86_400_000
const logger = pino({ level: 'silent' })
const now = (): number => Date.now()
const database = (data: string): string => join(data, 'ota-bench.sqlite')

const backupsOf = async (station: TestStation): Promise<string[]> =>
  ((await station.rest('GET', '/backups')).body.items as { name: string }[]).map(({ name }) => name)

/** A data directory that a station was at work in: a campaign that runs, one that is over. @returns their ids and the last job's. */
const workIn = async (data: string) => {
  const station = await startTestStation({ directory: data })
  const { client } = station
  const product = await client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const devices = []
  for (const name of ['a', 'b', 'c']) devices.push(await client.devices.create({ productId: product.id, name }))
  const pack = await station.addPackage({ productId: product.id, name: 'app 2', version: '2' })
  const make = (name: string, deviceIds: number[]) =>
    client.campaigns.create({
      packageId: pack.id,
      name,
      kind: 'upgrade',
      scope: 'devices',
      deviceIds,
      mode: 'full',
      strategy: 'static',
      protocol: 'http',
      push: true,
    })
  const running = await make('running', [devices[0]?.id ?? 0, devices[1]?.id ?? 0])
  const over = await make('over', [devices[2]?.id ?? 0])
  await client.campaigns.cancel({ id: over.id })
  const { items } = await client.campaigns.jobs({ id: over.id })
  await station.stop()
  return { product, running, over, lastJob: Math.max(...items.map(({ id }) => id)) }
}

it('a station backs its database up after its start and once a day, and keeps the last seven', async () => {
  const clock = createTestClock()
  const station = await startTestStation({ clock })
  await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  clock.advance(3000)
  const [first] = await until(
    () => backupsOf(station),
    (names) => names.length === 1,
  )
  for (let day = 1; day < 9; day++) {
    const before = await backupsOf(station)
    clock.advance(DAY)
    await until(
      async () => {
        // Each look is armed anew once the one before is through.
        clock.advance(15 * 60_000)
        return backupsOf(station)
      },
      (names) => names[0] !== before[0] && names.length === Math.min(7, before.length + 1),
    )
  }
  const names = await backupsOf(station)
  expect(names).toHaveLength(7)
  expect(names).not.toContain(first)
  const backup = new Database(join(station.directory, 'backups', names[0] ?? ''), { readonly: true })
  expect(backup.prepare('SELECT name FROM products').all()).toEqual([{ name: 'Meter' }])
  expect(backup.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  backup.close()
  // One file each, whole by itself.
  expect(readdirSync(join(station.directory, 'backups')).sort()).toEqual([...names].sort())
})

it('what is written while a backup is made is neither held up nor in it by half', async () => {
  using data = scratch()
  const store = openStore(data.path)
  const put = store.sql.prepare('INSERT INTO key_values (key, value) VALUES (?, ?)')
  const value = 'x'.repeat(2000)
  for (let batch = 0; batch < 20; batch++)
    await store.write(() => {
      for (let n = 0; n < 500; n++) put.run(`before-${batch}-${n}`, value)
    })
  let written = 0
  let going = true
  const writing = (async () => {
    while (going) {
      await store.write(() => {
        for (const half of ['first', 'second']) put.run(`${half}-${written}`, value)
      })
      written++
    }
  })()
  await until(
    () => written,
    (count) => count > 0,
  )
  const before = written
  const { path } = await makeBackup(data.path, now())
  expect(written).toBeGreaterThan(before)
  going = false
  await writing
  await store.close()
  const backup = new Database(path, { readonly: true })
  const count = (like: string): number =>
    Number(backup.prepare('SELECT count(*) FROM key_values WHERE key LIKE ?').pluck().get(like))
  expect(count('before-%')).toBe(10_000)
  expect(count('first-%')).toBe(count('second-%'))
  backup.close()
})

it('the database is backed up as it was before its schema is brought to that of today', async () => {
  using data = scratch()
  const old = new Database(database(data.path))
  for (const script of migrations.slice(0, -1)) old.exec(script)
  old.pragma(`user_version = ${migrations.length - 1}`)
  old.close()
  const { store, check } = await openData(data.path, { now, logger })
  await check.stop()
  await store.close()
  const [name = '', ...more] = readdirSync(join(data.path, 'backups'))
  expect(more).toEqual([])
  const backup = new Database(join(data.path, 'backups', name), { readonly: true })
  expect(backup.pragma('user_version', { simple: true })).toBe(migrations.length - 1)
  backup.close()
  // One that needs no update gets none.
  const again = await openData(data.path, { now, logger })
  await again.check.stop()
  await again.store.close()
  expect(readdirSync(join(data.path, 'backups'))).toHaveLength(1)
})

const damages: Readonly<Record<string, (data: string) => void>> = {
  missing: (data) => rmSync(database(data)),
  empty: (data) => truncateSync(database(data)),
  truncated: (data) => truncateSync(database(data), Math.floor(statSync(database(data)).size / 2)),
  garbage: (data) => writeFileSync(database(data), Buffer.alloc(100_000, 'no database ')),
}

it.each(Object.keys(damages))(
  'a backup takes the place of a database that is %s; what was there is kept',
  async (kind) => {
    using data = scratch()
    const { product, running, over, lastJob } = await workIn(data.path)
    await makeBackup(data.path, now())
    damages[kind]?.(data.path)
    const left = existsSync(database(data.path)) ? statSync(database(data.path)).size : undefined
    const station = await startTestStation({ directory: data.path, restoreBackup: 'newest' })
    const { client } = station
    expect((await client.campaigns.get({ id: running.id })).status).toBe('paused')
    expect((await client.campaigns.get({ id: over.id })).status).toBe('cancelled')
    // Nobody knows what was given since the backup, so a gap is left.
    const device = await client.devices.create({ productId: product.id, name: 'later' })
    expect(device.id).toBeGreaterThan(100_000)
    const resumed: Campaign = await client.campaigns.resume({ id: running.id })
    expect(resumed.status).toBe('running')
    expect(lastJob).toBeGreaterThan(0)
    const [entry] = (await client.audit.list({ action: 'backups.restored' })).items as AuditEntry[]
    expect(entry).toMatchObject({
      source: 'station',
      subject: expect.stringMatching(/^ota-bench-.*[.]sqlite$/),
      detail: { pausedCampaigns: 1 },
    })
    const aside = readdirSync(join(data.path, 'set-aside'))
    expect(aside).toHaveLength(1)
    const old = join(data.path, String(entry?.detail?.setAside), 'ota-bench.sqlite')
    expect(existsSync(old) ? statSync(old).size : undefined).toBe(left)
    expect(existsSync(join(data.path, 'restore'))).toBe(false)
  },
)

it('numbers go on above those that a readable database gave after the backup', async () => {
  using data = scratch()
  const { product, lastJob } = await workIn(data.path)
  await makeBackup(data.path, now())
  const before = await startTestStation({ directory: data.path })
  const later = await before.client.devices.create({ productId: product.id, name: 'after-the-backup' })
  await before.stop()
  const after = await startTestStation({ directory: data.path, restoreBackup: 'newest' })
  expect((await after.rest('GET', `/devices/${later.id}`)).status).toBe(404)
  const next = await after.client.devices.create({ productId: product.id, name: 'after-the-restore' })
  expect(next.id).toBe(later.id + 1)
  expect(lastJob).toBeLessThan(100_000)
})

it('a restore that is cut off at any moment goes on at the next start', async () => {
  for (let moves = 0; moves <= 4; moves++) {
    using data = scratch()
    const first = openStore(data.path)
    await first.write(() => first.sql.exec(`INSERT INTO key_values VALUES ('time', '"backup"')`))
    await makeBackup(data.path, now())
    await first.write(() => first.sql.exec(`UPDATE key_values SET value = '"later"' WHERE key = 'time'`))
    await first.close()
    writeFileSync(`${database(data.path)}-wal`, 'log of the old one')
    writeFileSync(`${database(data.path)}-shm`, 'index of the old log')
    await prepareRestore(data.path, 'newest', now())
    const aside = join(data.path, 'set-aside', (await readPending(data.path))?.aside ?? '')
    mkdirSync(aside, { recursive: true })
    // What the swap does, in its order, as far as it came.
    const steps: [string, string][] = [
      ...['-wal', '-shm', ''].map((end): [string, string] => [
        `${database(data.path)}${end}`,
        join(aside, `ota-bench.sqlite${end}`),
      ]),
      [join(data.path, 'restore', 'ready', 'ota-bench.sqlite'), database(data.path)],
    ]
    for (const [from, to] of steps.slice(0, moves)) renameSync(from, to)
    const { store, check } = await openData(data.path, { now, logger })
    expect(store.sql.prepare(`SELECT value FROM key_values WHERE key = 'time'`).pluck().get(), `${moves} moves`).toBe(
      '"backup"',
    )
    expect(store.sql.prepare('SELECT count(*) FROM audit').pluck().get(), `${moves} moves`).toBe(1)
    expect(readdirSync(aside).sort(), `${moves} moves`).toEqual([
      'ota-bench.sqlite',
      'ota-bench.sqlite-shm',
      'ota-bench.sqlite-wal',
    ])
    await check.stop()
    await store.close()
  }
})

it('a restore that was not decided on is forgotten, and nothing has changed', async () => {
  using data = scratch()
  await openStore(data.path).close()
  mkdirSync(join(data.path, 'restore', 'ready'), { recursive: true })
  writeFileSync(join(data.path, 'restore', 'ready', 'ota-bench.sqlite'), 'half')
  const { store, check } = await openData(data.path, { now, logger })
  expect(existsSync(join(data.path, 'restore'))).toBe(false)
  await check.stop()
  await store.close()
})

it.each([
  ['no backup', 'newest', () => {}, /There is no backup in/],
  ['an unknown file', 'nothing.sqlite', () => {}, /There is no backup nothing[.]sqlite/],
  [
    'a damaged backup',
    'newest',
    (backup: string) => writeFileSync(backup, Buffer.alloc(9000, 'x')),
    /cannot be restored: .*file is not a database/,
  ],
  [
    "another program's database",
    'newest',
    (backup: string) => {
      const sql = new Database(backup)
      sql.exec('CREATE TABLE cats (name TEXT)')
      sql.close()
    },
    /cannot be restored: .*not a database of OTA Bench/,
  ],
  [
    'a backup with a table of somebody else',
    'newest',
    async (backup: string) => {
      using other = scratch()
      await openStore(other.path).close()
      renameSync(database(other.path), backup)
      const sql = new Database(backup)
      sql.exec('CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM devices; END')
      sql.close()
    },
    /cannot be restored: .*trigger t is not of OTA Bench/,
  ],
  [
    'a backup of a newer program',
    'newest',
    (backup: string) => {
      const sql = new Database(backup)
      sql.exec('CREATE TABLE t (x); PRAGMA user_version = 9999')
      sql.close()
    },
    /made by a newer OTA Bench/,
  ],
])('%s is refused in words, and the database stays', async (_, wanted, make, words) => {
  using data = scratch()
  const store = openStore(data.path)
  await store.write(() => store.sql.exec(`INSERT INTO key_values VALUES ('time', '"now"')`))
  await store.close()
  if (make.length > 0) {
    mkdirSync(join(data.path, 'backups'))
    await make(join(data.path, 'backups', backupName(now())))
  }
  await expect(openData(data.path, { restore: wanted, now, logger })).rejects.toThrow(words)
  const again = openStore(data.path)
  expect(again.sql.prepare(`SELECT value FROM key_values WHERE key = 'time'`).pluck().get()).toBe('"now"')
  await again.close()
})

it('a scheduled campaign that a restore paused waits for its time once it is resumed, or starts when its time has passed', async () => {
  using data = scratch()
  const HOUR = 3_600_000
  const clock = createTestClock(Date.UTC(2026, 0, 1, 12))
  const first = await startTestStation({ directory: data.path, clock })
  const product = await first.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  await first.client.devices.import({ productId: product.id, csv: 'a\nb\n' })
  const pack = await first.addPackage({ productId: product.id, name: 'p', version: '2', verify: false })
  const planned = (name: string, hours: number, deviceId: number) =>
    first.client.campaigns.create({
      ...{ packageId: pack.id, name, scope: 'devices', deviceIds: [deviceId] },
      startAt: new Date(clock.now() + hours * HOUR).toISOString(),
    })
  const soon = await planned('soon', 2, 1)
  const late = await planned('late', 20, 2)
  await first.stop()
  await makeBackup(data.path, clock.now())
  clock.advance(10 * HOUR)

  const { client } = await startTestStation({ directory: data.path, clock, restoreBackup: 'newest' })
  const statusOf = async ({ id }: Pick<Campaign, 'id'>) => (await client.campaigns.get({ id })).status
  clock.advance(60_000)
  expect([await statusOf(soon), await statusOf(late)]).toEqual(['paused', 'paused'])
  expect(await client.campaigns.resume({ id: late.id })).toMatchObject({ status: 'scheduled', startAt: late.startAt })
  // Its screen asks first, as the group has not begun and the time is over.
  const { groups } = await client.campaigns.get({ id: soon.id })
  expect(groups.map(({ openedAt }) => openedAt)).toEqual([null])
  expect(await client.campaigns.resume({ id: soon.id })).toMatchObject({ status: 'running' })
  clock.advance(5 * HOUR)
  expect(await statusOf(late)).toBe('scheduled')
  clock.advance(5 * HOUR)
  await until(
    () => {
      clock.advance(1000)
      return statusOf(late)
    },
    (status) => status === 'running',
  )
})
