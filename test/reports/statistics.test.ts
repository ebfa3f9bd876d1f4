import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createDeviceService } from '../../electron/platform/devices/device-service.ts'
import { Presence } from '../../electron/platform/devices/presence.ts'
import { createProductService } from '../../electron/platform/devices/product-service.ts'
import { createSelfRegistered } from '../../electron/platform/devices/self-registered.ts'
import { createStatistics } from '../../electron/platform/reports/statistics.ts'
import { createTrafficVolume } from '../../electron/platform/reports/traffic-volume.ts'
import { createVersionDays } from '../../electron/platform/reports/version-days.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createTestClock } from '../helpers/clock.ts'

const HOUR = 3_600_000
/** Noon of the machine's own day. */
const noon = (day: number): number => new Date(2026, 10, day, 12).getTime()

/** The test's own time; through a sleep time goes on, but no timer rings. */
const createSleepyClock = (at: number) => {
  const clock = createTestClock(at)
  let slept = 0
  return {
    ...clock,
    now: () => clock.now() + slept,
    sleep(ms: number): void {
      slept += ms
    },
  }
}

const openRooms = async (at: number) => {
  const directory = mkdtempSync(join(tmpdir(), 'statistics-'))
  const store = openStore(directory)
  const clock = createSleepyClock(at)
  const logger = pino({ level: 'silent' })
  const context = { store, clock, events: new PlatformEvents(), random: systemRandom, logger }
  const presence = new Presence()
  const days = createVersionDays(context)
  const selfRegistered = createSelfRegistered(context)
  const products = createProductService(context, { presence, served: ['sagoo'], selfRegistered })
  const devices = createDeviceService(context, { presence, products, selfRegistered, days })
  const volume = createTrafficVolume(context)
  onTestFinished(async () => {
    days.stop()
    await store.close()
    rmSync(directory, { recursive: true })
  })
  const product = await products.create({
    name: 'Meter',
    protocol: 'sagoo',
    autoRegister: false,
    autoRegisterLimit: 10_000,
    plainLogin: true,
    successCriterion: 'version',
  })
  const made = await Promise.all(['a', 'b', 'c'].map((name) => devices.create({ productId: product.id, name })))
  const statistics = createStatistics(context, { devices })
  await days.start()
  return {
    store,
    clock,
    volume,
    productId: product.id,
    devices: made,
    report: (index: number, version: string) =>
      store.write(() => devices.recordVersion({ id: made[index]?.id ?? 0, productId: product.id }, 'default', version)),
    ask: (count: number) => statistics({ id: product.id, module: 'default', days: count }),
  }
}

/** A campaign of a package, with a job for each device. */
const addCampaign = ({ store, productId, devices }: Awaited<ReturnType<typeof openRooms>>): number => {
  const { sql } = store
  const pack = sql
    .prepare(
      "INSERT INTO packages (product_id, module, name, version, sign_method, verification, created_at) VALUES (?, 'default', 'p', '2', 'MD5', 'skipped', 0)",
    )
    .run(productId)
  const campaign = sql
    .prepare(
      "INSERT INTO campaigns (package_id, name, definition, status, created_at) VALUES (?, 'c', ?, 'running', 0)",
    )
    .run(pack.lastInsertRowid, JSON.stringify(definitionDefaults))
  for (const { id } of devices)
    sql
      .prepare(
        "INSERT INTO jobs (campaign_id, device_id, module, to_version, state, updated_at) VALUES (?, ?, 'default', '2', 'pending', 0)",
      )
      .run(campaign.lastInsertRowid, id)
  return Number(campaign.lastInsertRowid)
}

it('versions are kept as they were at the end of each day; a day switched off is as the one before', async () => {
  const deps = await openRooms(noon(10))
  for (const index of [0, 1, 2]) await deps.report(index, '1.0')
  await deps.report(0, '1.1')
  deps.clock.advance(24 * HOUR)
  await deps.report(1, '2.0')
  deps.clock.advance(3 * 24 * HOUR)
  await deps.report(2, '2.0')
  const { days, versions } = deps.ask(6)
  expect(days.map(({ day, versions: of }) => [day, of])).toEqual([
    ['2026-11-09', {}],
    ['2026-11-10', { '1.0': 2, '1.1': 1 }],
    ['2026-11-11', { '1.0': 1, '1.1': 1, '2.0': 1 }],
    ['2026-11-12', { '1.0': 1, '1.1': 1, '2.0': 1 }],
    ['2026-11-13', { '1.0': 1, '1.1': 1, '2.0': 1 }],
    ['2026-11-14', { '1.1': 1, '2.0': 2 }],
  ])
  expect(versions).toEqual([
    { version: '2.0', devices: 2, online: 0 },
    { version: '1.1', devices: 1, online: 0 },
  ])
})

it('the first report after a midnight slept through does not change the day before', async () => {
  const deps = await openRooms(noon(10))
  await deps.report(0, '1.0')
  deps.clock.sleep(24 * HOUR)
  await deps.report(0, '2.0')
  expect(deps.ask(2).days.map(({ versions }) => versions)).toEqual([{ '1.0': 1 }, { '2.0': 1 }])
})

it('ended upgrades are counted on the day they ended, and taken back when they are tried again or proven late', async () => {
  const deps = await openRooms(noon(10))
  addCampaign(deps)
  const end = (index: number, state: string, reason: string | null, at: number | null) =>
    deps.store.sql
      .prepare('UPDATE jobs SET state = ?, error_code = ?, finished_at = ? WHERE device_id = ?')
      .run(state, reason, at, deps.devices[index]?.id)
  end(0, 'failed', 'DOWNLOAD_FAILED', noon(8))
  end(1, 'failed', 'DOWNLOAD_FAILED', noon(9))
  end(2, 'failed', 'BURNING_FAILED', noon(9))
  const counts = () => deps.ask(3).days.map(({ succeeded, failed }) => [succeeded, failed])
  expect(counts()).toEqual([
    [0, 1],
    [0, 2],
    [0, 0],
  ])
  expect(deps.ask(3).reasons).toEqual([
    { errorCode: 'DOWNLOAD_FAILED', jobs: 2 },
    { errorCode: 'BURNING_FAILED', jobs: 1 },
  ])
  end(1, 'pending', null, null)
  end(2, 'succeeded', null, noon(10))
  expect(counts()).toEqual([
    [0, 1],
    [0, 0],
    [1, 0],
  ])
  end(1, 'succeeded', null, noon(10))
  expect(counts()).toEqual([
    [0, 1],
    [0, 0],
    [2, 0],
  ])
  expect(deps.ask(3).reasons).toEqual([{ errorCode: 'DOWNLOAD_FAILED', jobs: 1 }])
  expect(deps.ask(2).reasons).toEqual([])
})

it('what devices fetch is added up by campaign and by day, in one write a second', async () => {
  const deps = await openRooms(noon(10))
  const campaignId = addCampaign(deps)
  const served = () =>
    deps.store.sql.prepare<[], { bytes_served: number }>('SELECT bytes_served FROM campaigns').get()?.bytes_served
  for (let piece = 0; piece < 1000; piece++) deps.volume.add(campaignId, 512)
  expect(served()).toBe(0)
  deps.clock.advance(1000)
  await deps.store.write(() => undefined)
  expect(served()).toBe(512_000)
  deps.clock.advance(24 * HOUR)
  deps.volume.add(campaignId, 88)
  await deps.volume.flush()
  expect(served()).toBe(512_088)
  expect(deps.ask(2).days.map(({ bytesServed }) => bytesServed)).toEqual([512_000, 88])
})
