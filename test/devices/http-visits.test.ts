import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { startTestStation } from '../helpers/station.ts'

const PRODUCT_KEY = 'KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw='

/** OneNET's token (docs/protocols/onenet.md §2). */
const authorization = (resource: string, key: string, expires = 4102444800): string => {
  const sign = createHmac('sha1', Buffer.from(key, 'base64'))
    .update(`${expires}\nsha1\n${resource}\n2018-10-31`)
    .digest('base64')
  return `version=2018-10-31&res=${encodeURIComponent(resource)}&et=${expires}&method=sha1&sign=${encodeURIComponent(sign)}`
}

const prepare = async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({
    name: 'Meter',
    key: '123123',
    protocol: 'onenet',
    secret: PRODUCT_KEY,
  })
  const report = async (name: string, token: string): Promise<unknown> => {
    const response = await fetch(`${station.ready.http}/ota/device/version?dev_id=${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      body: '{"f_version":"1.0","s_version":"2.0"}',
    })
    return response.json()
  }
  const knocks = async () => (await station.client.knocks.list({})).items
  return { station, product, report, knocks }
}

it('a device of HTTP that is not registered knocks; by one click it is let in, as it proved its product’s key', async () => {
  const { station, report, knocks } = await prepare()
  const token = authorization('products/123123', PRODUCT_KEY)
  expect(await report('meter1', token)).not.toMatchObject({ errno: 0 })
  const [knock] = await knocks()
  expect(knock).toMatchObject({
    protocols: ['onenet'],
    productKey: '123123',
    deviceName: 'meter1',
    reason: 'unknown-device',
    secret: 'none',
    address: '127.0.0.1',
  })
  await station.client.knocks.accept({ id: knock?.id ?? 0 })
  expect(await report('meter1', token)).toMatchObject({ errno: 0 })
  expect(await knocks()).toEqual([])
})

it('its requests and our answers stand in its protocol log, without tokens and signatures', async () => {
  const { station, product, report, knocks } = await prepare()
  const { id } = await station.client.devices.create({ productId: product.id, name: 'meter1' })
  const token = authorization('products/123123', PRODUCT_KEY)
  await report('meter1', token)
  await report('meter1', authorization('products/123123', 'AAAA'))
  await report('meter1', authorization('products/123123', PRODUCT_KEY, 1))
  const { items } = await station.client.devices.messages({ id })
  expect(items).toMatchObject([
    {
      direction: 'in',
      channel: 'POST /ota/device/version?dev_id=meter1',
      kind: 'version',
      text: '{"f_version":"1.0","s_version":"2.0"}',
      refused: null,
    },
    { direction: 'out', kind: 'answer', text: expect.stringContaining('"errno":0') },
    { direction: 'in', refused: expect.stringContaining('not signed'), times: 1 },
    { direction: 'in', refused: expect.stringContaining('expired'), times: 1 },
    { direction: 'out', kind: 'answer', text: expect.stringContaining('"errno":1'), times: 2 },
  ])
  expect(JSON.stringify(items)).not.toContain('sign=')
  expect(await knocks()).toMatchObject([{ reason: 'token-expired', deviceId: id, count: 2 }])
})
