import { createHmac } from 'node:crypto'
import mqtt from 'mqtt'
import { describe, expect, it } from 'vitest'
import type { LiveEvent, RejectedLogin } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

/** The CONNACK code a login is answered with. */
const connack = async (
  station: TestStation,
  login: { username: string; password?: string; clientId?: string },
): Promise<number> => {
  try {
    const client = await mqtt.connectAsync(station.mqttUrl, { clientId: 'c', ...onceOnly, ...login }, false)
    await client.endAsync()
    return 0
  } catch (error) {
    return (error as { code: number }).code
  }
}

/** A login signed as LinkSDK does (docs/protocols/README.md §4.3). */
const signed = (name: string, key: string, secret: string) => ({
  clientId: `c|securemode=3,signmethod=hmacsha256|`,
  username: `${name}&${key}`,
  password: createHmac('sha256', secret).update(`clientIdcdeviceName${name}productKey${key}`).digest('hex'),
})

const knocksOf = async (station: TestStation): Promise<RejectedLogin[]> => (await station.client.knocks.list({})).items
const only = async (station: TestStation): Promise<RejectedLogin> => {
  const [knock, ...more] = await knocksOf(station)
  if (!knock || more.length > 0) throw new Error(`${more.length + 1} knocks`)
  return knock
}

const prepare = async (options: { plainLogin?: boolean } = {}) => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo', ...options })
  return { station, product }
}

describe('a device nobody registered', () => {
  it('is refused, shown once with how often it tried, and by one click gets in with the secret it presents', async () => {
    const { station } = await prepare()
    expect(await connack(station, { username: 'dev1&gw', password: 'hunter2' })).toBe(4)
    expect(await connack(station, { username: 'dev1&gw', password: 'hunter2' })).toBe(4)
    const knock = await only(station)
    expect(knock).toMatchObject({
      protocols: ['sagoo'],
      productKey: 'gw',
      deviceName: 'dev1',
      address: '127.0.0.1',
      reason: 'unknown-device',
      secret: 'presented',
      count: 2,
    })
    const device = await station.client.knocks.accept({ id: knock.id })
    expect(device).toMatchObject({ name: 'dev1', secret: 'hunter2' })
    expect(await knocksOf(station)).toEqual([])
    await connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name: 'dev1', secret: 'hunter2' })
  })

  it('that signs its login needs its secret to be given, and is told so', async () => {
    const { station } = await prepare()
    expect(await connack(station, signed('dev1', 'gw', 'hunter2'))).toBe(4)
    const { id, secret } = await only(station)
    expect(secret).toBe('signed')
    const refused = await station.rest('POST', `/devices/knocks/${id}/accept`, {})
    expect(refused).toMatchObject({ status: 422, body: { code: 'KNOCK_NEEDS_SECRET' } })
    await station.client.knocks.accept({ id, secret: 'hunter2' })
    expect(await connack(station, signed('dev1', 'gw', 'hunter2'))).toBe(0)
  })

  it('of a product that is not there can be accepted once the product is', async () => {
    const { station } = await prepare()
    await connack(station, { username: 'dev1&other', password: 'hunter2' })
    const { id, reason, protocols } = await only(station)
    expect(reason).toBe('unknown-product')
    expect(protocols.toSorted()).toEqual(['iot-engine', 'sagoo'])
    expect(await station.rest('POST', `/devices/knocks/${id}/accept`, {})).toMatchObject({
      status: 422,
      body: { code: 'KNOCK_NEEDS_PRODUCT', data: { key: 'other' } },
    })
    await station.client.products.create({ name: 'Other', key: 'other', protocol: 'sagoo' })
    expect(await station.client.knocks.accept({ id })).toMatchObject({ name: 'dev1' })
    expect(await connack(station, { username: 'dev1&other', password: 'hunter2' })).toBe(0)
  })

  it('gets in at once after it was accepted, also when it has used up its tries', async () => {
    const { station } = await prepare()
    for (let n = 0; n < 12; n++) await connack(station, { username: 'dev1&gw', password: 'hunter2' })
    const { id, count } = await only(station)
    expect(count).toBe(10)
    await station.client.knocks.accept({ id })
    expect(await connack(station, { username: 'dev1&gw', password: 'hunter2' })).toBe(0)
  })

  it('can be dismissed, and is back when it knocks again', async () => {
    const { station } = await prepare()
    await connack(station, { username: 'dev1&gw', password: 'x' })
    const { id } = await only(station)
    expect(await station.rest('DELETE', `/devices/knocks/${id}`)).toMatchObject({ status: 200 })
    expect(await station.rest('DELETE', `/devices/knocks/${id}`)).toMatchObject({ status: 404 })
    expect(await knocksOf(station)).toEqual([])
    await connack(station, { username: 'dev1&gw', password: 'x' })
    expect((await only(station)).count).toBe(1)
  })

  it('is forgotten when it is registered by hand and comes in', async () => {
    const { station, product } = await prepare()
    await connack(station, { username: 'dev1&gw', password: 'hunter2' })
    await station.client.devices.create({ productId: product.id, name: 'dev1', secret: 'hunter2' })
    expect(await connack(station, { username: 'dev1&gw', password: 'hunter2' })).toBe(0)
    expect(await knocksOf(station)).toEqual([])
  })
})

describe('a known device', () => {
  it('with a wrong secret shows with that reason, in its protocol log too, and takes the presented one on purpose only', async () => {
    const { station, product } = await prepare()
    const device = await station.client.devices.create({ productId: product.id, name: 'dev1', secret: 'right' })
    await connack(station, { username: 'dev1&gw', password: 'wrong' })
    const knock = await only(station)
    expect(knock).toMatchObject({ reason: 'wrong-secret', deviceId: device.id, productId: product.id })
    const { items } = await station.client.devices.messages({ id: device.id })
    expect(items).toMatchObject([{ channel: 'CONNECT', kind: 'login', refused: 'wrong secret or signature' }])
    expect(await station.rest('POST', `/devices/knocks/${knock.id}/accept`, {})).toMatchObject({
      status: 409,
      body: { code: 'KNOCK_KNOWN' },
    })
    expect((await station.client.devices.get({ id: device.id })).secret).toBe('right')
    await station.client.knocks.accept({ id: knock.id, replaceSecret: true })
    expect(await connack(station, { username: 'dev1&gw', password: 'wrong' })).toBe(0)
    expect(await connack(station, { username: 'dev1&gw', password: 'right' })).toBe(4)
  })

  it('that sends its secret as it is, where the product wants it signed, is told apart', async () => {
    const { station, product } = await prepare({ plainLogin: false })
    await station.client.devices.create({ productId: product.id, name: 'dev1', secret: 'right' })
    await connack(station, { username: 'dev1&gw', password: 'right' })
    const knock = await only(station)
    expect(knock.reason).toBe('plain-refused')
    expect(await station.rest('POST', `/devices/knocks/${knock.id}/accept`, { replaceSecret: true })).toMatchObject({
      status: 409,
      body: { code: 'PLAIN_REFUSED' },
    })
  })
})

describe('the list of knocks', () => {
  it('never tells a password: not in the list, not in an event, not in a device', async () => {
    const { station, product } = await prepare()
    await station.client.devices.create({ productId: product.id, name: 'known', secret: 'right' })
    const abort = new AbortController()
    const events: LiveEvent[] = []
    const stream = await station.client.events.stream({ types: ['knock', 'removed'] }, { signal: abort.signal })
    const reading = (async () => {
      for await (const batch of stream) events.push(...batch.events)
    })().catch(() => undefined)
    await connack(station, { username: 'dev1&gw', password: 'correct-horse' })
    await connack(station, { username: 'known&gw', password: 'correct-horse' })
    await until(
      () => events,
      (seen) => seen.filter(({ type }) => type === 'knock').length >= 2,
    )
    const knocks = await knocksOf(station)
    expect(knocks.map(({ deviceName }) => deviceName)).toEqual(['known', 'dev1'])
    await station.client.knocks.dismiss({ id: knocks[0]?.id ?? 0 })
    await until(
      () => events,
      (seen) => seen.some((event) => event.type === 'removed' && event.what === 'knock'),
    )
    abort.abort()
    await reading
    const messages = await station.client.devices.messages({ id: 1 })
    expect(JSON.stringify([knocks, events, messages])).not.toContain('correct-horse')
  })

  it('is bounded and paged, latest first', async () => {
    const { station } = await prepare()
    for (let n = 0; n < 5; n++) await connack(station, { username: `dev${n}&gw`, password: 'x' })
    const first = await station.rest('GET', '/devices/knocks?limit=2')
    const names = (body: Record<string, unknown>) => (body.items as RejectedLogin[]).map(({ deviceName }) => deviceName)
    expect(names(first.body)).toEqual(['dev4', 'dev3'])
    const second = await station.rest('GET', `/devices/knocks?limit=3&cursor=${String(first.body.nextCursor)}`)
    expect(names(second.body)).toEqual(['dev2', 'dev1', 'dev0'])
    expect(second.body.nextCursor).toBeNull()
  })
})
