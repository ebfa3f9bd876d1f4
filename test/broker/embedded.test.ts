import { createServer } from 'node:net'
import fc from 'fast-check'
import type { IClientOptions, MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import { createEmbeddedBroker } from '../../electron/platform/broker/embedded-broker.ts'
import type { ListenOptions } from '../../electron/platform/broker/listeners.ts'
import { makeIdentities } from '../helpers/identities.ts'
import { findProgram, run } from './programs.ts'
import {
  closing,
  connackOf,
  connectPacket,
  deviceClient,
  mqttPacket,
  nextMessage,
  publishPacket,
  rawAfterLogin,
  rawUntilClosed,
  recordingLogger,
  TestPlatform,
  testDevice,
  topicsOf,
} from './test-platform.ts'

const PACKET_BYTES = 4096
const alpha = topicsOf('alpha')
const beta = topicsOf('beta')
const notice = (deviceName: string, payload = '{"code":"200"}') => ({ topic: topicsOf(deviceName).notice, payload })

let platform: TestPlatform
let broker: Broker
let url: string
let log: ReturnType<typeof recordingLogger>
let clients: MqttClient[]
/** Timers are due at once where they hold an answer back, never where they end something. */
const clock = {
  at: 0,
  now: () => clock.at,
  steady: () => clock.at,
  after: (ms: number, then: () => void) => {
    if (ms === 1000) setImmediate(then)
    return () => undefined
  },
}

const embedded = (listen: ListenOptions) =>
  createEmbeddedBroker({
    host: platform,
    limits: { packetBytes: PACKET_BYTES, failedLogins: 10 },
    listen,
    clock,
    logger: log.logger,
  })

const device = async (name: string, options?: IClientOptions): Promise<MqttClient> => {
  const client = await deviceClient(url, name, options)
  clients.push(client)
  return client
}

beforeEach(async () => {
  clock.at = 1_000_000
  platform = new TestPlatform([testDevice(1, 'alpha'), testDevice(2, 'beta')])
  log = recordingLogger()
  clients = []
  broker = embedded({ host: '127.0.0.1', mqttPort: 0 })
  await broker.start()
  url = broker.urls.mqtt ?? ''
})

afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)))
  await broker.stop()
})

describe('a login', () => {
  test('with the right secret is welcomed and the platform learns both ends of the connection', async () => {
    await device('alpha')
    expect(platform.presence).toEqual(['alpha connected'])
    expect(platform.addresses).toEqual(['127.0.0.1>127.0.0.1'])
    expect(broker.localAddressOf(1)).toBe('127.0.0.1')
    expect(broker.localAddressOf(2)).toBeUndefined()
  })

  test('with a wrong secret, an unknown name or none at all is answered by code 4, without a hint', async () => {
    expect(await connackOf(url, 'alpha', { password: 'wrong' })).toBe(4)
    expect(await connackOf(url, 'nobody')).toBe(4)
    expect(await connackOf(url, 'alpha', { username: undefined, password: undefined })).toBe(4)
    expect(platform.presence).toEqual([])
  })

  test('of a disabled device is answered by code 5', async () => {
    platform.disabled.add('alpha')
    expect(await connackOf(url, 'alpha')).toBe(5)
  })

  test('by MQTT 3.1 and by MQTT 5 is welcomed too, and by a level of neither answered by code 1', async () => {
    expect(await connackOf(url, 'alpha', { protocolId: 'MQIsdp', protocolVersion: 3 })).toBe(0)
    expect(await connackOf(url, 'alpha', { protocolVersion: 5 })).toBe(0)
    expect([...(await rawUntilClosed(url, [connectPacket('alpha', 6)]))]).toEqual([0x20, 2, 0, 1])
  })

  test('of a known device with its right secret is welcomed, however many failed at its address', async () => {
    for (let i = 0; i < 12; i++) expect(await connackOf(url, 'nobody', { password: `wrong ${i}` })).toBe(4)
    for (let i = 0; i < 12; i++) expect(await connackOf(url, 'alpha', { password: `wrong ${i}` })).toBe(4)
    expect(await connackOf(url, 'alpha')).toBe(0)
    expect(await connackOf(url, 'beta')).toBe(0)
  })

  test('that shows what devices share is refused after ten failures of its address, and heard again after a minute', async () => {
    const { login } = platform
    platform.login = (connect, ...rest) =>
      connect.password === 'shared'
        ? Promise.resolve({ ok: true, device: testDevice(1, 'alpha'), shared: true })
        : login.call(platform, connect, ...rest)
    expect(await connackOf(url, 'alpha', { password: 'shared' })).toBe(0)
    for (let i = 0; i < 10; i++) expect(await connackOf(url, 'nobody', { password: `wrong ${i}` })).toBe(4)
    expect(await connackOf(url, 'alpha', { password: 'shared' })).toBe(4)
    clock.at += 60_000
    expect(await connackOf(url, 'alpha', { password: 'shared' })).toBe(0)
  })

  test('of a known device counts against its address only where it may be a guess of what devices share, and once a guess', async () => {
    const barred: boolean[] = []
    const { login } = platform
    platform.login = (connect, _address, limits) => {
      barred.push(limits?.barred === true)
      return login.call(platform, connect)
    }
    for (let i = 0; i < 11; i++) await connackOf(url, 'alpha', { password: `wrong ${i}` })
    expect(barred).not.toContain(true)
    platform.sharing = true
    for (let i = 0; i < 11; i++) await connackOf(url, 'alpha', { password: 'the same again' })
    expect(barred).not.toContain(true)
    for (let i = 0; i < 11; i++) await connackOf(url, 'beta', { password: `wrong ${i}` })
    expect(barred.at(-1)).toBe(true)
  })

  test('cannot get round the limit by tries side by side', async () => {
    let asked = 0
    platform.login = () => {
      asked += 1
      return Promise.resolve({ ok: false, refused: 'credentials' })
    }
    const tries = Array.from({ length: 40 }, (_, i) =>
      connackOf(url, 'nobody', { password: `wrong ${i}`, clientId: `c${i}` }),
    )
    expect(new Set(await Promise.all(tries))).toEqual(new Set([4]))
    expect(asked).toBe(40)
    platform.login = (_connect, _address, limits) =>
      Promise.resolve(
        limits?.barred ? { ok: false, refused: 'credentials' } : { ok: true, device: testDevice(1, 'alpha') },
      )
    expect(await connackOf(url, 'nobody')).toBe(4)
  })

  test('refused many times is logged once a kind', async () => {
    for (let i = 0; i < 5; i++) await connackOf(url, 'alpha', { password: `wrong ${i}` })
    expect(log.lines.map(({ msg, username }) => [msg, username])).toEqual([
      ['refused: login: credentials', 'alpha&bench'],
    ])
  })

  test('that nobody could decide is answered by code 3', async () => {
    platform.login = () => Promise.reject(new Error('the store is gone'))
    expect(await connackOf(url, 'alpha')).toBe(3)
    expect(log.lines.map(({ msg }) => msg)).toEqual(['a login could not be decided'])
  })
})

describe('presence', () => {
  test('follows connection, subscription and farewell', async () => {
    const client = await device('alpha')
    expect(broker.noticeTopicOf(1)).toBeUndefined()
    await client.subscribeAsync(alpha.notice, { qos: 1 })
    expect(broker.noticeTopicOf(1)).toBeDefined()
    await client.unsubscribeAsync(alpha.notice)
    expect(broker.noticeTopicOf(1)).toBeUndefined()
    await client.endAsync()
    await platform.until(() => platform.presence.length === 3)
    expect(platform.presence).toEqual(['alpha connected', 'alpha listening', 'alpha disconnected'])
  })

  test('ends once when the connection just breaks', async () => {
    const client = await device('alpha')
    client.stream.destroy()
    await platform.until(() => platform.presence.includes('alpha disconnected'))
    await broker.stop()
    expect(platform.presence).toEqual(['alpha connected', 'alpha disconnected'])
  })

  test('passes to a client id that comes again, and the older connection is closed', async () => {
    const older = await device('alpha', { clientId: 'same' })
    const closed = closing(older)
    const newer = await device('alpha', { clientId: 'same' })
    await closed
    await newer.subscribeAsync(alpha.notice)
    expect(platform.presence).toEqual(['alpha connected', 'alpha disconnected', 'alpha connected', 'alpha listening'])
    expect(newer.connected).toBe(true)
  })

  test('stays with the connection that listens while another of the same device reports and leaves', async () => {
    const listener = await device('alpha', { clientId: 'mosquitto_sub' })
    await listener.subscribeAsync(alpha.notice, { qos: 1 })
    const reporter = await device('alpha', { clientId: 'mosquitto_pub' })
    await reporter.publishAsync(alpha.inform, '1.0', { qos: 1 })
    const got = nextMessage(listener)
    expect(await broker.send(1, notice('alpha'))).toBe(true)
    expect(await got).toMatchObject({ topic: alpha.notice })
    await reporter.endAsync()
    expect(platform.presence).toEqual(['alpha connected', 'alpha listening'])
    await listener.endAsync()
    await platform.until(() => platform.presence.includes('alpha disconnected'))
  })

  test('begins anew when the device listens on another connection, as after a reboot', async () => {
    const dead = await device('alpha', { clientId: 'before' })
    await dead.subscribeAsync(alpha.notice)
    const rebooted = await device('alpha', { clientId: 'after' })
    await rebooted.subscribeAsync(alpha.notice)
    expect(platform.presence).toEqual([
      'alpha connected',
      'alpha listening',
      'alpha disconnected',
      'alpha connected',
      'alpha listening',
    ])
  })

  test('is kept by four connections of a device at most: a fifth ends the oldest', async () => {
    const oldest = await device('alpha', { clientId: 'a' })
    const closed = closing(oldest)
    const others = []
    for (const clientId of ['b', 'c', 'd', 'e']) others.push(await device('alpha', { clientId }))
    await closed
    expect(others.map(({ connected }) => connected)).toEqual([true, true, true, true])
    expect(platform.presence).toEqual(['alpha connected'])
  })

  test('of two devices with one client id is not mixed up', async () => {
    const one = await device('alpha', { clientId: 'same' })
    const two = await device('beta', { clientId: 'same' })
    await one.publishAsync(alpha.inform, 'a', { qos: 1 })
    await two.publishAsync(beta.inform, 'b', { qos: 1 })
    expect(platform.messages.map(({ device, text }) => [device, text])).toEqual([
      ['alpha', 'a'],
      ['beta', 'b'],
    ])
    expect(platform.presence).toEqual(['alpha connected', 'beta connected'])
  })

  test('ends for a device that is dropped', async () => {
    const client = await device('alpha')
    const closed = closing(client)
    broker.drop(1)
    await closed
    expect(platform.presence).toEqual(['alpha connected', 'alpha disconnected'])
  })

  test('begins with a session without memory, whatever the device asked for', async () => {
    const first = await device('alpha', { clean: false })
    await first.subscribeAsync(alpha.notice, { qos: 1 })
    await first.endAsync()
    const second = await deviceClient(url, 'alpha', { clean: false, resubscribe: false })
    clients.push(second)
    expect(broker.noticeTopicOf(1)).toBeUndefined()
  })
})

describe('a subscription', () => {
  test.each([
    ["another device's notices", beta.notice],
    ['the notices of all devices', '/ota/device/upgrade/bench/+'],
    ['everything', '#'],
    ['all below any name', '/sys/bench/+/thing/#'],
    ['the system topics', '$SYS/#'],
  ])('to %s gets 0x80', async (_what, topic) => {
    const client = await device('alpha')
    const [, granted] = await new Promise<[unknown, number[]]>((resolve) => {
      client.subscribe(topic, (error, _grants, packet) => resolve([error, (packet?.granted ?? []) as number[]]))
    })
    expect(granted).toEqual([0x80])
    expect(broker.noticeTopicOf(1)).toBeUndefined()
    expect(client.connected).toBe(true)
  })

  test('to topics of its own that are none of ours is granted, up to 64 of them', async () => {
    const client = await device('alpha')
    for (let i = 0; i < 64; i++) await client.subscribeAsync(`/sys/bench/alpha/thing/${i}_reply`)
    await expect(client.subscribeAsync('/sys/bench/alpha/thing/64_reply')).rejects.toThrow()
    await client.unsubscribeAsync('/sys/bench/alpha/thing/0_reply')
    await client.subscribeAsync('/sys/bench/alpha/thing/64_reply')
  })

  test('is not needed by a client that asked for server-side subscription (_ss=1)', async () => {
    const client = await device('alpha', { clientId: 'bench.alpha|_ss=1,securemode=3|' })
    await platform.until(() => platform.presence.includes('alpha listening'))
    const got = nextMessage(client)
    expect(await broker.send(1, notice('alpha'))).toBe(true)
    expect(await got).toMatchObject({ topic: alpha.notice })
  })
})

describe('a notice', () => {
  test('reaches the device it is for at QoS 1, and nobody else', async () => {
    const one = await device('alpha')
    const two = await device('beta')
    await one.subscribeAsync(alpha.notice, { qos: 1 })
    await two.subscribeAsync(beta.notice, { qos: 1 })
    const strays: string[] = []
    two.on('message', (topic) => strays.push(topic))
    const got = nextMessage(one)
    expect(await broker.send(1, notice('alpha', '{"code":"200","id":1}'))).toBe(true)
    expect(await got).toEqual({
      topic: alpha.notice,
      payload: Buffer.from('{"code":"200","id":1}'),
      qos: 1,
      retain: false,
    })
    const own = nextMessage(two)
    await broker.send(2, notice('beta'))
    await own
    expect(strays).toEqual([beta.notice])
  })

  test('is not sent to a device that is away or does not listen', async () => {
    expect(await broker.send(1, notice('alpha'))).toBe(false)
    await device('alpha')
    expect(await broker.send(1, notice('alpha'))).toBe(false)
  })

  test('comes at QoS 0 to a device that subscribed so, and may be bytes', async () => {
    const client = await device('alpha')
    await client.subscribeAsync(alpha.notice, { qos: 0 })
    const got = nextMessage(client)
    await broker.send(1, { topic: alpha.notice, payload: new Uint8Array([0, 255, 1]) })
    expect(await got).toMatchObject({ payload: Buffer.from([0, 255, 1]), qos: 0 })
  })

  test('is offered again by the platform after a reconnect: the subscription is told anew', async () => {
    const first = await device('alpha')
    await first.subscribeAsync(alpha.notice)
    await first.endAsync()
    const second = await device('alpha')
    await second.subscribeAsync(alpha.notice)
    expect(platform.presence.filter((what) => what === 'alpha listening')).toHaveLength(2)
  })
})

describe('a report', () => {
  test('at QoS 1 is acknowledged only after the platform has stored it', async () => {
    let stored: () => void = () => undefined
    platform.store = () =>
      new Promise((resolve) => {
        stored = resolve
      })
    const client = await device('alpha')
    let acknowledged = false
    const published = client.publishAsync(alpha.inform, 'v1', { qos: 1 }).then(() => {
      acknowledged = true
    })
    await platform.until(() => platform.messages.length === 1)
    // The other device's whole conversation fits in here, so the first's acknowledgement had its chance.
    const other = await device('beta')
    await other.subscribeAsync(beta.notice)
    expect(acknowledged).toBe(false)
    stored()
    await published
    expect(platform.messages).toEqual([{ device: 'alpha', topic: alpha.inform, text: 'v1' }])
  })

  test('that could not be stored is not acknowledged: the connection closes, and it comes again', async () => {
    platform.store = () => Promise.reject(new Error('disk full'))
    const client = await device('alpha')
    const closed = closing(client)
    void client.publishAsync(alpha.inform, 'v1', { qos: 1 }).catch(() => undefined)
    await closed
    expect(log.lines.map(({ msg }) => msg)).toEqual(['a message could not be stored'])
    expect(platform.presence).toEqual(['alpha connected', 'alpha disconnected'])
  })

  test('may come at any QoS, in order', async () => {
    const client = await device('alpha')
    await Promise.all([
      client.publishAsync(alpha.progress, '0', { qos: 0 }),
      client.publishAsync(alpha.progress, '1', { qos: 1 }),
      client.publishAsync(alpha.progress, '2', { qos: 2 }),
    ])
    expect(platform.messages.map(({ text }) => text)).toEqual(['0', '1', '2'])
  })

  test('goes to no other client, is not retained, and a will is not sent', async () => {
    const one = await device('alpha', {
      will: { topic: beta.notice, payload: Buffer.from('will'), qos: 1, retain: true },
    })
    const two = await device('beta')
    const strays: string[] = []
    two.on('message', (topic) => strays.push(topic))
    await two.subscribeAsync(beta.notice, { qos: 1 })
    await one.publishAsync(beta.notice, 'forged', { qos: 1, retain: true })
    await one.publishAsync(alpha.inform, 'own', { qos: 1, retain: true })
    one.stream.destroy()
    await platform.until(() => platform.presence.includes('alpha disconnected'))
    await two.unsubscribeAsync(beta.notice)
    await two.subscribeAsync(beta.notice, { qos: 1 })
    await broker.send(2, notice('beta', 'real'))
    await two.publishAsync(beta.inform, 'last', { qos: 1 })
    expect(strays).toEqual([beta.notice])
    expect(platform.messages.map(({ text }) => text)).toEqual(['own', 'last'])
  })

  test('on a topic of its own that is none of ours is acknowledged and ignored', async () => {
    const client = await device('alpha')
    for (let i = 0; i < 5; i++)
      await client.publishAsync('/sys/bench/alpha/thing/event/property/post', '{}', { qos: 1 })
    expect(client.connected).toBe(true)
    expect(platform.messages).toEqual([])
    expect(log.lines).toEqual([])
  })

  test('in the name of another device is dropped, logged once, and the third one closes the connection', async () => {
    const client = await device('alpha')
    const closed = closing(client)
    await client.publishAsync(beta.inform, 'forged', { qos: 1 })
    await client.publishAsync(beta.progress, 'forged', { qos: 1 })
    expect(client.connected).toBe(true)
    void client.publishAsync('/elsewhere', 'forged', { qos: 1 }).catch(() => undefined)
    await closed
    expect(platform.messages).toEqual([])
    expect(log.lines.map(({ msg, device }) => [msg, device])).toEqual([
      ['refused: publish outside its own topics', 'bench/alpha'],
    ])
  })
})

const publisher = findProgram('mosquitto_pub')
const subscriber = findProgram('mosquitto_sub')
describe.skipIf(!publisher || !subscriber)(
  `programs nobody here wrote${publisher && subscriber ? '' : ' (needs the Debian package mosquitto-clients)'}`,
  () => {
    const login = (name: string) => ['-h', '127.0.0.1', '-p', new URL(url).port, '-u', `${name}&bench`, '-P', name]

    test('report by mosquitto_pub at QoS 1 and listen by mosquitto_sub', async () => {
      const listener = run(subscriber ?? '', [...login('alpha'), '-t', alpha.notice, '-q', '1', '-C', '1'])
      await platform.until(() => platform.presence.includes('alpha listening'))
      await broker.send(1, notice('alpha', '{"code":"200","message":"success"}'))
      expect(await listener).toEqual({ code: 0, output: '{"code":"200","message":"success"}\n' })
      const report = await run(publisher ?? '', [...login('alpha'), '-t', alpha.inform, '-q', '1', '-m', '{"id":"1"}'])
      expect(report).toEqual({ code: 0, output: '' })
      expect(platform.messages).toEqual([{ device: 'alpha', topic: alpha.inform, text: '{"id":"1"}' }])
    })

    test('are told apart: wrong password, disabled, foreign topic', async () => {
      const wrong = await run(publisher ?? '', [...login('alpha'), '-P', 'wrong', '-t', alpha.inform, '-m', 'x'])
      expect(wrong.output).toMatch(/bad user name or password/i)
      const foreign = await run(subscriber ?? '', [...login('alpha'), '-t', beta.notice, '-C', '1'])
      expect(foreign.output).toMatch(/denied|rejected/i)
      platform.disabled.add('alpha')
      const disabled = await run(publisher ?? '', [...login('alpha'), '-t', alpha.inform, '-m', 'x'])
      expect(disabled.output).toMatch(/not authori[sz]ed/i)
    })
  },
)

describe('hostile bytes', () => {
  test('in a packet over the limit close only their own connection', async () => {
    const bystander = await device('beta')
    const big = await device('alpha')
    const closed = closing(big)
    void big.publishAsync(alpha.inform, Buffer.alloc(PACKET_BYTES), { qos: 1 }).catch(() => undefined)
    await closed
    expect(platform.messages).toEqual([])
    expect(log.lines.map(({ msg }) => msg)).toEqual(['refused: packet too large'])
    await bystander.publishAsync(beta.inform, Buffer.alloc(PACKET_BYTES - 100, 0x61), { qos: 1 })
    expect(platform.messages).toHaveLength(1)
  })

  test('in a CONNECT of more than 8 KiB, or in another protocol, are not listened to', async () => {
    expect(await rawUntilClosed(url, [mqttPacket(0x10, Buffer.alloc(9000))])).toHaveLength(0)
    expect(await rawUntilClosed(url, [Buffer.from('GET / HTTP/1.1\r\nHost: bench\r\n\r\n')])).toHaveLength(0)
    expect(log.lines.map(({ msg }) => msg)).toEqual([
      'refused: packet too large',
      'refused: first packet is no CONNECT',
    ])
  })

  test('that dribble in one by one are one message all the same', async () => {
    const bytes = Buffer.concat([connectPacket('alpha'), publishPacket(alpha.inform, 'slowly'), Buffer.from([0xe0, 0])])
    await rawUntilClosed(
      url,
      Array.from(bytes, (byte) => Buffer.from([byte])),
    )
    expect(platform.messages).toEqual([{ device: 'alpha', topic: alpha.inform, text: 'slowly' }])
  })

  test('of any kind, before or after a login, do not disturb the others', async () => {
    const bystander = await device('beta')
    const Hostile = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 })).map(([first, body]) => mqttPacket(first, body)),
    )
    // Ends with a header that nothing may accept, so that every try before a login ends by being closed.
    const end = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(Hostile, { maxLength: 5 }), async (loggedIn, packets) => {
        if (loggedIn) await rawAfterLogin(url, connectPacket('alpha'), packets)
        else await rawUntilClosed(url, [...packets, end, Buffer.alloc(PACKET_BYTES)])
      }),
      { numRuns: 300 },
    )
    await bystander.publishAsync(beta.inform, 'still here', { qos: 1 })
    expect(platform.messages.at(-1)).toMatchObject({ device: 'beta', text: 'still here' })
  })
})

describe('the ports', () => {
  test('speak MQTT over TLS too, with the same answers', async () => {
    const { identities, ca } = await makeIdentities()
    const secure = embedded({ host: '127.0.0.1', mqttPort: 0, tls: { port: 0, identities } })
    await secure.start()
    const tlsUrl = secure.urls.mqtts ?? ''
    expect(tlsUrl).toMatch(/^mqtts:\/\/127\.0\.0\.1:\d+$/)
    const trusting = { ca }
    expect(await connackOf(tlsUrl, 'alpha', { ...trusting, password: 'wrong' })).toBe(4)
    const client = await deviceClient(tlsUrl, 'alpha', trusting)
    await client.subscribeAsync(alpha.notice, { qos: 1 })
    const got = nextMessage(client)
    await secure.send(1, notice('alpha'))
    expect((await got).topic).toBe(alpha.notice)
    const closed = closing(client)
    void client.publishAsync(alpha.inform, Buffer.alloc(PACKET_BYTES), { qos: 1 }).catch(() => undefined)
    await closed
    expect(platform.messages).toEqual([])
    await rawUntilClosed(tlsUrl, [connectPacket('alpha')])
    await secure.stop()
    expect(log.lines.map(({ msg }) => msg)).toEqual([
      'refused: login: credentials',
      'refused: packet too large',
      'refused: TLS handshake failed',
    ])
  })

  test('that are taken reject the start with the system error, and leave nothing behind', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => {
      squatter.listen(0, '127.0.0.1', resolve)
    })
    const { port } = squatter.address() as { port: number }
    const second = embedded({ host: '127.0.0.1', mqttPort: port })
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(second.urls).toEqual({ mqtt: null, mqtts: null, external: null })
    squatter.close()
  })

  test('close with everything on them when the broker stops, as often as it is told', async () => {
    const client = await device('alpha')
    const closed = closing(client)
    await broker.stop()
    await broker.stop()
    await closed
    expect(platform.presence).toEqual(['alpha connected', 'alpha disconnected'])
    expect(broker.urls.mqtt).toBeNull()
  })
})
