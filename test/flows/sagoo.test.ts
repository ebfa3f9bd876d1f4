import { createHash } from 'node:crypto'
import mqtt from 'mqtt'
import { describe, expect, it } from 'vitest'
import { connectDevice } from '../helpers/device.ts'
import { connectLinkSdk } from '../helpers/linksdk.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'

const image = Buffer.from(Array.from({ length: 30_000 }, (_, n) => (n * 31 + (n >> 8)) & 0xff))
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** A station with a product, one device of it and a package 2.0.0. */
const prepare = async (input: { plainLogin?: boolean } = {}) => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Gateway', key: 'a1pk', protocol: 'sagoo', ...input })
  const device = await station.client.devices.create({
    productId: product.id,
    name: 'dev1',
    secret: '0123456789abcdef',
  })
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2.0.0', version: '2.0.0', bytes: image })
  const login = { mqttUrl: station.mqttUrl, productKey: 'a1pk', name: 'dev1', secret: device.secret }
  return { station, product, device, pack, login }
}

const onlyJob = async (station: TestStation, campaignId: number) => {
  const [job] = (await station.client.campaigns.jobs({ id: campaignId })).items
  if (!job) throw new Error('no job')
  return job
}

const inform = '/ota/device/inform/a1pk/dev1'
const progress = '/ota/device/progress/a1pk/dev1'
const upgrade = '/ota/device/upgrade/a1pk/dev1'
const get = '/sys/a1pk/dev1/thing/ota/firmware/get'

describe('a device that logs in as LinkSDK does', () => {
  it('is told of its upgrade without a SUBSCRIBE, and upgrades', async () => {
    const { station, pack, login } = await prepare()
    const device = await connectLinkSdk(login)
    await device.publish(inform, '{"id":"1","params":{"version":"1.0.0"}}')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const { data } = await device.notice()
    expect(data).toMatchObject({ version: '2.0.0', signMethod: 'Md5', md5: md5(image), sign: md5(image) })
    expect(data.extData).toEqual({ strategy: campaign.id })
    expect(md5(Buffer.from(await (await fetch(data.url)).arrayBuffer()))).toBe(data.sign)
    // LinkSDK begins at 0 and names no module.
    for (const step of [0, 35, 100]) await device.publish(progress, `{"id":"2", "params":{"step":"${step}","desc":""}}`)
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'installing', progress: 100 })
    await device.publish(inform, '{"id":"3","params":{"version":"2.0.0"}}')
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'succeeded' })
    expect(device.subscribed).toEqual([])
  })

  it('is told when it connects of what waited for it', async () => {
    const { station, pack, login } = await prepare()
    await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const device = await connectLinkSdk(login)
    expect((await device.notice()).data.version).toBe('2.0.0')
  })

  it('is answered when it asks, in its own few words and without a SUBSCRIBE', async () => {
    const { station, pack, login } = await prepare()
    const device = await connectLinkSdk(login)
    await device.publish(get, '{"id":2, "params":{}}')
    expect(String(await device.next(`${get}_reply`))).toBe('{"id":2,"code":200,"data":{}}')
    await station.client.campaigns.create({ packageId: pack.id, name: 'all', push: false })
    await device.publish(get, '{"id":3, "params":{}}')
    expect(JSON.parse(String(await device.next(`${get}_reply`)))).toMatchObject({
      id: 3,
      code: 200,
      data: { version: '2.0.0', size: image.length },
    })
    expect(device.waiting(upgrade)).toBe(0)
  })
})

describe('a device of iotkit-embedded 3.x', () => {
  const unfilled = '{"id":0,"params":{"version":"app-1.0.0-20180101.1000"}}'

  it('does not fail its upgrade by the placeholder version it reports at every connect', async () => {
    const { station, pack, login } = await prepare()
    const before = await connectDevice(login)
    await before.listen()
    await before.mqtt.publishAsync(inform, unfilled, { qos: 1 })
    await before.inform('1.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await before.notice()
    await before.progress(50)
    await before.leave()

    const again = await connectDevice(login)
    await again.listen()
    await again.mqtt.publishAsync(inform, unfilled, { qos: 1 })
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'downloading', fromVersion: '1.0.0' })
    await again.inform('1.0.0')
    await again.notice()
    await again.progress(100)
    await again.leave()

    const rebooted = await connectDevice(login)
    await rebooted.mqtt.publishAsync(inform, unfilled, { qos: 1 })
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'installing' })
    await rebooted.inform('2.0.0')
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'succeeded' })
  })

  it('is answered with a notice on the topic on which it asks, and with no address when there is nothing', async () => {
    const { station, pack, login } = await prepare()
    const request = '/ota/device/request/a1pk/dev1'
    const client = await mqtt.connectAsync(
      login.mqttUrl,
      { username: 'dev1&a1pk', password: login.secret, clientId: 'iotkit', ...onceOnly },
      false,
    )
    const answers: string[] = []
    const takers: ((text: string) => void)[] = []
    client.on('message', (topic, payload) => {
      answers.push(topic)
      takers.shift()?.(payload.toString())
    })
    const ask = async (id: number): Promise<string> => {
      const answer = new Promise<string>((resolve) => takers.push(resolve))
      await client.publishAsync(request, `{"id":${id},"params":{"version":"1.0.0"}}`, { qos: 1 })
      return answer
    }
    expect(await client.subscribeAsync(request, { qos: 0 })).toMatchObject([{ qos: 0 }])
    expect(await ask(1)).toBe('{"id":1,"code":200,"data":{}}')
    await station.client.campaigns.create({ packageId: pack.id, name: 'all', push: false })
    const { data } = JSON.parse(await ask(2)) as { data: Record<string, unknown> }
    expect(data).toMatchObject({ md5: md5(image), size: image.length, version: '2.0.0', url: expect.any(String) })
    expect(new Set(answers)).toEqual(new Set([request]))
    await client.endAsync()
  })
})

describe('reports that name a campaign', () => {
  it('move the job of that campaign, whichever way the number is written', async () => {
    const { station, pack, login } = await prepare()
    const device = await connectLinkSdk(login)
    await device.publish(inform, '{"id":"1","params":{"version":"1.0.0"}}')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await device.notice()
    await device.publish(
      progress,
      `{"id":"2","params":{"strategy":${campaign.id},"step":10,"desc":"","module":"default"}}`,
    )
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'downloading', progress: 10 })
    await device.publish(progress, `{"id":"2","params":{"strategy":"${campaign.id}","step":"20"}}`)
    expect(await onlyJob(station, campaign.id)).toMatchObject({ progress: 20 })
  })

  it('leave the job of another campaign as it is', async () => {
    const { station, pack, login } = await prepare()
    const device = await connectLinkSdk(login)
    await device.publish(inform, '{"id":"1","params":{"version":"1.0.0"}}')
    const first = await station.client.campaigns.create({ packageId: pack.id, name: 'first' })
    await device.notice()
    await station.client.campaigns.cancel({ id: first.id })
    const second = await station.client.campaigns.create({ packageId: pack.id, name: 'second' })
    await device.notice()
    // The device gives up what it was told first, which is none of the second's business.
    await device.publish(progress, `{"id":"2","params":{"strategy":${first.id},"step":-1,"desc":"taken back"}}`)
    await device.publish(progress, `{"id":"2","params":{"strategy":${first.id},"step":100}}`)
    expect(await onlyJob(station, second.id)).toMatchObject({ progress: 0, errorCode: null })
    await device.publish(progress, `{"id":"2","params":{"strategy":${second.id},"step":-2}}`)
    expect(await onlyJob(station, second.id)).toMatchObject({ state: 'failed', errorCode: 'DOWNLOAD_FAILED' })
  })
})

describe('a product that takes signed logins alone', () => {
  it('refuses the secret as it is, and lets the signature of the same secret in', async () => {
    const { station, product, login } = await prepare({ plainLogin: false })
    await expect(connectDevice(login)).rejects.toMatchObject({ code: 4 })
    const signed = await connectLinkSdk(login)
    expect(signed.mqtt.connected).toBe(true)
    await station.client.products.update({ id: product.id, plainLogin: true })
    const plain = await connectDevice(login)
    expect(plain.mqtt.connected).toBe(true)
  })
})

describe('a package of several files', () => {
  const parts = { 'app.bin': image, 'fs.bin': Buffer.alloc(5000, 9), 'boot.bin': Buffer.alloc(700, 1) }
  const formOf = (fields: Record<string, string>, files: Record<string, Uint8Array> = parts): FormData => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    for (const [name, bytes] of Object.entries(files)) form.append('file', new File([new Uint8Array(bytes)], name))
    return form
  }
  const fieldsOf = (productId: number) => ({ productId: String(productId), name: 'three', version: '3.0.0' })

  it('is told as a list with an address each, and each address serves its file', async () => {
    const { station, product, login } = await prepare()
    const { status, body } = await station.rest('POST', '/packages', formOf(fieldsOf(product.id)))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      sign: '',
      size: 35_700,
      files: [{ name: 'app.bin' }, { name: 'fs.bin' }, { name: 'boot.bin' }],
    })
    const device = await connectLinkSdk(login)
    await device.publish(inform, '{"id":"1","params":{"version":"1.0.0"}}')
    const campaign = await station.client.campaigns.create({ packageId: Number(body.id), name: 'all' })
    const { data } = await device.notice()
    expect(Object.keys(data)).toEqual(['version', 'signMethod', 'extData', 'files'])
    const { files = [] } = data as {
      files?: { fileName: string; fileUrl: string; fileSize: number; fileSign: string; fileMd5: string }[]
    }
    expect(files.map((file) => file.fileName)).toEqual(Object.keys(parts))
    for (const file of files) {
      const got = Buffer.from(await (await fetch(file.fileUrl)).arrayBuffer())
      expect([got.length, md5(got), md5(got)]).toEqual([file.fileSize, file.fileSign, file.fileMd5])
    }
    await device.publish(inform, '{"id":"1","params":{"version":"3.0.0"}}')
    expect(await onlyJob(station, campaign.id)).toMatchObject({ state: 'succeeded', artifactSize: 35_700 })
  })

  it('is refused in words where the protocol knows one file a package, and nothing of it stays', async () => {
    const station = await startTestStation()
    const { items } = await station.client.products.list({})
    expect(items).toEqual([])
    const { protocols } = await station.client.station.info()
    for (const protocol of protocols.filter((served) => served !== 'sagoo')) {
      const product = await station.client.products.create({ name: protocol, protocol })
      const refused = await station.rest('POST', '/packages', formOf(fieldsOf(product.id)), { 'Accept-Language': 'en' })
      expect(refused).toMatchObject({
        status: 422,
        body: { code: 'SEVERAL_FILES', message: expect.stringMatching(/one file/) },
      })
    }
    expect((await station.client.packages.list({})).items).toEqual([])
  })

  it('is refused when two of its files have one name, as they are asked for by it', async () => {
    const { station, product } = await prepare()
    const form = formOf(fieldsOf(product.id))
    form.append('file', new File(['other'], 'app.bin'))
    expect(await station.rest('POST', '/packages', form)).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', data: { field: 'file', value: 'app.bin' } },
    })
  })
})
