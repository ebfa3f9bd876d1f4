import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Device } from '#shared/schema.ts'
import { connectDevice, type TestDevice } from '../helpers/device.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const image = Buffer.from(Array.from({ length: 50_000 }, (_, n) => (n * 31) & 0xff))

/** A station with a product, a package 2.0.0 and that many registered devices. */
const prepare = async (count = 1, module?: string) => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  if (module) await station.client.products.createModule({ id: product.id, name: module })
  const devices: Device[] = []
  for (let n = 1; n <= count; n++)
    devices.push(await station.client.devices.create({ productId: product.id, name: `dev${n}` }))
  const pack = await station.addPackage({
    productId: product.id,
    name: 'gw 2.0.0',
    version: '2.0.0',
    bytes: image,
    ...(module ? { module } : {}),
  })
  const connect = async (n: number): Promise<TestDevice> => {
    const device = devices[n - 1]
    if (!device) throw new Error('no such device')
    return connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name: device.name, secret: device.secret })
  }
  return { station, product, devices, pack, connect }
}

const jobsOf = async (station: TestStation, campaignId: number) =>
  (await station.client.campaigns.jobs({ id: campaignId })).items
const stateOf = async (station: TestStation, campaignId: number) =>
  (await jobsOf(station, campaignId)).map((job) => job.state)

describe('one upgrade, end to end', () => {
  it('tells a connected device, serves the file, and is a success when the device reports the target', async () => {
    const { station, pack, connect } = await prepare()
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    const campaign = await station.client.campaigns.create({
      packageId: pack.id,
      name: 'all',
      tags: { key1: 'value1' },
    })
    const notice = await device.notice()
    expect(notice).toMatchObject({
      code: '200',
      message: 'success',
      data: { version: '2.0.0', size: image.length, extData: { key1: 'value1' } },
    })
    expect(notice.data).not.toHaveProperty('module')

    const got = Buffer.from(await (await fetch(notice.data.url)).arrayBuffer())
    expect(createHash('md5').update(got).digest('hex')).toBe(notice.data.sign)
    await device.progress(30, 'downloading')
    expect(await jobsOf(station, campaign.id)).toMatchObject([
      { state: 'downloading', progress: 30, description: 'downloading', fromVersion: '1.0.0' },
    ])
    await device.progress(100)
    expect(await stateOf(station, campaign.id)).toEqual(['installing'])
    expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
      status: 'running',
      counts: { installing: 1, succeeded: 0 },
    })
    await device.leave()

    const rebooted = await connect(1)
    await rebooted.listen()
    await rebooted.inform('2.0.0')
    expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
      status: 'finished',
      counts: { succeeded: 1, installing: 0 },
    })
    const [job] = await jobsOf(station, campaign.id)
    const { events } = await station.client.jobs.get({ id: job?.id ?? 0 })
    expect(events.map((event) => event.state)).toEqual([
      'pending',
      'notified',
      'downloading',
      'installing',
      'succeeded',
    ])
  })

  it('puts the address by which the device reached us into the URL, or the public host where one is set', async () => {
    const { station, pack, connect } = await prepare()
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    expect(new URL((await device.notice()).data.url).hostname).toBe('127.0.0.1')

    const named = await startTestStation({ publicHost: 'ota.example' })
    const product = await named.client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
    const registered = await named.client.devices.create({ productId: product.id, name: 'd' })
    const other = await named.addPackage({ productId: product.id, name: 'p', version: '2.0.0' })
    const second = await connectDevice({
      mqttUrl: named.mqttUrl,
      productKey: 'pk',
      name: 'd',
      secret: registered.secret,
    })
    await second.listen()
    await second.inform('1.0.0')
    await named.client.campaigns.create({ packageId: other.id, name: 'all' })
    expect(new URL((await second.notice()).data.url).hostname).toBe('ota.example')
  })

  it('waits for an offline device and tells it at its next connect', async () => {
    const { station, pack, connect } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    expect(await stateOf(station, campaign.id)).toEqual(['pending'])
    const device = await connect(1)
    await device.listen()
    expect((await device.notice()).data.version).toBe('2.0.0')
    await until(
      () => stateOf(station, campaign.id),
      ([state]) => state === 'notified',
    )
  })

  it('skips a device that turns out to be on the target when it connects, without telling it to upgrade', async () => {
    const { station, pack, connect } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const device = await connect(1)
    await device.listen()
    await device.inform('2.0.0')
    expect(await jobsOf(station, campaign.id)).toMatchObject([{ state: 'skipped', errorCode: 'ALREADY_ON_TARGET' }])
    expect(device.waiting).toEqual([])
    expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
      status: 'finished',
      counts: { skipped: 1 },
    })
  })

  it('tells a device again that reconnects before it has finished', async () => {
    const { station, pack, connect } = await prepare()
    const first = await connect(1)
    await first.listen()
    await first.inform('1.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await first.notice()
    await first.progress(40)
    await first.leave()
    const second = await connect(1)
    await second.listen()
    await second.inform('1.0.0')
    expect((await second.notice()).data.version).toBe('2.0.0')
    expect(await stateOf(station, campaign.id)).toEqual(['downloading'])
  })

  it.each([
    [-1, 'UPGRADE_FAILED'],
    [-2, 'DOWNLOAD_FAILED'],
    [-3, 'VERIFICATION_FAILED'],
    [-4, 'BURNING_FAILED'],
  ])('fails on step %i with its reason and the words of the device, and can be retried', async (step, code) => {
    const { station, pack, connect } = await prepare()
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await device.notice()
    await device.progress(step, '请求不到升级包信息。')
    const [job] = await jobsOf(station, campaign.id)
    expect(job).toMatchObject({ state: 'failed', errorCode: code, description: '请求不到升级包信息。' })
    expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
      status: 'finished',
      counts: { failed: 1 },
    })
    expect(await station.client.jobs.retry({ id: job?.id ?? 0 })).toMatchObject({ attempt: 2, errorCode: null })
    await device.notice()
    expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
      status: 'running',
      finishedAt: null,
      counts: { failed: 0 },
    })
  })

  it('says rolled back when the device comes up with its old version after it had installed, once no patience is left', async () => {
    const { station, pack, connect } = await prepare()
    await station.client.station.updateSettings({ rollbackMinutes: 0 })
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await device.notice()
    await device.progress(100)
    await device.leave()
    const rebooted = await connect(1)
    await rebooted.inform('1.0.0')
    expect(await jobsOf(station, campaign.id)).toMatchObject([
      { state: 'failed', errorCode: 'ROLLED_BACK', description: '1.0.0' },
    ])
  })

  it('keeps modules apart: only the module of the package is told, and a report of another one moves nothing', async () => {
    const { station, pack, connect } = await prepare(1, 'MCU')
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0', 'MCU')
    await device.inform('2.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    expect((await device.notice()).data.module).toBe('MCU')
    await device.progress(-1, 'other', 'default')
    expect(await stateOf(station, campaign.id)).not.toContain('failed')
    await device.progress(55, 'mine', 'MCU')
    expect(await jobsOf(station, campaign.id)).toMatchObject([{ state: 'downloading', progress: 55 }])
    await device.progress(60, 'no module named')
    expect(await jobsOf(station, campaign.id)).toMatchObject([{ progress: 60 }])
  })

  it("takes a cancelled job's file away and ignores what the device reports afterwards", async () => {
    const { station, pack, connect } = await prepare()
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const { url } = (await device.notice()).data
    expect(await station.client.campaigns.cancel({ id: campaign.id })).toMatchObject({
      status: 'cancelled',
      counts: { cancelled: 1 },
    })
    expect((await fetch(url)).status).toBe(410)
    await device.progress(50)
    expect(await stateOf(station, campaign.id)).toEqual(['cancelled'])
  })

  it('offers nothing new while paused, and goes on when resumed', async () => {
    const { station, pack, connect } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await station.client.campaigns.pause({ id: campaign.id })
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    expect(await stateOf(station, campaign.id)).toEqual(['pending'])
    expect(device.waiting).toEqual([])
    await station.client.campaigns.resume({ id: campaign.id })
    expect((await device.notice()).data.version).toBe('2.0.0')
  })

  it('leaves a device alone that is to ask by itself, and answers when it does', async () => {
    const { station, pack, connect } = await prepare()
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    expect(await device.ask()).toEqual({ id: '7', code: 200, data: {} })
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', push: false })
    await device.inform('1.0.0')
    expect(device.waiting).toEqual([])
    expect(await stateOf(station, campaign.id)).toEqual(['pending'])
    expect(await device.ask()).toMatchObject({ id: '7', code: 200, data: { version: '2.0.0', signMethod: 'Md5' } })
    await until(
      () => stateOf(station, campaign.id),
      ([state]) => state === 'notified',
    )
    await device.inform('2.0.0')
    expect(await stateOf(station, campaign.id)).toEqual(['succeeded'])
  })

  it('refuses an expired download address', async () => {
    const { station, pack, connect } = await prepare()
    await station.client.station.updateSettings({ downloadUrlSeconds: 1 })
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const { url } = (await device.notice()).data
    const refused = await until(
      async () => (await fetch(url)).status,
      (status) => status !== 200,
    )
    expect(refused).toBe(410)
  })

  it('gives one device one open job per module: a second campaign leaves the busy one out, with the reason', async () => {
    const { station, product, pack, devices } = await prepare(2)
    const first = await station.client.campaigns.create({
      packageId: pack.id,
      name: 'first',
      scope: 'devices',
      deviceIds: [devices[0]?.id ?? 0],
    })
    const newer = await station.addPackage({ productId: product.id, name: 'gw 3.0.0', version: '3.0.0' })
    expect(await station.client.campaigns.preview({ packageId: newer.id })).toMatchObject({
      matching: 1,
      otherJobOpen: 1,
    })
    const second = await station.client.campaigns.create({ packageId: newer.id, name: 'second' })
    expect(await jobsOf(station, second.id)).toMatchObject([
      { deviceName: 'dev1', state: 'skipped', errorCode: 'OTHER_JOB_OPEN', description: 'first' },
      { deviceName: 'dev2', state: 'pending' },
    ])
    await station.client.campaigns.cancel({ id: first.id })
    expect(await station.client.campaigns.preview({ packageId: newer.id })).toMatchObject({
      matching: 1,
      otherJobOpen: 1,
    })
  })

  it('tells before the start how many devices match and why others do not', async () => {
    const { station, pack, connect, devices } = await prepare(4)
    await (await connect(1)).inform('1.0.0')
    await (await connect(2)).inform('2.0.0')
    await (await connect(3)).inform('1.5.0')
    expect(await station.client.campaigns.preview({ packageId: pack.id })).toMatchObject({
      matching: 3,
      online: 2,
      alreadyOnTarget: 1,
      versionNotSelected: 0,
    })
    expect(await station.client.campaigns.preview({ packageId: pack.id, fromVersions: ['1.0.0'] })).toMatchObject({
      matching: 1,
      online: 1,
      alreadyOnTarget: 1,
      versionNotSelected: 2,
    })
    const chosen = devices.map((device) => device.id)
    const campaign = await station.client.campaigns.create({
      packageId: pack.id,
      name: 'c',
      fromVersions: ['1.0.0'],
      scope: 'devices',
      deviceIds: chosen,
    })
    expect((await jobsOf(station, campaign.id)).map((job) => job.errorCode ?? job.state)).toEqual([
      'pending',
      'ALREADY_ON_TARGET',
      'FROM_VERSION_NOT_SELECTED',
      'FROM_VERSION_NOT_SELECTED',
    ])
    await expect(
      station.client.campaigns.create({ packageId: pack.id, name: 'none', fromVersions: ['9.9.9'], scope: 'all' }),
    ).resolves.toMatchObject({ counts: { skipped: 1, pending: 0 }, status: 'finished' })
  })

  it('refuses to upgrade from an unverified package until a chosen device has proven it', async () => {
    const { station, product, connect, devices } = await prepare(2)
    const pack = await station.addPackage({ productId: product.id, name: 'unproven', version: '3.0.0', verify: true })
    await expect(station.client.campaigns.create({ packageId: pack.id, name: 'too early' })).rejects.toMatchObject({
      code: 'NOT_VERIFIED',
    })
    const device = await connect(1)
    await device.listen()
    await device.inform('1.0.0')
    await station.client.campaigns.create({
      packageId: pack.id,
      name: 'proof',
      kind: 'verify',
      scope: 'devices',
      deviceIds: [devices[0]?.id ?? 0],
    })
    expect((await station.client.packages.get({ id: pack.id })).verification).toBe('verifying')
    await device.notice()
    await device.inform('3.0.0')
    expect((await station.client.packages.get({ id: pack.id })).verification).toBe('verified')
    expect(await station.client.campaigns.create({ packageId: pack.id, name: 'now' })).toMatchObject({
      counts: { pending: 1, skipped: 1 },
    })
  })

  it('finishes a campaign whose last device is deleted, and counts right', async () => {
    const { station, pack, devices } = await prepare(2)
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    for (const device of devices) await station.client.devices.remove({ id: device.id })
    expect(await station.client.campaigns.get({ id: campaign.id })).toMatchObject({
      status: 'finished',
      counts: { pending: 0, cancelled: 0 },
    })
  })
})
