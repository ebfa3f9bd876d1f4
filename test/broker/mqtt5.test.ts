import mqtt, { type IClientOptions, type IConnackPacket, type IDisconnectPacket, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import { createEmbeddedBroker } from '../../electron/platform/broker/embedded-broker.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { findProgram, run } from './programs.ts'
import {
  closing,
  connectPacket,
  deviceClient,
  mqttPacket,
  rawAfterLogin,
  recordingLogger,
  TestPlatform,
  testDevice,
  topicsOf,
} from './test-platform.ts'

const alpha = topicsOf('alpha')
const beta = topicsOf('beta')

let platform: TestPlatform
let broker: Broker
let url: string
let clients: MqttClient[]

beforeEach(async () => {
  platform = new TestPlatform([testDevice(1, 'alpha'), testDevice(2, 'beta')])
  clients = []
  broker = createEmbeddedBroker({
    host: platform,
    limits: { packetBytes: 4096, failedLogins: 10 },
    listen: { host: '127.0.0.1', mqttPort: 0 },
    clock: { now: () => 0, steady: () => 0, after: () => () => undefined },
    logger: recordingLogger().logger,
  })
  await broker.start()
  url = broker.urls.mqtt ?? ''
})

afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)))
  await broker.stop()
})

const device = async (name: string, options: IClientOptions = {}): Promise<MqttClient> => {
  const client = await deviceClient(url, name, { protocolVersion: 5, ...options })
  clients.push(client)
  return client
}

/** What the broker says before it closes the connection. */
const farewell = (client: MqttClient): Promise<IDisconnectPacket> =>
  new Promise((resolve) => {
    client.once('disconnect', resolve)
  })

describe('MQTT.js with MQTT 5', () => {
  test('hears a notice with its subscription identifier, and reports by topic alias', async () => {
    const client = await device('alpha', { autoUseTopicAlias: true, autoAssignTopicAlias: true })
    await client.subscribeAsync(alpha.notice, { qos: 1, properties: { subscriptionIdentifier: 7 } })
    const got = new Promise((resolve) => {
      client.once('message', (topic, payload, packet) =>
        resolve([topic, payload.toString(), packet.properties?.subscriptionIdentifier]),
      )
    })
    expect(await broker.send(1, { topic: alpha.notice, payload: '{"code":"200"}' })).toBe(true)
    expect(await got).toEqual([alpha.notice, '{"code":"200"}', 7])
    for (const text of ['1', '2', '3'])
      await client.publishAsync(alpha.inform, text, { qos: 1, properties: { userProperties: { any: 'thing' } } })
    await client.publishAsync(alpha.inform, '4', { qos: 2 })
    expect(platform.messages.map(({ topic, text }) => [topic, text])).toEqual(
      ['1', '2', '3', '4'].map((text) => [alpha.inform, text]),
    )
  })

  test('is told by the CONNACK what is supported, and gets an id where it has none', async () => {
    const client = mqtt.connect(url, {
      ...{ protocolVersion: 5, clientId: '', username: 'alpha&bench', password: 'alpha', keepalive: 0, ...onceOnly },
      properties: { sessionExpiryInterval: 100 },
    })
    clients.push(client)
    const connack = await new Promise<IConnackPacket>((resolve) => {
      client.once('connect', resolve)
    })
    expect(connack).toMatchObject({
      sessionPresent: false,
      properties: {
        assignedClientIdentifier: expect.stringMatching(/./) as string,
        sessionExpiryInterval: 0,
        serverKeepAlive: 3600,
        receiveMaximum: 16,
        maximumPacketSize: 4096,
        topicAliasMaximum: 16,
        retainAvailable: false,
        sharedSubscriptionAvailable: false,
      },
    })
  })

  test('is told why it may not log in', async () => {
    await expect(device('alpha', { password: 'wrong' })).rejects.toMatchObject({ code: 0x86 })
    platform.disabled.add('alpha')
    await expect(device('alpha')).rejects.toMatchObject({ code: 0x87 })
  })

  test('is told why a subscription is refused', async () => {
    const client = await device('alpha')
    const granted = await new Promise<unknown>((resolve) => {
      client.subscribe(
        [beta.notice, `$share/group/${alpha.notice}`, alpha.notice],
        { qos: 1 },
        (_error, _grants, suback) => resolve(suback?.granted),
      )
    })
    expect(granted).toEqual([0x87, 0x9e, 1])
  })

  test('is told why its report was not taken, and why the third one ends the connection', async () => {
    const client = await device('alpha')
    for (let i = 0; i < 2; i++)
      await expect(client.publishAsync(beta.inform, 'forged', { qos: 1 })).rejects.toMatchObject({ code: 0x87 })
    const told = farewell(client)
    client.publish(beta.inform, 'forged', { qos: 1 })
    expect(await told).toMatchObject({ reasonCode: 0x87 })
    expect(platform.messages).toEqual([])
  })

  test('is told to send a report again that could not be stored', async () => {
    const client = await device('alpha')
    platform.store = () => Promise.reject(new Error('the disk is full'))
    const told = farewell(client)
    client.publish(alpha.inform, '1.0', { qos: 1 })
    expect(await told).toMatchObject({ reasonCode: 0x83 })
  })

  test.each([
    ['its client id connects again', () => device('alpha', { clientId: 'same' }), 0x8e],
    ['it is dropped', () => Promise.resolve(broker.drop(1)), 0x98],
    ['the station stops', () => broker.stop(), 0x8b],
  ])('is told when %s', async (_, happens, reasonCode) => {
    const client = await device('alpha', { clientId: 'same' })
    const told = farewell(client)
    const closed = closing(client)
    await happens()
    expect(await told).toMatchObject({ reasonCode })
    await closed
  })

  test('is told that a packet is too large, and what may be sent', async () => {
    const client = await device('alpha')
    const told = farewell(client)
    // MQTT.js itself keeps to the limit, so the bytes go past it.
    client.stream.write(mqttPacket(0x30, Buffer.alloc(5000)))
    expect(await told).toMatchObject({ reasonCode: 0x95 })
  })

  test('takes no notice that is larger than its maximum packet size', async () => {
    const client = await device('alpha', { properties: { maximumPacketSize: 100 } })
    await client.subscribeAsync(alpha.notice, { qos: 1 })
    expect(await broker.send(1, { topic: alpha.notice, payload: 'x'.repeat(100) })).toBe(false)
    expect(await broker.send(1, { topic: alpha.notice, payload: 'x' })).toBe(true)
  })
})

test('raw bytes that are no MQTT 5 are answered by DISCONNECT with the reason', async () => {
  const answer = await rawAfterLogin(url, connectPacket('alpha', 5), [Buffer.from([0xf0, 0])])
  // Behind the CONNACK: DISCONNECT, malformed packet.
  const disconnect = answer.subarray(2 + (answer[1] ?? 0))
  expect([disconnect[0], disconnect[2]]).toEqual([0xe0, 0x81])
})

const publisher = findProgram('mosquitto_pub')
const subscriber = findProgram('mosquitto_sub')
describe.skipIf(!publisher || !subscriber)(
  `the programs of mosquitto with -V 5${publisher && subscriber ? '' : ' (needs the Debian package mosquitto-clients)'}`,
  () => {
    const login = (name: string) => [
      '-V',
      '5',
      '-h',
      '127.0.0.1',
      '-p',
      new URL(url).port,
      '-u',
      `${name}&bench`,
      '-P',
      name,
    ]

    test('report and listen', async () => {
      const listener = run(subscriber ?? '', [
        ...[...login('alpha'), '-t', alpha.notice, '-q', '1', '-C', '1'],
        ...['-D', 'subscribe', 'subscription-identifier', '3', '-D', 'connect', 'receive-maximum', '5'],
      ])
      await platform.until(() => platform.presence.includes('alpha listening'))
      await broker.send(1, { topic: alpha.notice, payload: '{"code":"200","message":"success"}' })
      expect(await listener).toEqual({ code: 0, output: '{"code":"200","message":"success"}\n' })
      for (const qos of ['0', '1', '2']) {
        const report = await run(publisher ?? '', [
          ...[...login('alpha'), '-t', alpha.inform, '-q', qos, '-m', qos],
          ...['-D', 'publish', 'user-property', 'a', 'b', '-D', 'publish', 'response-topic', 'any'],
        ])
        expect(report).toEqual({ code: 0, output: '' })
      }
      await platform.until(() => platform.messages.length === 3)
      expect(platform.messages.map(({ text }) => text)).toEqual(['0', '1', '2'])
    })

    test('print why they are refused', async () => {
      const wrong = await run(publisher ?? '', [...login('alpha'), '-P', 'wrong', '-t', alpha.inform, '-m', 'x'])
      expect(wrong.output).toMatch(/bad user ?name or password/i)
      const foreign = await run(publisher ?? '', [...login('alpha'), '-t', beta.inform, '-q', '1', '-m', 'x'])
      expect(foreign.output).toMatch(/not authori[sz]ed/i)
      const shared = await run(subscriber ?? '', [...login('alpha'), '-t', `$share/g/${alpha.notice}`, '-C', '1'])
      expect(shared.output).toMatch(/shared subscriptions not supported|denied|rejected/i)
    })
  },
)
