import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { SetAsideFolder } from '#shared/schema.ts'
import { createTestClock } from '../helpers/clock.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { spawnStation } from '../helpers/station-process.ts'
import { scratch } from '../launch/launched.ts'

const DAY = 86_400_000
const shaOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const database = (data: string): string => join(data, 'ota-bench.sqlite')
const blob = (sha256: string): string => join('blobs', sha256.slice(0, 2), sha256)
const asideOf = async (station: TestStation): Promise<SetAsideFolder[]> =>
  (await station.rest('GET', '/set-aside')).body.items as SetAsideFolder[]
const fileOf = async ({ ready }: TestStation, id: number): Promise<number> =>
  (
    await fetch(`${ready.api}/packages/${id}/files/firmware.bin`, {
      headers: { Authorization: `Bearer ${ready.token}` },
    })
  ).status

/** Two packages, and the database as it was when there was one. */
const withOlderDatabase = async (data: string) => {
  const old = Buffer.from('old firmware')
  const young = Buffer.from('young firmware')
  const first = await startTestStation({ directory: data })
  const product = await first.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const one = await first.addPackage({ productId: product.id, name: 'one', version: '1', bytes: old })
  await first.stop()
  copyFileSync(database(data), join(data, 'ota-bench.older'))
  const second = await startTestStation({ directory: data })
  const two = await second.addPackage({ productId: product.id, name: 'two', version: '2', bytes: young })
  await second.stop()
  renameSync(database(data), join(data, 'ota-bench.newer'))
  renameSync(join(data, 'ota-bench.older'), database(data))
  return { one, two, old: shaOf(old), young: shaOf(young) }
}

it('an older database loses no file: what it does not name is set aside with a list, and comes back with the newer one', async () => {
  using data = scratch()
  const { one, two, old, young } = await withOlderDatabase(data.path)
  const older = await startTestStation({ directory: data.path })
  expect(await fileOf(older, one.id)).toBe(200)
  expect(await fileOf(older, two.id)).toBe(404)
  expect(existsSync(join(data.path, blob(old)))).toBe(true)
  const [folder, ...more] = await asideOf(older)
  expect(more).toEqual([])
  expect(folder).toMatchObject({ reason: 'unnamed', files: 1, bytes: 14, daysLeft: 30 })
  const aside = join(data.path, 'set-aside', folder?.name ?? '')
  expect(readFileSync(join(aside, blob(young)), 'utf8')).toBe('young firmware')
  expect(JSON.parse(readFileSync(join(aside, 'list.json'), 'utf8'))).toMatchObject({
    items: [{ path: blob(young), bytes: 14 }],
    why: expect.stringContaining('names'),
  })
  // What a person deletes under the older database takes nothing else along.
  await older.client.packages.remove({ id: one.id, force: true })
  expect(existsSync(join(data.path, blob(old)))).toBe(false)
  expect(existsSync(join(aside, blob(young)))).toBe(true)
  await older.stop()

  rmSync(database(data.path))
  renameSync(join(data.path, 'ota-bench.newer'), database(data.path))
  const newer = await startTestStation({ directory: data.path })
  expect(await fileOf(newer, two.id)).toBe(200)
  expect(await asideOf(newer)).toMatchObject([{ files: 0, bytes: 0 }])
})

it('a file that is put into the store by hand while the station runs is not deleted with another', async () => {
  using data = scratch()
  const station = await startTestStation({ directory: data.path })
  const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const pack = await station.addPackage({ productId: product.id, name: 'one', version: '1' })
  const sha256 = pack.files[0]?.sha256 ?? ''
  const stranger = 'f'.repeat(64)
  mkdirSync(join(data.path, 'blobs', 'ff'), { recursive: true })
  writeFileSync(join(data.path, blob(stranger)), 'of somebody')
  await station.client.packages.remove({ id: pack.id })
  expect(existsSync(join(data.path, blob(sha256)))).toBe(false)
  expect(existsSync(join(data.path, blob(stranger)))).toBe(true)
})

it('what was set aside goes after thirty days of running; a clock that jumps years takes nothing along', async () => {
  using data = scratch()
  await withOlderDatabase(data.path)
  const now = createTestClock()
  const station = await startTestStation({ directory: data.path, clock: now })
  expect(await asideOf(station)).toMatchObject([{ daysLeft: 30 }])
  await station.stop()
  const ahead = createTestClock(now.now() + 5 * 365 * DAY)
  const again = await startTestStation({ directory: data.path, clock: ahead })
  for (let day = 29; day > 0; day--) {
    expect(await asideOf(again)).toMatchObject([{ daysLeft: day }])
    ahead.advance(DAY)
  }
  expect(await asideOf(again)).toEqual([])
  expect(readdirSync(join(data.path, 'set-aside'))).toEqual([])
})

it('a person deletes it earlier: an engineer where a PIN is set, and nothing but such a folder', async () => {
  using data = scratch()
  await withOlderDatabase(data.path)
  const station = await startTestStation({ directory: data.path })
  const name = (await asideOf(station))[0]?.name ?? ''
  const { ticket } = await station.client.operator.setPin({ pin: '2468' })
  expect(await station.rest('DELETE', `/set-aside/${name}`)).toMatchObject({
    status: 403,
    body: { code: 'ENGINEER_ONLY' },
  })
  const asEngineer = { 'X-OTA-Bench-Engineer': ticket }
  for (const other of ['..%2Fblobs', 'blobs', '20260101T000000Z%2F..', '20260101T000000Z'])
    expect((await station.rest('DELETE', `/set-aside/${other}`, undefined, asEngineer)).status, other).toBeOneOf([
      400, 404, 422,
    ])
  expect(await station.rest('DELETE', `/set-aside/${name}`, undefined, asEngineer)).toMatchObject({ status: 200 })
  expect(await asideOf(station)).toEqual([])
  const [entry] = (await station.client.audit.list({ action: 'setAside.remove' })).items
  expect(entry?.subject).toContain(name)
})

it('an upload that had arrived whole when the station was killed is set aside, half of one is not kept', async () => {
  using data = scratch()
  const first = await spawnStation(data.path, '--no-tls')
  await first.upload('app.bin', Buffer.from('whole'))
  const gone = new Promise((resolve) => first.child.once('close', resolve))
  first.child.kill('SIGKILL')
  await gone
  writeFileSync(join(data.path, 'staging', 'half.part'), 'ha')
  const second = await spawnStation(data.path, '--no-tls')
  const { items } = await second.call<{ items: SetAsideFolder[] }>('GET', '/set-aside')
  expect(items).toMatchObject([{ reason: 'unnamed', files: 1, bytes: 5 }])
  expect(readdirSync(join(data.path, 'staging'))).toEqual([])
  const ended = new Promise((resolve) => second.child.once('close', resolve))
  second.child.kill('SIGTERM')
  await ended
})
