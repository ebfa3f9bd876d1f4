import { expect, it } from 'vitest'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const prepare = async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  const { id, secret } = await station.client.devices.create({ productId: product.id, name: 'dev1' })
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2.0.0', version: '2.0.0' })
  const connect = () => connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name: 'dev1', secret })
  const messages = async (after = 0) => (await station.client.devices.messages({ id, after })).items
  return { station, id, secret, pack, connect, messages }
}

it('tells an upgrade step by step, both ways, with what was understood and what the device confirmed', async () => {
  const { station, pack, secret, connect, messages } = await prepare()
  const device = await connect()
  await device.listen()
  await device.inform('1.0.0')
  await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
  const { data } = await device.notice()
  await fetch(data.url)
  await device.progress(50, 'halfway')
  await device.progress(-2, 'no space')
  await device.mqtt.publishAsync('/ota/device/inform/gw/dev1', '{"id":"1"}', { qos: 1 })
  await device.leave()
  const items = await until(messages, (all) => all.at(-1)?.kind === 'left' && all[3]?.acknowledged === true)
  expect(items.map(({ direction, kind, refused }) => `${direction} ${kind}${refused ? ' ✕' : ''}`)).toEqual([
    'in login',
    'in listening',
    'in version',
    'out notice',
    'in download',
    'in progress',
    'in failure',
    'in other ✕',
    'in left',
  ])
  expect(items[0]?.text).toContain('username: dev1&gw')
  expect(items[2]).toMatchObject({
    channel: '/ota/device/inform/gw/dev1',
    text: '{"id":"123","params":{"version":"1.0.0"}}',
    detail: 'default · 1.0.0',
    qos: 1,
  })
  expect(items[3]).toMatchObject({ channel: '/ota/device/upgrade/gw/dev1', qos: 1, acknowledged: true })
  expect(items[4]?.detail).toContain('200 · 4096 B')
  expect(items[5]?.detail).toBe('50% · halfway')
  expect(items[6]?.detail).toBe('DOWNLOAD_FAILED · no space')
  const token = new URL(data.url).pathname.split('/')[2] ?? ''
  const told = JSON.stringify(items)
  expect(told).not.toContain(token)
  expect(told).not.toContain(secret)
})

it('shows what a device sends to the wrong place', async () => {
  const { connect, messages } = await prepare()
  const device = await connect()
  await device.mqtt.publishAsync('/ota/device/inform/gw/other', '{}', { qos: 1 })
  await device.mqtt.publishAsync('/sys/gw/dev1/thing/event/property/post', '{"t":1}', { qos: 1 })
  await device.mqtt.publishAsync('/sys/gw/dev1/thing/event/property/post', '{"t":2}', { qos: 1 })
  await expect(device.mqtt.subscribeAsync('/ota/device/upgrade/gw/other')).rejects.toThrow()
  expect((await messages()).slice(1)).toMatchObject([
    { channel: '/ota/device/inform/gw/other', refused: 'publish outside its own topics' },
    { channel: '/sys/gw/dev1/thing/event/property/post', refused: null, text: '{"t":2}', times: 2 },
    { channel: '/ota/device/upgrade/gw/other', refused: 'subscription outside its own topics' },
  ])
})

it('shows a download that ranges, an address that is used after a cancellation, and one that breaks off', async () => {
  const { station, pack, connect, messages } = await prepare()
  const device = await connect()
  await device.listen()
  await device.inform('1.0.0')
  const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
  const { url } = (await device.notice()).data
  await (await fetch(url, { headers: { Range: 'bytes=0-9' } })).arrayBuffer()
  await (await fetch(url, { headers: { Range: 'bytes=10-19' } })).arrayBuffer()
  const download = async () => (await messages()).find(({ kind }) => kind === 'download')
  expect(await until(download, (found) => found?.times === 2)).toMatchObject({
    detail: '127.0.0.1 · bytes=10-19 · 206 · 10 B',
    refused: null,
  })
  await station.client.campaigns.cancel({ id: campaign.id })
  await fetch(url)
  const refused = async () => (await messages()).filter(({ kind }) => kind === 'download').at(-1)?.refused
  expect(await until(refused, (reason) => reason !== null)).toBe('answered with 410')
})

it('answers only what is new after a revision, and 404 for a device that is not there', async () => {
  const { station, id, connect, messages } = await prepare()
  const device = await connect()
  const before = await messages()
  await device.inform('1.0.0')
  expect(await messages(before.at(-1)?.revision)).toMatchObject([{ kind: 'version' }])
  const rest = await station.rest('GET', `/devices/${id}/messages?limit=1`)
  expect(rest.body).toMatchObject({ items: [{ kind: 'version' }], nextCursor: null })
  expect(await station.rest('GET', '/devices/999/messages')).toMatchObject({ status: 404 })
})
