import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { crc16Arc } from '../../electron/platform/dialects/sagoo/crc16.ts'
import { connectLinkSdk, type LinkSdkDevice } from '../helpers/linksdk.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'

const image = Buffer.from(Array.from({ length: 123_457 }, (_, n) => (n * 31 + (n >> 8) * 7) & 0xff))

/** A station with two devices of a product, both told of an upgrade over MQTT. */
const prepare = async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Gateway', key: 'a1pk', protocol: 'sagoo' })
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2.0.0', version: '2.0.0', bytes: image })
  const connect = async (name: string): Promise<LinkSdkDevice> => {
    const { secret } = await station.client.devices.create({ productId: product.id, name })
    const device = await connectLinkSdk({ mqttUrl: station.mqttUrl, productKey: 'a1pk', name, secret })
    await device.publish(`/ota/device/inform/a1pk/${name}`, '{"id":"1","params":{"version":"1.0.0"}}')
    return device
  }
  const devices = [await connect('dev1'), await connect('dev2')] as const
  const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', protocol: 'mqtt' })
  return { station, product, pack, devices, campaign }
}

const streamOf = async (device: LinkSdkDevice): Promise<number> => {
  const { data } = (await device.notice()) as unknown as { data: Record<string, unknown> }
  expect(data).toMatchObject({ dProtocol: 'mqtt', streamFileId: 1, size: image.length, signMethod: 'Md5' })
  expect(data).not.toHaveProperty('url')
  return Number(data.streamId)
}

const jobsOf = async (station: TestStation, campaignId: number) =>
  (await station.client.campaigns.jobs({ id: campaignId })).items

describe('a download over MQTT', () => {
  it('brings the file to the device block by block, as LinkSDK asks for it', async () => {
    const { station, devices, campaign } = await prepare()
    const [device] = devices
    const stream = await streamOf(device)
    const size = 10_240
    const got: Buffer[] = []
    for (let offset = 0; offset < image.length; offset += size) {
      const { json, rest } = await device.block(stream, offset, size)
      const bytes = rest.subarray(0, -2)
      expect(json).toEqual({
        id: '1',
        code: 200,
        msg: 'success',
        data: {
          fileToken: 'default',
          fileLength: image.length,
          bSize: Math.min(size, image.length - offset),
          bOffset: offset,
        },
      })
      expect(bytes.length).toBe(json.data?.bSize)
      expect(rest.readUInt16LE(bytes.length)).toBe(crc16Arc(bytes))
      got.push(bytes)
    }
    expect(createHash('md5').update(Buffer.concat(got)).digest('hex')).toBe(
      createHash('md5').update(image).digest('hex'),
    )
    expect(await jobsOf(station, campaign.id)).toMatchObject([{ state: 'downloading' }, { state: 'notified' }])
    await device.publish('/ota/device/inform/a1pk/dev1', '{"id":"1","params":{"version":"2.0.0"}}')
    expect(await jobsOf(station, campaign.id)).toMatchObject([{ state: 'succeeded' }, { state: 'notified' }])
  })

  it('may be asked for in blocks of 128 KiB, without a token, and with numbers of any kind as id', async () => {
    const [device] = (await prepare()).devices
    const stream = await streamOf(device)
    const { json, rest } = await device.ask(
      `{"id":7,"params":{"fileInfo":{"streamId":"${stream}","fileId":1},"fileBlock":{"size":131072,"offset":0}}}`,
    )
    expect(json).toEqual({
      id: 7,
      code: 200,
      msg: 'success',
      data: { fileLength: image.length, bSize: image.length, bOffset: 0 },
    })
    expect(rest.subarray(0, -2).equals(image)).toBe(true)
  })

  it('refuses what cannot be, each with its code, and stands ready for the next request', async () => {
    const [device] = (await prepare()).devices
    const stream = await streamOf(device)
    const code = async (streamId: number, offset: number, size: number) => {
      const { json, rest } = await device.block(streamId, offset, size)
      expect(rest).toHaveLength(json.code === 200 ? Number(json.data?.bSize) + 2 : 0)
      return json.code
    }
    expect(await code(stream, 0, 0)).toBe(400)
    expect(await code(stream, 0, 131_073)).toBe(400)
    expect(await code(stream, -1, 256)).toBe(400)
    expect(await code(stream + 1000, 0, 256)).toBe(404)
    expect(await code(stream, image.length, 256)).toBe(416)
    expect(await code(stream, image.length - 1, 256)).toBe(200)
    const other = `{"id":"1","params":{"fileInfo":{"streamId":${stream},"fileId":2},"fileBlock":{"size":256,"offset":0}}}`
    expect((await device.ask(other)).json.code).toBe(404)
    expect((await device.ask('{"id":"9"}')).json).toMatchObject({ id: '9', code: 400 })
    expect(await code(stream, 0, 256)).toBe(200)
  })

  it("opens a device's file to that device alone", async () => {
    const [first, second] = (await prepare()).devices
    const stream = await streamOf(first)
    const other = await streamOf(second)
    expect(other).not.toBe(stream)
    expect((await second.block(stream, 0, 256)).json.code).toBe(404)
    expect((await second.block(other, 0, 256)).json.code).toBe(200)
  })

  it('ends when the upgrade is taken back', async () => {
    const { station, devices, campaign } = await prepare()
    const stream = await streamOf(devices[0])
    expect((await devices[0].block(stream, 0, 256)).json.code).toBe(200)
    await station.client.campaigns.cancel({ id: campaign.id })
    expect((await devices[0].block(stream, 256, 256)).json).toMatchObject({ id: '1', code: 410 })
  })

  it('is not to be had for an upgrade that was told with an address', async () => {
    const { station, product, devices, campaign } = await prepare()
    await station.client.campaigns.cancel({ id: campaign.id })
    const pack = await station.addPackage({ productId: product.id, name: 'gw 3', version: '3.0.0' })
    const byUrl = await station.client.campaigns.create({ packageId: pack.id, name: 'by url' })
    const [job] = await jobsOf(station, byUrl.id)
    expect((await devices[0].block(job?.id ?? 0, 0, 256)).json.code).toBe(404)
  })
})

describe('a campaign over MQTT', () => {
  it('is refused in words for several files and for one of more than 16 MB, and makes no job', async () => {
    const station = await startTestStation()
    const product = await station.client.products.create({ name: 'Gateway', protocol: 'sagoo' })
    await station.client.devices.create({ productId: product.id, name: 'dev1' })
    const form = new FormData()
    for (const [name, value] of Object.entries({ productId: product.id, name: 'two', version: '2.0.0' }))
      form.append(name, String(value))
    form.append('file', new File(['one'], 'one.bin'))
    form.append('file', new File(['two'], 'two.bin'))
    const { body: two } = await station.rest('POST', '/packages', form)
    const large = await station.addPackage({
      productId: product.id,
      name: 'large',
      version: '3.0.0',
      bytes: Buffer.alloc(16 * 1024 * 1024 + 1),
    })
    const exact = await station.addPackage({
      productId: product.id,
      name: 'exact',
      version: '4.0.0',
      bytes: Buffer.alloc(16 * 1024 * 1024),
    })
    const start = (packageId: unknown) =>
      station.rest('POST', '/campaigns', { packageId, name: 'c', protocol: 'mqtt' }, { 'Accept-Language': 'en' })
    expect(await start(two.id)).toMatchObject({ status: 422, body: { code: 'MQTT_DOWNLOAD_FILES' } })
    expect(await start(large.id)).toMatchObject({
      status: 422,
      body: {
        code: 'MQTT_DOWNLOAD_SIZE',
        message: 'MQTT download is limited to 16 MB; firmware.bin is larger. Select http or https.',
      },
    })
    expect((await station.client.campaigns.list({})).items).toEqual([])
    expect(await start(exact.id)).toMatchObject({ status: 200, body: { protocol: 'mqtt' } })
  })

  it('is refused in words where the protocol of the product has no downloads over MQTT', async () => {
    const station = await startTestStation()
    const { protocols } = await station.client.station.info()
    for (const protocol of protocols.filter((served) => served !== 'sagoo')) {
      const product = await station.client.products.create({ name: protocol, protocol })
      await station.client.devices.create({ productId: product.id, name: 'dev1' })
      const pack = await station.addPackage({ productId: product.id, name: protocol, version: '2.0.0' })
      await expect(
        station.client.campaigns.create({ packageId: pack.id, name: protocol, protocol: 'mqtt' }),
      ).rejects.toMatchObject({ code: 'MQTT_DOWNLOAD_UNKNOWN' })
    }
  })
})
