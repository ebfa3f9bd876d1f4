import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { Protocol } from '#shared/protocols/index.ts'
import { CampaignInput, type Device } from '#shared/schema.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import type { Broker, BrokerHost } from '../../electron/platform/broker/broker.ts'
import type { ConnectedDevice } from '../../electron/platform/devices/connected-device.ts'
import { iotEngineMqtt } from '../../electron/platform/dialects/iot-engine/mqtt.ts'
import { sagooMqtt } from '../../electron/platform/dialects/sagoo/mqtt.ts'
import { thingspanelMqtt } from '../../electron/platform/dialects/thingspanel/mqtt.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createTestClock, type TestClock } from '../helpers/clock.ts'

const quiet = pino({ level: 'silent' })

/** A device whose notices were heard. */
export interface Told {
  readonly deviceId: number
  readonly at: number
}

/** The platform with a broker that is none: devices are there because the test says so. */
const openPlatform = async (directory: string, clock: TestClock, told: Told[], zone: string) => {
  const store = openStore(directory)
  const listening = new Set<number>()
  const present = new Map<number, ConnectedDevice>()
  let host: BrokerHost | undefined
  const broker: Broker = {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    noticeTopicOf: (id) => (listening.has(id) ? 'notice' : undefined),
    send: (deviceId) => {
      if (!listening.has(deviceId)) return Promise.resolve(false)
      told.push({ deviceId, at: clock.now() })
      return Promise.resolve(true)
    },
    reply: () => Promise.resolve(true),
    localAddressOf: () => '127.0.0.1',
    drop: (id) => {
      const device = present.get(id)
      if (!device) return
      present.delete(id)
      listening.delete(id)
      host?.disconnected(device)
    },
    useIdentities: () => Promise.resolve(),
    forgive: () => undefined,
    urls: { mqtt: null, mqtts: null, external: null },
  }
  const events = new PlatformEvents()
  const platform = await createPlatform(
    { store, events, clock, random: systemRandom, logger: quiet },
    {
      directory,
      addresses: { publicHost: undefined, httpPort: () => 80, httpsPort: () => undefined },
      makeBroker: (made) => {
        host = made
        return broker
      },
      zone,
    },
  )
  await platform.recover()
  if (!host) throw new Error('the platform made no broker')
  return { store, platform, host, listening, present }
}

export type Bench = Awaited<ReturnType<typeof openBench>>

/** A platform on the test's own clock, with a product, a package 2.0.0 that may be campaigned, and that many devices on 1.0.0. */
export const openBench = async (
  count: number,
  { protocol = 'sagoo', zone = 'UTC', verify = false }: { protocol?: Protocol; zone?: string; verify?: boolean } = {},
) => {
  const directory = mkdtempSync(join(tmpdir(), 'campaigns-'))
  const clock = createTestClock(Date.UTC(2026, 0, 1, 12))
  const told: Told[] = []
  let station = await openPlatform(directory, clock, told, zone)
  const dialect = protocol === 'thingspanel' ? thingspanelMqtt : protocol === 'iot-engine' ? iotEngineMqtt : sagooMqtt
  const product = await station.platform.products.create({
    name: 'Gateway',
    key: 'gw',
    protocol,
    autoRegister: false,
    autoRegisterLimit: 10_000,
    plainLogin: true,
    successCriterion: 'version',
  })
  const addPackage = async (version: string, module = 'default') => {
    const content = Readable.from([Buffer.from(`image ${version}`)])
    const upload = await station.platform.uploads.receive(`fw-${version}.bin`, content)
    return station.platform.packages.create({
      productId: product.id,
      module,
      name: `${module === 'default' ? 'gw' : module} ${version}`,
      version,
      signMethod: 'MD5',
      verify,
      uploads: [upload.id],
    })
  }
  const pack = await addPackage('2.0.0')
  const devices: Device[] = []

  /** Lets everything that is under way come to rest. */
  const rest = async (): Promise<void> => {
    for (let n = 0; n < 6; n++) {
      await station.store.write(() => undefined)
      await new Promise<void>((resolve) => {
        setImmediate(resolve)
      })
    }
  }
  const connected = (id: number): ConnectedDevice => {
    const { name, accessToken } = station.platform.devices.row(id)
    return { id, identity: { productKey: 'gw', deviceName: name, accessToken }, dialect }
  }
  const say = async (id: number, topic: 'inform' | 'progress', params: Record<string, string>): Promise<void> => {
    const device = connected(id)
    const path =
      protocol === 'thingspanel'
        ? `/ota/device/${topic}/${device.identity.accessToken}`
        : `/ota/device/${topic}/gw/${device.identity.deviceName}`
    await station.host.received(device, path, Buffer.from(JSON.stringify({ id: '1', params })))
  }
  const bench = {
    product,
    pack,
    devices,
    clock,
    told,
    get platform() {
      return station.platform
    },
    get store() {
      return station.store
    },
    rest,
    addPackage,
    async addDevice(tags: string[] = []): Promise<Device> {
      const made = await station.platform.devices.create({
        productId: product.id,
        name: `dev${devices.length + 1}`,
        tags,
      })
      devices.push(made)
      await station.store.write(() => station.platform.devices.recordVersion(made, 'default', '1.0.0'))
      return made
    },
    /** The device is there, listens, and has said what it runs. */
    async connect(id: number, version = '1.0.0'): Promise<void> {
      bench.arrive(id)
      await bench.inform(id, version)
      await rest()
    },
    /** The device is there and listens, and has said nothing yet. */
    arrive(id: number): void {
      const device = connected(id)
      station.present.set(id, device)
      station.host.connected(device, { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' })
      station.listening.add(id)
      station.host.listening(device)
    },
    leave(id: number): void {
      station.listening.delete(id)
      station.present.delete(id)
      station.host.disconnected(connected(id))
    },
    inform: (id: number, version: string): Promise<void> => say(id, 'inform', { version }),
    /** The device asks whether there is an upgrade. */
    async ask(id: number): Promise<void> {
      const device = connected(id)
      const topic = `/sys/gw/${device.identity.deviceName}/thing/ota/firmware/get`
      await station.host.received(device, topic, Buffer.from(JSON.stringify({ id: '1', params: {} })))
      await rest()
    },
    progress: (id: number, step: number): Promise<void> => say(id, 'progress', { step: String(step), desc: '' }),
    /** Time passes, a piece at a time, and what falls due is done. */
    async wait(ms: number, pieces = 1): Promise<void> {
      for (let n = 0; n < pieces; n++) {
        clock.advance(Math.ceil(ms / pieces))
        await rest()
      }
    },
    create: async (
      input: Omit<z.input<typeof CampaignInput>, 'packageId' | 'name'> & { packageId?: number; name?: string },
    ) => {
      const made = await station.platform.campaigns.create(
        CampaignInput.parse({ packageId: pack.id, name: 'campaign', ...input }),
      )
      await rest()
      return station.platform.campaigns.get(made.id)
    },
    campaign: (id: number) => station.platform.campaigns.get(id),
    jobs: (id: number) => station.platform.jobs.ofCampaign(id, { limit: 1000 }).items,
    states: (id: number) => bench.jobs(id).map(({ state }) => state),
    toldIds: () => told.map(({ deviceId }) => deviceId),
    /** The station ends and is started again on the same data; every session is gone. */
    async restart(): Promise<void> {
      station.platform.stop()
      await station.store.close()
      station = await openPlatform(directory, clock, told, zone)
      await rest()
    },
    async close(): Promise<void> {
      station.platform.stop()
      await station.store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  onTestFinished(() => bench.close())
  for (let n = 0; n < count; n++) await bench.addDevice()
  return bench
}
