import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { CampaignInput, DeviceInput, PackageInput, ProductInput } from '#shared/schema.ts'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import type { Broker, BrokerHost } from '../../electron/platform/broker/broker.ts'
import type { ConnectedDevice } from '../../electron/platform/devices/connected-device.ts'
import { dialects } from '../../electron/platform/dialects/index.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { until } from '../helpers/until.ts'

const message = (params: Record<string, string>): Buffer => Buffer.from(JSON.stringify({ id: '1', params }))

/** A platform with one listening device on 1.0.0; `told` happens while its notice is on its way. */
const prepare = async (told: (host: BrokerHost, device: ConnectedDevice) => Promise<void>) => {
  const directory = mkdtempSync(join(tmpdir(), 'station-'))
  const store = openStore(directory)
  onTestFinished(() => {
    store.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const sagoo = dialects.sagoo
  if (!sagoo) throw new Error('sagoo is not served')
  const identity = { productKey: 'gw', deviceName: 'gw-1', accessToken: 'a' }
  const device: ConnectedDevice = { id: 1, identity, dialect: sagoo }
  let host: BrokerHost | undefined
  const replies: string[] = []
  const broker: Broker = {
    start: async () => {},
    stop: async () => {},
    noticeTopicOf: () => '/ota/device/upgrade/gw/gw-1',
    async send() {
      if (host) await told(host, device)
      return true
    },
    reply: async (_deviceId, { payload }) => replies.push(String(payload)) > 0,
    localAddressOf: () => '127.0.0.1',
    drop() {},
    useIdentities: () => Promise.resolve(),
    forgive() {},
    urls: { mqtt: 'mqtt://127.0.0.1:1883', mqtts: null, external: null },
  }
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
      addresses: { publicHost: '127.0.0.1', httpPort: () => 8070, httpsPort: () => undefined },
      makeBroker: (given) => {
        host = given
        return broker
      },
    },
  )
  onTestFinished(() => platform.stop())
  const product = await platform.products.create(ProductInput.parse({ name: 'G', key: 'gw', protocol: 'sagoo' }))
  await platform.devices.create(DeviceInput.parse({ productId: product.id, name: 'gw-1' }))
  const upload = await platform.uploads.receive('gw.bin', Readable.from([Buffer.alloc(64, 1)]))
  await platform.packages.create(
    PackageInput.parse({ productId: product.id, name: 'G', version: '2.0.0', uploads: [upload.id] }),
  )
  host?.connected(device, { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' })
  host?.listening(device)
  await host?.received(device, '/ota/device/inform/gw/gw-1', message({ version: '1.0.0' }))
  const { id } = await platform.campaigns.create(CampaignInput.parse({ packageId: 1, name: 'all' }))
  return { campaign: () => platform.campaigns.get(id), replies }
}

it('hears a device that gives up before it is written that it was told', async () => {
  // Its answer is on disk before the sender hears that the notice went out: the quickest device there can be.
  const { campaign } = await prepare((host, device) =>
    host.received(device, '/ota/device/progress/gw/gw-1', message({ step: '-1', desc: 'battery 12 %' })),
  )
  const ended = await until(campaign, ({ status }) => status === 'finished')
  expect(ended.counts).toMatchObject({ failed: 1, notified: 0 })
})

it('answers a device that asks while its notice is on its way with its upgrade', async () => {
  const { campaign, replies } = await prepare((host, device) =>
    host.received(device, '/sys/gw/gw-1/thing/ota/firmware/get', message({})),
  )
  await until(campaign, ({ counts }) => counts.notified === 1)
  expect(replies.map((reply) => JSON.parse(reply))).toMatchObject([{ code: 200, data: { version: '2.0.0' } }])
})
