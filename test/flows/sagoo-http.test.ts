import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectCompact } from '../helpers/compact.ts'
import { startTestStation } from '../helpers/station.ts'

const image = Buffer.from(Array.from({ length: 30_000 }, (_, n) => (n * 31 + (n >> 8)) & 0xff))
const md5 = createHash('md5').update(image).digest('hex')
const API = '/base-api/openapi/v1'

const signed = (ak: string, sk: string, time = '1700000000'): Record<string, string> => ({
  ak,
  time,
  appId: 'app1',
  sign: createHmac('sha256', sk).update(`ak=${ak}&time=${time}`).digest('hex'),
})

/** A station with a product, one device of it, and a package 2.0.0 of one file. */
const prepare = async (input: { autoRegister?: boolean } = {}) => {
  const station = await startTestStation()
  const product = await station.client.products.create({
    name: 'Gateway',
    key: 'a1pk',
    secret: 'product-secret',
    protocol: 'sagoo',
    ...input,
  })
  const device = await station.client.devices.create({ productId: product.id, name: 'dev1' })
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2.0.0', version: '2.0.0', bytes: image })
  const base = String(station.ready.http)
  const send = async (method: string, path: string, query: Record<string, string>, body?: string) => {
    const response = await fetch(`${base}${API}${path}?${new URLSearchParams(query)}`, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
    })
    const text = await response.text()
    expectCompact(Buffer.from(text))
    return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> }
  }
  const auth = signed('a1pk', 'product-secret')
  const ask = (query: Record<string, string>) => send('GET', '/ota/get_ota_info', { ...auth, ...query })
  const tell = (params: object) => send('POST', '/ota/write_ota_info', auth, JSON.stringify({ params }))
  const jobOf = async (campaignId: number) => (await station.client.campaigns.jobs({ id: campaignId })).items[0]
  return { station, product, device, pack, send, auth, ask, tell, jobOf, base }
}

describe('a device that asks over HTTP', () => {
  it('is told its upgrade in the members of the document, fetches it, and proves it by asking again', async () => {
    const { station, pack, ask, tell, jobOf } = await prepare()
    expect((await ask({ deviceKey: 'dev1', version: '1.0.0', module: '' })).text).toBe(
      '{"code":0,"message":"","data":{}}',
    )
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const { body } = await ask({ deviceKey: 'dev1', version: '1.0.0', module: 'default' })
    const { data } = body as { data: Record<string, unknown> }
    expect(Object.keys(data)).toEqual(['url', 'version', 'module', 'sign', 'signMethod', 'extData'])
    expect(data).toMatchObject({
      version: '2.0.0',
      module: 'default',
      sign: md5,
      signMethod: 'md5',
      extData: { strategy: campaign.id },
    })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'notified', fromVersion: '1.0.0', online: true })
    const got = Buffer.from(await (await fetch(String(data.url))).arrayBuffer())
    expect(got.equals(image)).toBe(true)
    expect((await tell({ deviceKey: 'dev1', step: '40', strategy: String(campaign.id) })).text).toBe(
      '{"code":0,"message":""}',
    )
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'downloading', progress: 40 })
    await tell({ deviceKey: 'dev1', step: 100, strategy: campaign.id, desc: 'written' })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'installing', description: 'written' })
    expect((await ask({ deviceKey: 'dev1' })).text).toBe('{"code":0,"message":"","data":{}}')
    await ask({ deviceKey: 'dev1', version: '2.0.0' })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'succeeded' })
  })

  it('that asks from its old version while it burns is borne with, and is not offered the image again', async () => {
    const { station, pack, ask, tell, jobOf } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const old = { deviceKey: 'dev1', version: '1.0.0', module: 'default' }
    expect((await ask(old)).body.data).toMatchObject({ version: '2.0.0' })
    await tell({ deviceKey: 'dev1', step: 100, strategy: String(campaign.id) })
    for (let poll = 0; poll < 3; poll++) expect((await ask(old)).text).toBe('{"code":0,"message":"","data":{}}')
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'installing', fromVersion: '1.0.0', errorCode: null })
    expect((await jobOf(campaign.id))?.patienceUntil).not.toBeNull()
    await ask({ ...old, version: '2.0.0' })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'succeeded' })
  })

  it('and names a module of its own in what it reports is heard by its campaign, or as its only upgrade', async () => {
    const { station, pack, ask, tell, jobOf, device } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await ask({ deviceKey: 'dev1', version: '1.0.0' })
    await tell({ deviceKey: 'dev1', strategy: campaign.id, step: 1, desc: '', module: '电表升级包' })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'downloading', progress: 1 })
    await tell({ deviceKey: 'dev1', step: '30', module: '电表升级包' })
    expect(await jobOf(campaign.id)).toMatchObject({ progress: 30 })
    const { items } = await station.client.devices.messages({ id: device.id })
    expect(items.map(({ detail }) => detail)).toContain('电表升级包 → default · 30%')
  })

  it.each([
    ['-1', 'UPGRADE_FAILED'],
    ['-2', 'DOWNLOAD_FAILED'],
    ['-3', 'VERIFICATION_FAILED'],
    [-4, 'BURNING_FAILED'],
  ])('fails by step %j with its reason', async (step, errorCode) => {
    const { station, pack, ask, tell, jobOf } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await ask({ deviceKey: 'dev1', version: '1.0.0' })
    await tell({ deviceKey: 'dev1', step, strategy: campaign.id + 1 })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'notified' })
    await tell({ deviceKey: 'dev1', step, strategy: '' })
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'failed', errorCode })
  })

  it('is told nothing new while its campaign is paused', async () => {
    const { station, pack, ask } = await prepare()
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    await station.client.campaigns.pause({ id: campaign.id })
    expect((await ask({ deviceKey: 'dev1' })).body.data).toEqual({})
    await station.client.campaigns.resume({ id: campaign.id })
    expect((await ask({ deviceKey: 'dev1' })).body.data).toMatchObject({ version: '2.0.0' })
  })

  it('is made when it is unknown, where its product registers by itself, and refused where not', async () => {
    const strict = await prepare()
    expect(await strict.ask({ deviceKey: 'dev2', version: '1.0.0' })).toMatchObject({
      status: 404,
      body: { code: 404 },
    })
    const open = await prepare({ autoRegister: true })
    expect(await open.ask({ deviceKey: 'dev2', version: '1.0.0' })).toMatchObject({ status: 200 })
    const { items } = await open.station.client.devices.list({ productId: open.product.id })
    expect(items).toMatchObject([
      { name: 'dev1' },
      { name: 'dev2', modules: [{ module: 'default', version: '1.0.0' }] },
    ])
  })
})

describe('an application that asks for a device', () => {
  it('is told all its upgrades with their sizes, and moves none of them', async () => {
    const { station, pack, send, auth, jobOf } = await prepare()
    const north = () => send('GET', '/north/get_ota_info', { ...auth, deviceKey: 'dev1' })
    expect((await north()).text).toBe('{"code":0,"message":"","data":[]}')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', tags: { line: '7' } })
    const { data } = (await north()).body as { data: Record<string, unknown>[] }
    expect(data).toHaveLength(1)
    expect(Object.keys(data[0] ?? {})).toEqual(['url', 'version', 'module', 'sign', 'signMethod', 'size', 'extData'])
    expect(data[0]).toMatchObject({ size: image.length, extData: { line: '7', strategy: campaign.id } })
    expect((await fetch(String(data[0]?.url), { method: 'HEAD' })).status).toBe(200)
    expect(await jobOf(campaign.id)).toMatchObject({ state: 'pending' })
  })
})

describe('a call over HTTP', () => {
  it('is signed with the key and the secret of the product, in either case of letters, and refused otherwise', async () => {
    const { send, auth } = await prepare()
    const status = async (query: Record<string, string>) =>
      (await send('GET', '/ota/get_ota_info', { deviceKey: 'dev1', ...query })).status
    expect(await status(auth)).toBe(200)
    expect(await status({ ...auth, sign: String(auth.sign).toUpperCase() })).toBe(200)
    expect(await status({ ...auth, time: '1700000001' })).toBe(401)
    expect(await status(signed('a1pk', 'another'))).toBe(401)
    expect(await status(signed('other', 'product-secret'))).toBe(401)
    expect(await status({ ...auth, sign: '' })).toBe(401)
    expect(await status({})).toBe(401)
  })

  it('does not open the devices of one product to the secret of another', async () => {
    const { station, send } = await prepare()
    await station.client.products.create({ name: 'Other', key: 'other', secret: 'other-secret', protocol: 'sagoo' })
    const query = { ...signed('other', 'other-secret'), deviceKey: 'dev1' }
    expect((await send('GET', '/ota/get_ota_info', query)).status).toBe(404)
    expect((await send('GET', '/north/get_ota_info', query)).status).toBe(404)
  })

  it('that is refused shows who knocks, and one click lets the device in', async () => {
    const { station, product, ask, send } = await prepare()
    await ask({ deviceKey: 'dev2', version: '1.0.0' })
    await send('GET', '/ota/get_ota_info', { ...signed('a1pk', 'another'), deviceKey: 'dev1' })
    const body = JSON.stringify({ params: { deviceKey: 'dev3', step: 1 } })
    await send('POST', '/ota/write_ota_info', signed('nowhere', 'x'), body)
    const { items } = await station.client.knocks.list({})
    expect(items).toHaveLength(3)
    const of = (deviceName: string) => items.find((knock) => knock.deviceName === deviceName)
    expect(of('dev1')).toMatchObject({ reason: 'wrong-secret', productKey: 'a1pk', protocols: ['sagoo'] })
    expect(of('dev2')).toMatchObject({ reason: 'unknown-device', productId: product.id })
    expect(of('dev3')).toMatchObject({ reason: 'unknown-product', productKey: 'nowhere' })
    await station.client.knocks.accept({ id: of('dev2')?.id ?? 0 })
    expect(await ask({ deviceKey: 'dev2', version: '1.0.0' })).toMatchObject({ status: 200 })
  })

  it('that cannot be understood is answered in words', async () => {
    const { send, auth, tell } = await prepare()
    expect(await send('GET', '/ota/get_ota_info', auth)).toMatchObject({ status: 400, body: { code: 400 } })
    expect(await send('POST', '/ota/write_ota_info', auth, 'hello')).toMatchObject({ status: 400 })
    expect(await tell({ deviceKey: 'dev1' })).toMatchObject({ status: 400 })
    expect(await send('DELETE', '/ota/get_ota_info', auth)).toMatchObject({ status: 405, body: { code: 405 } })
  })

  it('never brings the station down, whatever it holds', async () => {
    const { send, auth } = await prepare()
    const Text = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed())
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('deviceKey', 'version', 'module', 'ak', 'time', '__proto__'),
        Text,
        Text,
        async (name, value, body) => {
          const query = { ...auth, deviceKey: 'dev1', [name]: value }
          expect((await send('GET', '/ota/get_ota_info', query)).status).not.toBe(500)
          expect((await send('POST', '/ota/write_ota_info', auth, body)).status).not.toBe(500)
        },
      ),
      { numRuns: 60 },
    )
  })
})
