import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingPackages } from '../debian.mjs'
import { run } from '../helpers/program.ts'
import { compileIotOta, PATIENCE_S } from './compiled.ts'

const missing = missingPackages().filter((name) => ['gcc', 'libc6-dev'].includes(name))

let folder: string
let server: Server
/** What the server does with a packet of the client; `id` is that of the packet, where it has one. */
let answer: (socket: Socket, packet: Packet) => void
let packets: Packet[]

interface Packet {
  readonly first: number
  readonly body: Buffer
}

/** No ping is due before a conversation is over. */
const KEEP_ALIVE_S = 250

/** First bytes of packets (MQTT 3.1.1, 2.2). */
const [CONNECT, PUBLISH_1, PUBACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ] = [0x10, 0x32, 0x40, 0x82, 0xa2, 0xc0]
const [CONNACK, SUBACK, UNSUBACK, PINGRESP] = [0x20, 0x90, 0xb0, 0xd0]

const packet = (first: number, ...parts: readonly (Buffer | readonly number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const length: number[] = []
  for (let rest = body.length; rest > 0 || length.length === 0; rest >>= 7)
    length.push((rest & 127) | (rest > 127 ? 128 : 0))
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

const text = (words: string): Buffer => Buffer.concat([Buffer.from([0, Buffer.byteLength(words)]), Buffer.from(words)])

const message = (topic: string, payload: string | Buffer, id: number): Buffer =>
  packet(PUBLISH_1, text(topic), [id >> 8, id & 255], Buffer.from(payload))

/** Takes whole packets off the front of what came. */
const takePackets = (bytes: Buffer): { readonly taken: Packet[]; readonly rest: Buffer } => {
  const taken: Packet[] = []
  let rest = bytes
  for (;;) {
    let length = 0
    let at = 1
    while (at < rest.length && (rest[at] as number) > 127) length += ((rest[at] as number) & 127) << (7 * (at++ - 1))
    if (at >= rest.length) return { taken, rest }
    length += (rest[at] as number) << (7 * (at - 1))
    if (rest.length < at + 1 + length) return { taken, rest }
    taken.push({ first: rest[0] as number, body: rest.subarray(at + 1, at + 1 + length) })
    rest = rest.subarray(at + 1 + length)
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-mqtt-'))
  if (missing.length === 0)
    await compileIotOta('gcc', 'test/mqtt.c', 'address,undefined', join(folder, 'mqtt'), [
      'mqtt_receive.c',
      'mqtt_send.c',
      'posix_mqtt.c',
      'posix_socket.c',
    ])
  server = createServer((socket) => {
    let bytes = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const { taken, rest } = takePackets(Buffer.concat([bytes, chunk]))
      bytes = Buffer.from(rest)
      for (const one of taken) {
        packets.push(one)
        answer(socket, one)
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Waits {
  /** Seconds of its keep-alive. */
  readonly keepAlive?: number
  /** Seconds that it waits for an answer. */
  readonly answer?: number
  /** The same once its hello was acknowledged. */
  readonly later?: number
}

/** Lines that the client printed. */
const told = async ({
  keepAlive = KEEP_ALIVE_S,
  answer = PATIENCE_S,
  later = answer,
}: Waits = {}): Promise<string[]> => {
  packets = []
  const { port } = server.address() as AddressInfo
  const { stdout, stderr } = await run(join(folder, 'mqtt'), [port, keepAlive, answer, later].map(String))
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

/** A server as it should be; `greet` is sent once the client has said hello. */
const kind =
  (greet: (socket: Socket) => void): typeof answer =>
  (socket, { first, body }) => {
    const id = body.subarray(0, 2)
    if (first === CONNECT) socket.write(packet(CONNACK, [0, 0]))
    if (first === SUBSCRIBE) socket.write(packet(SUBACK, id, [1]))
    if (first === UNSUBSCRIBE) socket.write(packet(UNSUBACK, id))
    if (first === PINGREQ) socket.write(packet(PINGRESP))
    if (first !== PUBLISH_1) return
    socket.write(packet(PUBACK, body.subarray(4, 6)))
    if (body.subarray(6).toString() === 'hello') greet(socket)
  }

const well = 'well, refusal 0, dropped 0'

describe.skipIf(missing.length > 0)("the device SDK's MQTT client on POSIX (needs gcc)", () => {
  it('logs in, subscribes, answers what comes, and takes its leave', async () => {
    answer = kind((socket) => socket.write(Buffer.concat([message('down/a', 'one', 7), message('down/b', 'end', 8)])))
    expect(await told()).toEqual(['down/a=one', 'down/b=end', well])
    const login = ['tester', 'user', 'secret'].map(text)
    expect(packets[0]?.body).toEqual(Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, KEEP_ALIVE_S]), ...login]))
    expect(packets[1]).toEqual({
      first: SUBSCRIBE,
      body: Buffer.concat([Buffer.from([0, 1]), text('down/+'), Buffer.from([1])]),
    })
    const acknowledged = packets.filter(({ first }) => first === PUBACK).map(({ body }) => body.readUInt16BE())
    expect(acknowledged).toEqual([7, 8])
    const said = packets.filter(({ first }) => first === PUBLISH_1).map(({ body }) => body.subarray(6).toString())
    expect(said).toEqual(['hello', 'one', 'end'])
    expect(packets.at(-1)).toEqual({ first: 0xe0, body: Buffer.alloc(0) })
  })

  it('puts packets together that come byte by byte, and hears no topics of others', async () => {
    answer = kind((socket) => {
      socket.setNoDelay(true)
      const bytes = Buffer.concat([
        message('up', 'not for you', 3),
        message('down/a', '', 4),
        message('down/a', 'end', 5),
      ])
      const next = (at: number): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1))
      }
      next(0)
    })
    expect(await told()).toEqual(['down/a=', 'down/a=end', well])
  })

  it('throws away what is too large, acknowledges it, and goes on', async () => {
    answer = kind((socket) => {
      socket.write(message('down/large', Buffer.alloc(50_000, 'x'), 9))
      socket.write(message('down/a', Buffer.alloc(4000, 'y'), 10))
      socket.write(message('down/a', 'end', 11))
    })
    expect(await told()).toEqual([`down/a=${'y'.repeat(40)}`, 'down/a=end', 'well, refusal 0, dropped 1'])
    const acknowledged = packets.filter(({ first }) => first === PUBACK).map(({ body }) => body.readUInt16BE())
    expect(acknowledged).toEqual([9, 10, 11])
  })

  it('keeps the connection alive while nothing comes', async () => {
    let pings = 0
    const others = kind(() => {})
    answer = (socket, one) => {
      others(socket, one)
      if (one.first === PINGREQ && ++pings === 2) socket.write(message('down/a', 'end', 1))
    }
    expect(await told({ keepAlive: 1 })).toEqual(['down/a=end', well])
  })

  it('sees by itself that the server is gone', async () => {
    const others = kind(() => {})
    answer = (socket, one) => {
      if (one.first !== PINGREQ) others(socket, one)
    }
    expect(await told({ keepAlive: 1, later: 1 })).toEqual(['the connection ended, refusal 0, dropped 0'])
  })

  it.each([
    ['its login', CONNECT, packet(CONNACK, [0, 4]), {}, 'the server refuses, refusal 4, dropped 0'],
    ['its subscription', SUBSCRIBE, packet(SUBACK, [0, 1, 0x80]), {}, 'the server refuses, refusal 128, dropped 0'],
    ['an answer', CONNECT, Buffer.alloc(0), { answer: 1 }, 'no answer in time, refusal 0, dropped 0'],
  ])('says when it is refused %s', async (_what, when, reply, waits, words) => {
    const others = kind(() => {})
    answer = (socket, one) => {
      if (one.first === when) socket.write(reply)
      else others(socket, one)
    }
    expect(await told(waits)).toEqual([words])
  })

  it.each([
    ['a length without end', Buffer.from([0x30, 255, 255, 255, 255, 1])],
    ['a topic longer than its packet', packet(0x30, [0, 9, 65])],
    ['a topic without a name', packet(0x30, [0, 0, 65])],
    ['a topic with a 0 in it', packet(0x30, [0, 3, 65, 0, 65])],
    ['no id where one must be', packet(PUBLISH_1, [0, 1, 65])],
    ['QoS 2, which was not asked for', packet(0x34, [0, 1, 65, 0, 1])],
    ['a subscription’s answer without a code', packet(SUBACK, [0, 1])],
    ['a packet that clients send', packet(PINGREQ)],
    ['a packet too large that is no message', packet(CONNACK, Buffer.alloc(9000))],
  ])('closes the connection on %s', async (_what, bytes) => {
    answer = kind((socket) => socket.write(bytes))
    expect(await told()).toEqual(['the server does not keep to the protocol, refusal 0, dropped 0'])
  })

  it('takes any bytes without a word of the sanitizers', async () => {
    const first = fc.constantFrom(0x30, 0x32, 0x3d, PUBACK, CONNACK, SUBACK, UNSUBACK, PINGRESP, 0xff)
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(first, fc.uint8Array({ maxLength: 40 })).map(([byte, body]) => packet(byte, [...body])),
      fc.nat(6000).map((size) => message('down/a', Buffer.alloc(size, 'z'), 1)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 8 }), async (pieces) => {
        answer = kind((socket) => socket.end(Buffer.concat(pieces)))
        const last = (await told()).at(-1)
        expect(last).toMatch(
          /^(the connection ended|the server does not keep to the protocol), refusal 0, dropped \d+$/,
        )
      }),
      { numRuns: 30 },
    )
  })
})
