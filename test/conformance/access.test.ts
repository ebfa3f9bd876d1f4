import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { startTestStation } from '../helpers/station.ts'
import type { DeviceCredentials } from './driver.ts'
import { prepare, spoilt } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

describe.each(conformanceProtocols)('who may do what by $protocol', (protocol) => {
  const stranger = (known: DeviceCredentials, change: Partial<DeviceCredentials>): DeviceCredentials => ({
    ...known,
    ...change,
  })

  it('is let in by its own secret, and by no other', async () => {
    const { device, another, station } = await prepare(protocol)
    const { credentials } = await another('dev2')
    await expect(device.connect('wrong+secret=')).rejects.toThrow()
    await expect(device.connect(credentials.secret)).rejects.toThrow()
    await expect(device.connect(credentials.productSecret)).rejects.toThrow()
    await expect(device.connect(device.credentials.secret.slice(0, -4))).rejects.toThrow()
    await device.connect()
    expect((await station.client.devices.get({ id: device.credentials.id })).online).toBe(true)
  })

  it('is nobody when it is not registered, or registered elsewhere', async () => {
    const { device, station } = await prepare(protocol)
    const tries = [
      stranger(device.credentials, { name: 'dev9', accessToken: 'token-of-dev9' }),
      stranger(device.credentials, { name: 'DEV1', accessToken: 'TOKEN-of-dev1' }),
    ]
    for (const credentials of tries) await expect(protocol.device(station, credentials).connect()).rejects.toThrow()
    expect((await station.client.devices.list({})).items).toHaveLength(1)
  })

  it('registers by itself with the secret of the product, where the product allows that', async () => {
    const { device, station, productId, campaign } = await prepare(protocol, { autoRegister: true })
    const name = 'brand-new_1'
    const credentials = stranger(device.credentials, {
      name,
      accessToken: name,
      secret: device.credentials.productSecret,
    })
    await expect(protocol.device(station, { ...credentials, secret: 'wrong' }).connect()).rejects.toThrow()
    const newcomer = protocol.device(station, credentials)
    await newcomer.connect()
    const [made] = (await station.client.devices.list({ q: name })).items
    expect(made).toMatchObject({ name, productId, online: true })
    await newcomer.report('1.0.0')
    await newcomer.listen()
    await campaign({ scope: 'devices', deviceIds: [made?.id ?? 0] })
    expect((await newcomer.offered()).version).toBe('2.0.0')
  })

  it("neither reads nor writes what is another's", async () => {
    const { device, another, campaign, begin, job } = await prepare(protocol)
    const intruder = await another('dev2')
    await device.start()
    await intruder.start()
    const id = await campaign({ scope: 'devices', deviceIds: [device.credentials.id] })
    const offer = await device.offered()
    await device.acknowledge()
    expect(await intruder.trespass(device.credentials, offer)).toBe(0)
    expect(await job(id)).toMatchObject({ state: 'notified', fromVersion: '1.0.0' })
    // The one who is meant is not harmed.
    await device.restart('1.0.0')
    await begin(id)
    expect(await job(id)).toMatchObject({ state: 'downloading', progress: 40 })
  })

  it('cannot be guessed: a spoiled way to the file leads nowhere', async () => {
    const { device, campaign, job } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    const offer = await device.offered()
    expect((await device.fetch({ ...offer, locator: spoilt(offer.locator) })).ok).toBe(false)
    expect((await job(id)).startedAt).toBeNull()
  })
})

const plain = conformanceProtocols.filter(({ pushes }) => pushes)
describe.each(plain)('a product that refuses plain logins by $protocol', (protocol) => {
  it('does not take what anybody on the wire could repeat, unless nothing stronger exists', async () => {
    const { device, station } = await prepare(protocol, { plainLogin: false })
    // ThingsPanel knows no signature: there the token alone is the plain form, and the secret the stronger one.
    if (protocol.protocol === 'thingspanel') {
      await expect(device.connect('')).rejects.toThrow()
      await device.connect()
    } else {
      await expect(device.connect()).rejects.toThrow()
    }
    await station.client.products.update({ id: 1, plainLogin: true })
    await device.connect(protocol.protocol === 'thingspanel' ? '' : undefined)
  })
})

describe('after ten failed logins a minute from one address', () => {
  it('a known device is let in all the same, if its secret is right', async () => {
    const [protocol] = plain
    if (!protocol) throw new Error('no protocol')
    const { device, station } = await prepare(protocol)
    for (let tried = 0; tried < 10; tried++) await expect(device.connect(`wrong ${tried}`)).rejects.toThrow()
    for (let tried = 0; tried < 10; tried++)
      await expect(connectRaw(station.mqttUrl, 'nobody&nowhere', `wrong ${tried}`)).rejects.toThrow()
    await device.connect()
  })

  it('what devices share is not taken: a token alone, a product’s secret, a new name', async () => {
    const clock = createTestClock()
    const station = await startTestStation({ clock })
    const open = await station.client.products.create({
      name: 'Open',
      key: 'open',
      protocol: 'sagoo',
      autoRegister: true,
    })
    const panel = await station.client.products.create({ name: 'Panel', key: 'panel', protocol: 'thingspanel' })
    await station.client.devices.create({ productId: panel.id, name: 'one', accessToken: 'tok-1' })
    const token = () => connectRaw(station.mqttUrl, 'tok-1', '')
    const registered = () => connectRaw(station.mqttUrl, 'first&open', open.secret)
    const newcomer = () => connectRaw(station.mqttUrl, 'second&open', open.secret)
    await token()
    await registered()
    for (let tried = 0; tried < 10; tried++)
      await expect(connectRaw(station.mqttUrl, `${tried}&open`, 'wrong')).rejects.toThrow()
    for (const login of [token, registered, newcomer]) await expect(login()).rejects.toThrow()
    // Its own secret is another matter.
    const { items } = await station.client.devices.list({ productId: open.id })
    await connectRaw(station.mqttUrl, 'first&open', items[0]?.secret ?? '')
    clock.advance(61_000)
    for (const login of [token, registered, newcomer]) await login()
  })
})
