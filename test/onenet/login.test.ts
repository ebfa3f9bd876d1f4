import mqtt from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { authorize, DEVICE_KEY, KEY, prepareOneNet } from '../helpers/onenet.ts'
import { until } from '../helpers/until.ts'

const connect = (
  url: string,
  password: string,
  { clientId = '32981907', username = '33704' } = {},
  protocolVersion: 4 | 5 = 4,
) => {
  const client = mqtt.connect(url, { clientId, username, password, protocolVersion, ...onceOnly })
  onTestFinished(() => void client.end(true))
  return new Promise<typeof client>((resolve, reject) => {
    client.once('connect', () => resolve(client)).once('error', reject)
  })
}

describe('a OneNET device’s MQTT login', () => {
  it.each([
    ['over the device', authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY, encoded: true })],
    ['over the device, raw', authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY, method: 'md5' })],
    ['over the product', authorize({ res: 'products/33704', method: 'sha256', encoded: true })],
  ])('is taken with a token %s; the device is online and keeps to its own topics', async (_, password) => {
    const { station } = await prepareOneNet({ devices: ['32981907', 'other'] })
    const client = await connect(station.mqttUrl, password)
    const granted = await client.subscribeAsync([
      '$sys/33704/32981907/thing/property/post/reply',
      '$sys/33704/32981907/#',
    ])
    expect(granted.map(({ qos }) => qos)).toEqual([0, 0])
    await client.publishAsync('$sys/33704/32981907/thing/property/post', '{"id":"1"}', { qos: 1 })
    expect(client.connected).toBe(true)
    await expect(client.subscribeAsync('$sys/33704/other/thing/property/set')).rejects.toThrow()
    const online = await until(
      async () => (await station.client.devices.list({ online: true })).items,
      (items) => items.length === 1,
    )
    expect(online[0]?.name).toBe('32981907')
  })

  it('is taken by MQTT 5 too', async () => {
    const { station } = await prepareOneNet({ devices: ['32981907'] })
    const password = authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY, encoded: true })
    const client = await connect(station.mqttUrl, password, {}, 5)
    await client.publishAsync('$sys/33704/32981907/thing/property/post', '{"id":"1"}', { qos: 1 })
    expect(client.connected).toBe(true)
  })

  it.each([
    ['a token that has expired', authorize({ res: 'products/33704', et: 1_537_255_523 })],
    ['another device’s token', authorize({ res: 'products/33704/devices/other', key: DEVICE_KEY })],
    ['another product’s token', authorize({ res: 'products/33705' })],
    ['a token signed with another key', authorize({ res: 'products/33704', key: DEVICE_KEY })],
    ['an account’s token', authorize({ res: 'userid/1', version: '2022-05-01' })],
    ['the key itself', KEY],
    ['nothing', ''],
  ])('is refused with %s', async (_, password) => {
    const { station } = await prepareOneNet({ devices: ['32981907', 'other'] })
    await expect(connect(station.mqttUrl, password)).rejects.toMatchObject({ code: 4 })
  })

  it('makes an unknown device with a token over the product, only where the product allows it', async () => {
    const password = authorize({ res: 'products/33704' })
    const closed = await prepareOneNet()
    await expect(connect(closed.station.mqttUrl, password, { clientId: 'new-one' })).rejects.toMatchObject({ code: 4 })
    const open = await prepareOneNet({ autoRegister: true })
    await connect(open.station.mqttUrl, password, { clientId: 'new-one' })
    expect((await open.station.client.devices.list({ q: 'new-one' })).items).toHaveLength(1)
  })
})
