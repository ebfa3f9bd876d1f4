import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import pino from 'pino'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import { CampaignInput } from '#shared/schema.ts'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import { createPlatform, type Platform } from '../../electron/platform/platform.ts'
import { openStore, type Store } from '../../electron/platform/store/store.ts'
import { isShort } from './length.ts'
import { table } from './scratch.ts'

const DEVICES = isShort ? 2000 : 100_000
/** Ended campaigns of all devices: a million jobs. */
const CAMPAIGNS = 10

const silentBroker: Broker = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  noticeTopicOf: () => undefined,
  send: () => Promise.resolve(false),
  reply: () => Promise.resolve(false),
  localAddressOf: () => undefined,
  drop: () => undefined,
  useIdentities: () => Promise.resolve(),
  forgive: () => undefined,
  urls: { mqtt: null, mqtts: null, external: null },
}

/** What years of a factory leave behind, put into the tables as it stands there. */
const fill = (store: Store, productId: number, packageId: number): void => {
  const { sql } = store
  const numbers = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
  sql.exec(`BEGIN;
    ${numbers(DEVICES)} INSERT INTO devices (id, product_id, name, secret, access_token, created_at)
      SELECT i, ${productId}, printf('unit-%06d', i), 's', printf('token-%d', i), 0 FROM n;
    INSERT INTO device_versions SELECT id, 'default', product_id, '1.0.0', 0 FROM devices;
    INSERT INTO device_tags SELECT id, printf('hall %d', id % 10), product_id FROM devices;`)
  for (let n = 1; n <= CAMPAIGNS; n++)
    sql.exec(`
      INSERT INTO campaigns (id, package_id, name, definition, status, created_at, finished_at, failed)
        VALUES (${n}, ${packageId}, 'old ${n}', '${JSON.stringify(definitionDefaults)}', 'finished', ${n}, ${n}, ${DEVICES});
      INSERT INTO campaign_groups (campaign_id, position, name, proceed, status, failed) VALUES (${n}, 0, '', 'auto', 'passed', ${DEVICES});
      INSERT INTO jobs (campaign_id, device_id, module, from_version, to_version, state, error_code, finished_at, updated_at)
        SELECT ${n}, id, 'default', '1.0.0', '2.0.0', 'failed', 'DOWNLOAD_FAILED', ${n}, ${n} FROM devices;`)
  sql.exec('COMMIT')
}

const openPlatform = async (directory: string, store: Store): Promise<Platform> => {
  const platform = await createPlatform(
    {
      store,
      events: new PlatformEvents(),
      clock: systemClock,
      random: systemRandom,
      logger: pino({ level: 'silent' }),
    },
    {
      directory,
      addresses: { publicHost: undefined, httpPort: () => 80, httpsPort: () => undefined },
      makeBroker: () => silentBroker,
    },
  )
  await platform.recover()
  return platform
}

/** Milliseconds something takes, and the longest time meanwhile in which the thread did nothing else. */
const measure = async (name: string, work: () => unknown): Promise<readonly string[]> => {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await new Promise((resolve) => setTimeout(resolve, 20))
  delay.reset()
  const began = performance.now()
  await work()
  const took = performance.now() - began
  await new Promise((resolve) => setTimeout(resolve, 20))
  delay.disable()
  return [name, took.toFixed(1), (delay.max / 1e6).toFixed(1)]
}

/** A station with 100,000 devices and a million jobs behind it. */
export const bench = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const store = openStore(directory)
  const platform = await openPlatform(directory, store)
  const product = await platform.products.create({
    name: 'p',
    key: 'p',
    protocol: 'sagoo',
    autoRegister: false,
    autoRegisterLimit: 10_000,
    plainLogin: true,
    successCriterion: 'version',
  })
  const upload = await platform.uploads.receive('image.bin', Readable.from([Buffer.from('image')]))
  const pack = await platform.packages.create({
    productId: product.id,
    module: 'default',
    name: 'image',
    version: '2.0.0',
    signMethod: 'MD5',
    verify: false,
    uploads: [upload.id],
  })
  fill(store, product.id, pack.id)
  const input = { packageId: pack.id, name: 'all' }
  const groups = [{ name: 'canary', percent: 1 }]
  const id = CAMPAIGNS + 1
  const limit = 100
  const deviceIds = Array.from({ length: DEVICES }, (_, n) => n + 1)
  const rows = [
    await measure('preview for all devices', () => platform.campaigns.preview(CampaignInput.parse(input))),
    await measure('create a campaign for all devices, in groups', () =>
      platform.campaigns.create(CampaignInput.parse({ ...input, groups })),
    ),
    await measure('first page of its jobs', () => platform.jobs.ofCampaign(id, { limit })),
    await measure('a page in the middle', () =>
      platform.jobs.ofCampaign(id, { limit, cursor: String(DEVICES * (CAMPAIGNS + 0.5)) }),
    ),
    await measure('a page of a state', () =>
      platform.jobs.ofCampaign(id, { limit, state: 'pending', cursor: String(DEVICES * (CAMPAIGNS + 0.9)) }),
    ),
    await measure('a page of a state that none is in', () => platform.jobs.ofCampaign(id, { limit, state: 'failed' })),
    await measure('jobs of devices named …999', () => platform.jobs.ofCampaign(id, { limit, q: '999' })),
    await measure('jobs of devices that are not there', () => platform.jobs.ofCampaign(id, { limit, q: 'nobody' })),
    await measure('page of devices', () => platform.devices.list({ limit, cursor: String(DEVICES / 2) }, {})),
    await measure('page of devices with a tag', () =>
      platform.devices.list({ limit }, { productId: product.id, tag: 'hall 3' }),
    ),
    await measure('devices named …999', () => platform.devices.list({ limit }, { q: '999' })),
    await measure('devices that are not there', () => platform.devices.list({ limit }, { q: 'nobody' })),
    await measure('versions of all devices', () => platform.devices.versions(product.id, 'default')),
    await measure('every tag', () => platform.devices.tags(product.id)),
    await measure('jobs of a device', () => platform.jobs.ofDevice(DEVICES / 2, { limit })),
    await measure('page of campaigns', () => platform.campaigns.list({ limit })),
    await measure('cancel it', () => platform.campaigns.cancel(id)),
    await measure('create a campaign for all devices by name', () =>
      platform.campaigns.create(CampaignInput.parse({ ...input, scope: 'devices', deviceIds })),
    ),
    await measure('take all of them over in another', () =>
      platform.campaigns.create(CampaignInput.parse({ ...input, name: 'newer', overwrite: true })),
    ),
    await measure('cancel that', () => platform.campaigns.cancel(id + 2)),
    await measure('tag all devices', () => platform.tagging.change({ deviceIds, add: ['line 1'], remove: ['hall 1'] })),
    await measure('retry all failed', () => platform.campaigns.retryFailed(1)),
  ]
  platform.stop()
  await store.close()
  rmSync(directory, { recursive: true, force: true })
  return table(
    `${DEVICES.toLocaleString('en')} devices and ${(DEVICES * CAMPAIGNS).toLocaleString('en')} jobs in the store`,
    ['what', 'ms', 'longest time the thread was held, ms'],
    rows,
  )
}
