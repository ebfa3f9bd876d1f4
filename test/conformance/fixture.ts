import { createHash } from 'node:crypto'
import type { Job } from '#shared/schema.ts'
import { createTestClock, type TestClock } from '../helpers/clock.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import type { ConformanceDevice, ConformanceProtocol, DeviceCredentials } from './driver.ts'

/** 20,000 bytes that differ from place to place. */
export const image = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 31 + (at >> 8) * 17) & 0xff))
export const imageMd5 = createHash('md5').update(image).digest('hex')

/** The way to a file with one character of its token changed, which is its longest part. */
export const spoilt = (locator: string): string => {
  const token = locator.split('/').reduce((longest, part) => (part.length > longest.length ? part : longest))
  const at = Math.floor(token.length / 2)
  return locator.replace(token, `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`)
}

const SOURCE = '1.0.0'
const TARGET = '2.0.0'

/** A device under test, with what the station knows of it. */
export interface BenchDevice extends ConformanceDevice {
  readonly credentials: DeviceCredentials
  /** Connects and says its version and that it listens: what a device does at every start. */
  start(version?: string): Promise<void>
  /** Leaves and starts again. */
  restart(version?: string): Promise<void>
}

type Client = TestStation['client']
type ProductInput = Parameters<Client['products']['create']>[0]
type CampaignInput = Parameters<Client['campaigns']['create']>[0]

export interface Bench {
  readonly station: TestStation
  readonly clock: TestClock
  readonly productId: number
  readonly packageId: number
  readonly device: BenchDevice
  /** A second device of the same product. */
  another(name: string): Promise<BenchDevice>
  campaign(change?: Partial<CampaignInput>): Promise<number>
  jobs(campaignId: number): Promise<readonly Job[]>
  /** The first device's job. */
  job(campaignId: number): Promise<Job>
  /** The same once it is in that state. */
  reaches(campaignId: number, state: Job['state']): Promise<Job>
  /** The states its history shows, in order. */
  history(campaignId: number): Promise<string[]>
  /** Offers the device the upgrade, acknowledged and begun: it has fetched the file and said 40 %. */
  begin(campaignId: number): Promise<void>
  /** A station on the same data and clock, after the first was stopped. */
  restartStation(): Promise<TestStation>
}

/** A station on a clock of its own with one product, a device on 1.0.0 that is not there yet, and a package 2.0.0. */
export const prepare = async (
  protocol: ConformanceProtocol,
  product: Partial<Omit<ProductInput, 'protocol'>> = {},
): Promise<Bench> => {
  const clock = createTestClock()
  const station = await startTestStation({ clock })
  const { client } = station
  const made = await client.products.create({
    name: 'Bench',
    key: 'bench',
    secret: Buffer.from('the secret of the product').toString('base64'),
    ...product,
    protocol: protocol.protocol,
  })

  const another = async (name: string): Promise<BenchDevice> => {
    const row = await client.devices.create({
      productId: made.id,
      name,
      secret: Buffer.from(`the secret of ${name}`).toString('base64'),
      accessToken: `token-of-${name}`,
    })
    const credentials = { ...row, productKey: made.key, productSecret: made.secret }
    const device = protocol.device(station, credentials)
    const start = async (version = SOURCE): Promise<void> => {
      await device.connect()
      await device.report(version)
      await device.listen()
    }
    return {
      ...device,
      credentials,
      start,
      async restart(version) {
        await device.leave()
        await start(version)
      },
    }
  }
  const device = await another('dev1')
  const pack = await station.addPackage({ productId: made.id, name: 'to 2.0.0', version: TARGET, bytes: image })

  const jobs = async (campaignId: number) => (await client.campaigns.jobs({ id: campaignId })).items
  const job = async (campaignId: number): Promise<Job> => {
    const own = (await jobs(campaignId)).find(({ deviceId }) => deviceId === device.credentials.id)
    if (!own) throw new Error('the device has no job')
    return own
  }
  const reaches = (campaignId: number, state: Job['state']) =>
    until(
      () => job(campaignId),
      (now) => now.state === state,
    )
  return {
    station,
    clock,
    productId: made.id,
    packageId: pack.id,
    device,
    another,
    jobs,
    job,
    reaches,
    campaign: async (change = {}) =>
      (
        await client.campaigns.create({
          packageId: pack.id,
          name: 'campaign',
          pushTimeoutMinutes: 10_080,
          timeoutMinutes: 10_080,
          ...change,
        })
      ).id,
    async history(campaignId) {
      const { events } = await client.jobs.get({ id: (await job(campaignId)).id })
      return events.map(({ state }) => state)
    },
    restartStation: () => startTestStation({ clock, directory: station.directory }),
    async begin(campaignId) {
      const offer = await device.offered()
      await device.acknowledge()
      await device.fetch(offer)
      await reaches(campaignId, 'downloading')
      await device.progress(40)
    },
  }
}
