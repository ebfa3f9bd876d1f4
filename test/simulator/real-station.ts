import type { Protocol } from '#shared/protocols/index.ts'
import type { Job, Product, SimulatorInput } from '#shared/schema.ts'
import { demoImage } from '../../electron/simulator/image.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

/** Large enough to come in several pieces, whatever the protocol. */
export const image = Buffer.from(demoImage(3, 300_000))

type Client = TestStation['client']
type CampaignInput = Parameters<Client['campaigns']['create']>[0]

/** A real station, at which virtual devices are started as from its screen. */
export interface RealStation {
  readonly station: TestStation
  readonly product: Product
  /** Starts ten devices, unless told otherwise, and waits until each has said what it runs. */
  run(input?: Partial<SimulatorInput>): Promise<void>
  /** Upgrades all to a new version; with the number of the campaign. */
  upgrade(change?: Partial<CampaignInput>, module?: string): Promise<number>
  jobs(campaignId: number): Promise<readonly Job[]>
  /** The jobs once each state has exactly so many, and no other has any. */
  becomes(campaignId: number, counts: Partial<Record<Job['state'], number>>): Promise<readonly Job[]>
}

export const prepareReal = async (
  protocol: Protocol,
  options: Parameters<typeof startTestStation>[0] = {},
  product: Partial<Parameters<Client['products']['create']>[0]> = {},
): Promise<RealStation> => {
  const station = await startTestStation(options)
  const { client } = station
  const made = await client.products.create({ name: protocol, ...product, protocol })
  let version = 1

  const jobs = async (id: number) => (await client.campaigns.jobs({ id, limit: 1000 })).items

  return {
    station,
    product: made,
    jobs,

    async run(input = {}) {
      const { count = 10, module = 'default' } = input
      await client.simulator.start({
        productId: made.id,
        count,
        rebootMs: 1,
        // A device that must ask shall not keep us waiting.
        ...(protocol === 'onenet' ? { askSeconds: 0.2 } : {}),
        ...input,
      })
      await until(
        () => client.products.versions({ id: made.id, module }),
        ({ items }) => items.reduce((sum, { version, devices }) => sum + (version === null ? 0 : devices), 0) === count,
      )
    },

    async upgrade(change = {}, module = 'default') {
      version += 1
      const pack = await station.addPackage({
        productId: made.id,
        name: `package ${version}`,
        version: `${version}.0.0`,
        module,
        bytes: image,
      })
      const campaign = await client.campaigns.create({ packageId: pack.id, name: `to ${version}.0.0`, ...change })
      return campaign.id
    },

    async becomes(campaignId, counts) {
      const states = (all: readonly Job[]) => JSON.stringify(Object.entries(countsOf(all)).sort())
      const wanted = JSON.stringify(Object.entries(counts).sort())
      try {
        return await until(
          () => jobs(campaignId),
          (all) => states(all) === wanted,
        )
      } catch {
        throw new Error(`wanted ${wanted}, found ${states(await jobs(campaignId))}`)
      }
    },
  }
}

const countsOf = (jobs: readonly Job[]): Partial<Record<Job['state'], number>> => {
  const counts: Partial<Record<Job['state'], number>> = {}
  for (const { state } of jobs) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** Why jobs failed, in the order of their devices. */
export const reasonsOf = (jobs: readonly Job[]): (string | null)[] =>
  jobs
    .filter(({ state }) => state === 'failed')
    .sort((left, right) => left.deviceName.localeCompare(right.deviceName))
    .map(({ errorCode }) => errorCode)
