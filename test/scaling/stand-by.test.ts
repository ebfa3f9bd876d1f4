import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Campaign, Job, StationInfo } from '#shared/schema.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { startTestStation } from '../helpers/station.ts'
import { type StationProcess, spawnStation } from '../helpers/station-process.ts'
import { until } from '../helpers/until.ts'
import { mosquitto, startMosquitto } from './mosquitto.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'stand-by-'))

const start = async (directory: string, url: string, ...more: string[]): Promise<StationProcess> => {
  const station = await spawnStation(directory, '--no-tls', '--broker', url, '--broker-group', 'hall', ...more)
  onTestFinished(() => void station.child.kill('SIGKILL'))
  return station
}
const standsBy = async (station: StationProcess) => (await station.call<StationInfo>('GET', '/station')).standsBy
const becomesActive = (station: StationProcess) =>
  until(
    () => standsBy(station),
    (waits) => !waits,
  )
const kill = async ({ child }: StationProcess) => {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** A device that says again what it runs each time it comes back, as real ones do. */
const connectDevice = async (url: string, name: string): Promise<MqttClient> => {
  const device = await mqtt.connectAsync(url, { clientId: name, ...onceOnly, reconnectPeriod: 100 }, false)
  onTestFinished(() => device.endAsync(true))
  return device
}
const inform = (device: MqttClient, name: string, version: string) =>
  device.publishAsync(`/ota/device/inform/pk/${name}`, JSON.stringify({ id: '1', params: { version } }), { qos: 1 })
const progress = (device: MqttClient, name: string, step: number) =>
  device.publishAsync(`/ota/device/progress/pk/${name}`, JSON.stringify({ id: '2', params: { step: `${step}` } }), {
    qos: 1,
  })

describe.skipIf(!mosquitto)(`stations at one broker${mosquitto ? '' : ' (needs the Debian package mosquitto)'}`, () => {
  it('stand by for each other: one killed with -9 is followed by the other, which gets what was reported meanwhile', async () => {
    const broker = await startMosquitto()
    const first = await start(folder(), broker.url)
    await becomesActive(first)
    const product = await first.call<{ id: number }>('POST', '/products', { name: 'P', key: 'pk', protocol: 'sagoo' })
    await first.call('POST', '/devices', { productId: product.id, name: 'd' })
    const upload = await first.upload('a.bin', Buffer.alloc(4096, 7))
    const pack = await first.call<{ id: number }>('POST', '/packages', {
      ...{ productId: product.id, name: 'p', version: '2.0.0', uploads: [upload] },
    })
    const device = await connectDevice(broker.url, 'd')
    await inform(device, 'd', '1.0.0')
    const notices: string[] = []
    device.on('message', (_topic, payload) => notices.push(payload.toString()))
    await device.subscribeAsync('/ota/device/upgrade/pk/d', { qos: 1 })
    const { id } = await first.call<Campaign>('POST', '/campaigns', { packageId: pack.id, name: 'all' })
    const jobOf = async (station: StationProcess) =>
      (await station.call<{ items: Job[] }>('GET', `/campaigns/${id}/jobs`)).items[0]
    await until(
      () => jobOf(first),
      (job) => job?.state === 'notified' && notices.length > 0,
    )

    // The stand-by has the records of a backup.
    const archive = await fetch(`${first.ready.api}/backup`, {
      headers: { Authorization: `Bearer ${first.ready.token}` },
    })
    const file = join(folder(), 'backup.tar')
    writeFileSync(file, Buffer.from(await archive.arrayBuffer()))
    const second = await start(folder(), broker.url, '--restore-backup', file)
    expect(await standsBy(second)).toBe(true)
    await progress(device, 'd', 20)
    await until(
      () => jobOf(first),
      (job) => job?.progress === 20,
    )
    expect(await jobOf(second)).toMatchObject({ state: 'notified' })

    await kill(first)
    // Nobody serves now: the broker keeps this.
    await progress(device, 'd', 60)
    await becomesActive(second)
    await until(
      () => jobOf(second),
      (job) => job?.progress === 60,
    )
    await second.call('POST', `/campaigns/${id}/resume`)
    await inform(device, 'd', '2.0.0')
    await until(
      () => second.call<Campaign>('GET', `/campaigns/${id}`),
      ({ status, counts }) => status === 'finished' && counts.succeeded === 1,
    )

    // Who was there before comes back and finds the place taken.
    const back = await start(first.directory, broker.url)
    expect(await standsBy(back)).toBe(true)
    await inform(device, 'd', '2.0.1')
    const versionAt = async (station: StationProcess) =>
      (await station.call<{ items: { modules: { version: string }[] }[] }>('GET', '/devices')).items[0]?.modules[0]
        ?.version
    await until(
      () => versionAt(second),
      (version) => version === '2.0.1',
    )
    expect(await standsBy(back)).toBe(true)
    expect(await versionAt(back)).toBe('1.0.0')

    // An orderly stop hands over as well.
    second.child.kill('SIGTERM')
    await becomesActive(back)
    await inform(device, 'd', '2.0.2')
    await until(
      () => versionAt(back),
      (version) => version === '2.0.2',
    )
  })

  it('share the broker by product: each takes the reports of its own devices alone', async () => {
    const broker = await startMosquitto()
    const stations = await Promise.all(
      ['pk', 'other'].map(async (key) => {
        const station = await startTestStation({ broker: broker.url, brokerGroup: `hall-${key}` })
        const product = await station.client.products.create({ name: key, key, protocol: 'sagoo' })
        await station.client.devices.create({ productId: product.id, name: 'd' })
        await until(
          () => station.client.station.info(),
          (info) => !info.standsBy,
        )
        return station
      }),
    )
    const device = await connectDevice(broker.url, 'x')
    for (const key of ['pk', 'other'])
      await device.publishAsync(`/ota/device/inform/${key}/d`, `{"id":"1","params":{"version":"of-${key}"}}`, {
        qos: 1,
      })
    for (const [at, key] of ['pk', 'other'].entries()) {
      const { items } = await until(
        async () => (await stations[at]?.client.devices.list({})) ?? { items: [] },
        ({ items }) => items[0]?.modules.length === 1,
      )
      expect(items.map(({ modules }) => modules[0]?.version)).toEqual([`of-${key}`])
    }
  })

  it('go on after the broker was killed in the middle of a campaign, and lose no device', async () => {
    const broker = await startMosquitto()
    const station = await startTestStation({ broker: broker.url, brokerGroup: 'hall' })
    await until(
      () => station.client.station.info(),
      (info) => !info.standsBy,
    )
    const product = await station.client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
    const pack = await station.addPackage({ productId: product.id, name: 'p', version: '2.0.0' })
    let upgraded = 0
    const devices = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const name = `d${n}`
        await station.client.devices.create({ productId: product.id, name })
        const device = mqtt.connect(broker.url, { clientId: name, ...onceOnly, reconnectPeriod: 100 })
        onTestFinished(() => device.endAsync(true))
        let version = '1.0.0'
        const report = () => void inform(device, name, version).catch(() => undefined)
        device.on('message', (_topic, payload) => {
          if (version === '2.0.0' || !payload.includes('2.0.0')) return
          version = '2.0.0'
          upgraded += 1
          report()
        })
        device.on('connect', () => {
          device.subscribe(`/ota/device/upgrade/pk/${name}`, { qos: 1 }, report)
        })
        return device
      }),
    )
    await until(
      async () => (await station.client.devices.list({ limit: 100 })).items.filter(({ modules }) => modules.length > 0),
      (heard) => heard.length === devices.length,
    )
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    for (let times = 1; times <= 3; times++) {
      await until(
        () => upgraded,
        (n) => n >= times * 10,
      )
      await broker.kill()
      await broker.start()
    }
    const ended = await until(
      () => station.client.campaigns.get({ id }),
      ({ status }) => status === 'finished',
    )
    // A notice whose acknowledgement died with the broker counts as not sent: its device turns out to be on the target, and is skipped.
    const { succeeded, skipped } = ended.counts
    expect(succeeded + skipped).toBe(devices.length)
    expect(succeeded).toBeGreaterThan(devices.length / 2)
    const { items } = await station.client.devices.list({ limit: 1000 })
    expect(items.filter(({ modules }) => modules[0]?.version === '2.0.0')).toHaveLength(devices.length)
  })
})
