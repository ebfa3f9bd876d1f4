import { connect as connectSocket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import { createEmbeddedBroker } from '../../electron/platform/broker/embedded-broker.ts'
import {
  connectPacket,
  mqttPacket,
  publishPacket,
  recordingLogger,
  TestPlatform,
  testDevice,
  topicsOf,
} from './test-platform.ts'

/** What deployed clients do against the standard, as it stands on the wire; the broker's README has the table. */

const alpha = topicsOf('alpha')
const text = (value: string): Buffer => Buffer.from([0, value.length, ...Buffer.from(value)])
const bytes = (...parts: readonly (number | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))

const connack = '20020000'
const subscribe = (first: number, id: number): Buffer => mqttPacket(first, bytes(0, id, text(alpha.notice), 1))
const unsubscribe = (first: number, id: number): Buffer => mqttPacket(first, bytes(0, id, text(alpha.notice)))
const pingreq = Buffer.from([0xc0, 0])
const publish1 = (first: number, id: number): Buffer =>
  mqttPacket(first, bytes(text(alpha.inform), 0, id, Buffer.from('{}')))

/** CONNECT with these flags, name and level, and client id and user name as they are given. */
const connect = ({ flags = 0xc2, name = 'MQTT', level = 4, clientId = 'raw', username = 'alpha&bench', behind = '' }) =>
  mqttPacket(
    0x10,
    bytes(text(name), level, flags, 0, 0, text(clientId), text(username), text('alpha'), Buffer.from(behind)),
  )

let platform: TestPlatform
let broker: Broker
let log: ReturnType<typeof recordingLogger>

beforeEach(async () => {
  platform = new TestPlatform([testDevice(1, 'alpha')])
  log = recordingLogger()
  broker = createEmbeddedBroker({
    host: platform,
    limits: { packetBytes: 4096, failedLogins: 10 },
    listen: { host: '127.0.0.1', mqttPort: 0 },
    clock: { now: () => 0, steady: () => 0, after: () => () => undefined },
    logger: log.logger,
  })
  await broker.start()
})
afterEach(() => broker.stop())

/** Sends packets on one connection, each after the answer to the one before; the answers in hex, until one fails to come. */
const repliesTo = (...packets: readonly Buffer[]): Promise<string[]> =>
  new Promise((resolve) => {
    const socket = connectSocket(Number(new URL(broker.urls.mqtt ?? '').port), '127.0.0.1')
    const answers: string[] = []
    const next = (): void => {
      const packet = packets[answers.length]
      if (packet) socket.write(packet)
      else socket.destroy()
    }
    socket.on('connect', next)
    socket.on('data', (answer) => {
      answers.push(answer.toString('hex'))
      next()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answers))
  })

describe('a client that', () => {
  test.each([
    ['sends UNSUBSCRIBE with flags 0', [subscribe(0x82, 1), unsubscribe(0xa0, 2)], ['9003000101', 'b0020002']],
    ['sends SUBSCRIBE with flags 0', [subscribe(0x80, 1)], ['9003000101']],
    ['sends SUBSCRIBE again with DUP', [subscribe(0x82, 1), subscribe(0x8a, 1)], ['9003000101', '9003000101']],
    ['sends UNSUBSCRIBE again with DUP', [unsubscribe(0xa2, 1), unsubscribe(0xaa, 1)], ['b0020001', 'b0020001']],
    ['numbers its packets from 0', [subscribe(0x82, 0), unsubscribe(0xa2, 0)], ['9003000001', 'b0020000']],
    ['numbers its reports from 0', [publish1(0x32, 0), publish1(0x34, 0)], ['40020000', '50020000']],
    [
      'sends QoS 2 and PUBREL with flags 0',
      [publish1(0x34, 7), Buffer.from([0x60, 2, 0, 7])],
      ['50020007', '70020007'],
    ],
    [
      'sets DUP in a report at QoS 0',
      [bytes(mqttPacket(0x38, bytes(text(alpha.inform), Buffer.from('{}'))), pingreq)],
      ['d000'],
    ],
    ['confirms with flags, and what was never sent', [bytes(Buffer.from([0x42, 2, 0, 9]), pingreq)], ['d000']],
  ])('%s goes on', async (_, packets, answers) => {
    expect(await repliesTo(connectPacket('alpha'), ...packets, pingreq)).toEqual([connack, ...answers, 'd000'])
    expect(log.lines).toEqual([])
  })

  test.each([
    ['QoS of a will that is not there', { flags: 0xda }],
    ['retain of a will that is not there', { flags: 0xe2 }],
    ['the name of MQTT 3.1 with the level of 3.1.1', { name: 'MQIsdp', level: 4 }],
    ['the name of MQTT 3.1.1 with the level of 3.1', { level: 3 }],
    ['an id longer than MQTT 3.1 allows', { name: 'MQIsdp', level: 3, clientId: 'x'.repeat(100) }],
    ['no id, and a session to be kept', { clientId: '', flags: 0xc0 }],
    ['the NUL of its texts', { clientId: 'raw\0', username: 'alpha&bench\0' }],
    ['bytes behind the last field', { behind: '\0\0more' }],
  ])('connects with %s is let in', async (_, options) => {
    expect(await repliesTo(connect(options), pingreq)).toEqual([connack, 'd000'])
  })

  test('does not wait for its CONNACK is heard', async () => {
    const socket = connectSocket(Number(new URL(broker.urls.mqtt ?? '').port), '127.0.0.1')
    socket.write(bytes(connectPacket('alpha'), subscribe(0x80, 1), publishPacket(alpha.inform, 'early')))
    await platform.until(() => platform.messages.length === 1 && platform.presence.includes('alpha listening'))
    socket.destroy()
  })

  test('never confirms a notice gets the next one all the same', async () => {
    const socket = connectSocket(Number(new URL(broker.urls.mqtt ?? '').port), '127.0.0.1')
    socket.write(bytes(connectPacket('alpha'), subscribe(0x82, 1)))
    await platform.until(() => platform.presence.includes('alpha listening'))
    for (let sent = 0; sent < 50; sent++)
      expect(await broker.send(1, { topic: alpha.notice, payload: '{}' })).toBe(true)
    socket.destroy()
  })
})

describe('what is refused still, as nobody needs it and it means nothing', () => {
  test.each([
    ['QoS 3', publish1(0x36, 1)],
    ['a subscription of QoS 3', mqttPacket(0x82, bytes(0, 1, text(alpha.notice), 3))],
    ['a wildcard within a name', mqttPacket(0x82, bytes(0, 1, text('/ota/device/upgrade/bench/alpha+'), 1))],
    ['a second CONNECT', connectPacket('alpha')],
    ['a packet of the server’s', Buffer.from([0xd0, 0])],
    ['a packet of no type', Buffer.from([0x00, 0])],
  ])('%s closes the connection', async (_, packet) => {
    expect(await repliesTo(connectPacket('alpha'), packet, pingreq)).toEqual([connack])
  })

  test('CONNECT with flags of its own is no CONNECT', async () => {
    const packet = Buffer.from(connectPacket('alpha'))
    packet[0] = 0x12
    expect(await repliesTo(packet)).toEqual([])
  })
})
