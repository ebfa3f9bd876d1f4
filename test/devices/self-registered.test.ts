import { createHmac } from 'node:crypto'
import mqtt from 'mqtt'
import pino from 'pino'
import { expect, it } from 'vitest'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'

const SECRET = 'product-secret'

/** Whether a device that knows only its product's secret gets in over MQTT. */
const getsIn = async (station: TestStation, name: string, secret = SECRET): Promise<boolean> => {
  try {
    const login = { clientId: name, username: `${name}&gw`, password: secret }
    const client = await mqtt.connectAsync(station.mqttUrl, { ...onceOnly, ...login }, false)
    await client.endAsync()
    return true
  } catch {
    return false
  }
}

const prepare = async (more: Partial<Parameters<typeof startTestStation>[0]> & object = {}, autoRegisterLimit = 2) => {
  const station = await startTestStation(more)
  const product = await station.client.products.create({
    name: 'Gateway',
    key: 'gw',
    protocol: 'sagoo',
    secret: SECRET,
    autoRegister: true,
    autoRegisterLimit,
  })
  return { station, product }
}

it('a product takes 10,000 devices by itself unless it says otherwise', async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'P', protocol: 'sagoo', autoRegister: true })
  expect(product.autoRegisterLimit).toBe(10_000)
  const changed = await station.rest('PATCH', `/products/${product.id}`, { autoRegisterLimit: 7 })
  expect(changed.body).toMatchObject({ autoRegisterLimit: 7 })
  expect((await station.rest('PATCH', `/products/${product.id}`, { autoRegisterLimit: -1 })).status).toBe(400)
})

it('of more than it may have none gets in, however fast the others came; each is shown with the reason, and let in by a person', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const { station, product } = await prepare({ logger })
  const tried = await Promise.all(['a', 'b', 'c', 'd'].map((name) => getsIn(station, name)))
  expect(tried.filter(Boolean)).toHaveLength(2)
  const { items: devices } = await station.client.devices.list({})
  expect(devices).toHaveLength(2)
  // Who is in stays in, with its product's secret.
  for (const { name } of devices) expect(await getsIn(station, name)).toBe(true)

  const { items: knocks } = await station.client.knocks.list({})
  expect(knocks.map(({ reason, productId }) => [reason, productId])).toEqual([
    ['register-limit', product.id],
    ['register-limit', product.id],
  ])
  expect(lines.filter((line) => line.includes('as many self-registered devices'))).toHaveLength(1)

  const [knock] = knocks
  await station.client.knocks.accept({ id: knock?.id ?? 0 })
  expect(await getsIn(station, knock?.deviceName ?? '')).toBe(true)
  await station.client.products.update({ id: product.id, autoRegisterLimit: 3 })
  expect(await getsIn(station, 'e')).toBe(true)
  expect(await getsIn(station, 'f')).toBe(false)
})

it('are told from those that a person registered, in lists, on the product and by filter', async () => {
  const { station, product } = await prepare()
  await station.client.devices.create({ productId: product.id, name: 'by-hand' })
  await station.client.devices.import({ productId: product.id, csv: 'by-list\n' })
  expect(await getsIn(station, 'by-itself')).toBe(true)
  const names = async (query: string) =>
    ((await station.rest('GET', `/devices?${query}`)).body.items as { name: string }[]).map(({ name }) => name)
  expect(await names('selfRegistered=true')).toEqual(['by-itself'])
  expect(await names('selfRegistered=false')).toEqual(['by-hand', 'by-list'])
  const { items } = await station.client.devices.list({})
  expect(items.map(({ name, selfRegistered }) => [name, selfRegistered])).toEqual([
    ['by-hand', false],
    ['by-list', false],
    ['by-itself', true],
  ])
  expect((await station.client.products.get({ id: product.id })).usage).toMatchObject({ devices: 3, selfRegistered: 1 })
})

it('are undone in one act by an engineer, and do not come back by themselves', async () => {
  const { station, product } = await prepare({}, 300)
  const kept = await station.client.devices.create({ productId: product.id, name: 'by-hand', secret: 'own' })
  const flood = Array.from({ length: 250 }, (_, at) => `d${at}`)
  for (let at = 0; at < flood.length; at += 25)
    await Promise.all(flood.slice(at, at + 25).map((name) => getsIn(station, name)))
  expect((await station.client.products.get({ id: product.id })).usage.selfRegistered).toBe(250)

  const { ticket } = await station.client.operator.setPin({ pin: '271828' })
  const path = `/products/${product.id}/self-registered`
  expect(await station.rest('DELETE', path)).toMatchObject({ status: 403, body: { code: 'ENGINEER_ONLY' } })
  const done = await station.rest('DELETE', path, undefined, { 'X-OTA-Bench-Engineer': ticket })
  expect(done).toMatchObject({ status: 200, body: { removed: 250 } })

  expect((await station.client.devices.list({})).items.map(({ id }) => id)).toEqual([kept.id])
  expect(await station.client.products.get({ id: product.id })).toMatchObject({
    autoRegister: false,
    usage: { devices: 1, selfRegistered: 0 },
  })
  expect(await getsIn(station, 'd1')).toBe(false)
  expect(await getsIn(station, 'by-hand', 'own')).toBe(true)
  const [entry] = (await station.client.audit.list({})).items
  expect(entry).toMatchObject({ action: 'products.removeSelfRegistered', subject: `Gateway #${product.id}` })
  expect(
    (await station.rest('DELETE', '/products/999/self-registered', undefined, { 'X-OTA-Bench-Engineer': ticket }))
      .status,
  ).toBe(404)
})

it('of a protocol over HTTP are bounded by the same number', async () => {
  const station = await startTestStation()
  const secret = 'KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw='
  await station.client.products.create({
    name: 'Meter',
    key: '123123',
    protocol: 'onenet',
    secret,
    autoRegister: true,
    autoRegisterLimit: 1,
  })
  const sign = createHmac('sha1', Buffer.from(secret, 'base64'))
    .update('4102444800\nsha1\nproducts/123123\n2018-10-31')
    .digest('base64')
  const token = `version=2018-10-31&res=products%2F123123&et=4102444800&method=sha1&sign=${encodeURIComponent(sign)}`
  const report = async (name: string): Promise<unknown> => {
    const response = await fetch(`${station.ready.http}/ota/device/version?dev_id=${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      body: '{"f_version":"1.0","s_version":"2.0"}',
    })
    return response.json()
  }
  expect(await report('meter1')).toMatchObject({ errno: 0 })
  expect(await report('meter2')).not.toMatchObject({ errno: 0 })
  expect(await report('meter1')).toMatchObject({ errno: 0 })
  expect((await station.client.knocks.list({})).items).toMatchObject([
    { deviceName: 'meter2', reason: 'register-limit' },
  ])
})
