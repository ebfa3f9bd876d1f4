import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MqttSession } from '../../electron/platform/broker/mqtt/session.ts'
import { MqttSocket } from '../../electron/platform/broker/mqtt-socket.ts'
import { PacketGuard } from '../../electron/platform/broker/packet-guard.ts'
import { until } from '../helpers/until.ts'
import { connectPacket, publishPacket } from './test-platform.ts'

/** A clock whose time passes when the test says so. */
const handClock = () => {
  const due = new Map<() => void, number>()
  let at = 0
  return {
    now: () => at,
    steady: () => at,
    after: (ms: number, then: () => void) => {
      due.set(then, at + ms)
      return () => due.delete(then)
    },
    get waiting() {
      return due.size
    },
    pass: (ms: number) => {
      at += ms
      for (const [then, when] of [...due]) if (when <= at && due.delete(then)) then()
    },
  }
}

const ping = Buffer.from([0xc0, 0])
const pong = 'd000'
/** The beginning of a PUBLISH of 10 bytes. */
const half = Buffer.from([0x30, 10, 0])
/** Its rest: a topic of one letter, and the payload. */
const rest = Buffer.from([1, ...Buffer.from('a payload').subarray(0, 8)])
let clock: ReturnType<typeof handClock>
let device: Socket
let server: Server
let mqtt: MqttSocket
let log: string[]
/** What the device got, in hex. */
let got: string

beforeEach(async () => {
  server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  device = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const station = ((await accepted) as [Socket])[0]
  clock = handClock()
  const said: string[] = []
  log = said
  got = ''
  device.on('data', (bytes) => (got += bytes.toString('hex')))
  device.on('error', () => undefined)
  const guard = new PacketGuard({ connectBytes: 100, packetBytes: 100 })
  const session = new MqttSession({ packetBytes: 100, grants: () => 'granted', newClientId: () => 'new' })
  mqtt = new MqttSocket(station, session, guard, clock, {
    login: () => mqtt.accept(() => said.push('welcome')),
    message: (message) => {
      said.push(message.topic)
      if (message.qos === 0) mqtt.settle(message)
    },
    subscribed: () => undefined,
    unsubscribed: () => undefined,
    refused: (phrase) => said.push(phrase),
    ended: () => said.push('ended'),
  })
})

afterEach(() => {
  device.destroy()
  mqtt.socket.destroy()
  server.close()
})

const connectWithKeepAlive = (seconds: number): Buffer => {
  const packet = Buffer.from(connectPacket('alpha'))
  // The low byte: behind fixed header (2), protocol name (6), level and flags (2), high byte (1).
  packet[11] = seconds
  return packet
}

const answers = (hex: string): Promise<unknown> =>
  until(
    () => got,
    (bytes) => bytes.endsWith(hex),
  )

test('the beginning of a packet is kept back and timed, and its rest ends the time', async () => {
  device.write(Buffer.concat([connectPacket('alpha'), half]))
  await answers('20020000')
  expect(clock.waiting).toBe(1)
  device.write(Buffer.concat([rest, ping]))
  await answers(pong)
  expect(clock.waiting).toBe(0)
})

test('a packet that is not finished in time ends the connection, once', async () => {
  device.write(Buffer.concat([connectPacket('alpha'), half]))
  await answers('20020000')
  const closed = once(device, 'close')
  clock.pass(30_000)
  await closed
  clock.pass(30_000)
  expect(log).toEqual(['welcome', 'packet not completed in time', 'ended'])
  expect(clock.waiting).toBe(0)
})

test('a refused packet ends the connection and nothing of its chunk is taken', async () => {
  device.write(connectPacket('alpha'))
  await answers('20020000')
  const closed = once(device, 'close')
  device.write(Buffer.concat([publishPacket('topic', 'x'), Buffer.from([0x30, 0xff, 0x7f])]))
  await closed
  expect(log).toEqual(['welcome', 'packet too large', 'ended'])
})

test('a client that is silent for one and a half of its keep-alive is closed, one that pings in time is not', async () => {
  device.write(connectWithKeepAlive(10))
  await answers('20020000')
  clock.pass(14_000)
  device.write(ping)
  await answers(pong)
  clock.pass(14_000)
  expect(mqtt.session.ended).toBe(false)
  const closed = once(device, 'close')
  clock.pass(1000)
  await closed
  expect(log).toEqual(['welcome', 'ended'])
})

test('a client is not read while 16 of its messages wait for the disk, and none is lost', async () => {
  const report = (id: number) => Buffer.from([0x32, 5, 0, 1, 0x61, 0, id])
  device.write(Buffer.concat([connectPacket('alpha'), ...Array.from({ length: 40 }, (_, n) => report(n + 1)), ping]))
  await until(
    () => log.length,
    (count) => count === 17,
  )
  expect(mqtt.session.takesMore).toBe(false)
  expect(mqtt.socket.isPaused()).toBe(true)
  expect(got).toBe('20020000')
})

test('a client that does not read is not read either, and closed after 20 seconds', async () => {
  device.write(connectPacket('alpha'))
  await answers('20020000')
  device.pause()
  const message = { topic: 'a', payload: Buffer.alloc(1024 * 1024), qos: 0, subscriptionIds: [] } as const
  const sent: Promise<boolean>[] = []
  while (mqtt.socket.writableLength === 0) sent.push(mqtt.deliver(message, () => undefined))
  device.write(ping)
  await until(
    () => mqtt.socket.bytesRead,
    (count) => count > 0,
  )
  clock.pass(20_000)
  expect(await sent.at(-1)).toBe(false)
  await until(
    () => log,
    (said) => said.includes('ended'),
  )
  expect(log).toEqual(['welcome', 'does not read', 'ended'])
})
