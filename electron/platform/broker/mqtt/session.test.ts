import fc from 'fast-check'
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { readPacket } from './read-packet.ts'
import { reasons } from './reasons.ts'
import { type Action, type Grant, type IncomingMessage, MqttSession } from './session.ts'

type Version = 3 | 4 | 5

const connect = (version: Version, more: Partial<IConnectPacket> = {}): IConnectPacket => ({
  cmd: 'connect',
  protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
  protocolVersion: version,
  clientId: 'c',
  clean: true,
  keepalive: 60,
  username: 'alpha&bench',
  password: Buffer.from('alpha'),
  ...more,
})

/** A session and what its actions say: packets read by mqtt-packet, the rest as it is. */
const talk = (version: Version, grants: (filter: string) => Grant = () => 'granted') => {
  const session = new MqttSession({ packetBytes: 1000, grants, newClientId: () => 'given' })
  const messages: IncomingMessage[] = []
  const said = (actions: readonly Action[]): unknown[] =>
    actions.map((action) => {
      if (action.do === 'message') messages.push(action.message)
      if (action.do !== 'send') return action
      let packet: Packet | undefined
      parser({ protocolVersion: version })
        .on('packet', (read) => {
          packet = read
        })
        .parse(action.bytes)
      return packet
    })
  const raw = (bytes: Buffer) => said(session.receive(readPacket(bytes, session.version)))
  const send = (packet: Packet) => raw(generate(packet, { protocolVersion: version }))
  return {
    session,
    messages,
    raw,
    send,
    settle: (message: IncomingMessage | undefined, denied?: (typeof reasons)['foreignTopic']) =>
      message ? said(session.settle(message, denied)) : [],
    open: (more: Partial<IConnectPacket> = {}) => {
      send(connect(version, more))
      return said(session.accept())
    },
    refuse: (code: 3 | 4 | 5) => said(session.refuse(code)),
    end: (reason: (typeof reasons)[keyof typeof reasons]) => said(session.end(reason)),
    deliver: (topic: string, acknowledged = () => {}): Buffer | 'kept' | 'never' => {
      let written: Buffer | 'kept' | 'never' = 'kept'
      const { ids = [], qos = 1 } = session.match(topic) ?? {}
      session.send({
        message: { topic, payload: '{}', qos: qos === 0 ? 0 : 1, subscriptionIds: ids },
        acknowledged,
        write: (bytes) => {
          written = bytes ?? 'never'
        },
      })
      return written
    },
  }
}

const publish = (messageId: number, more: object = {}): Packet =>
  ({ cmd: 'publish', topic: 't', payload: 'x', qos: 1, dup: false, retain: false, messageId, ...more }) as Packet

describe('a welcome of MQTT 5', () => {
  test('says what is supported and lowers what the client asked for', () => {
    const { open } = talk(5)
    expect(open({ clientId: '', keepalive: 0, properties: { sessionExpiryInterval: 3600 } })).toMatchObject([
      {
        cmd: 'connack',
        reasonCode: 0,
        sessionPresent: false,
        properties: {
          sessionExpiryInterval: 0,
          receiveMaximum: 16,
          retainAvailable: false,
          maximumPacketSize: 1000,
          topicAliasMaximum: 16,
          sharedSubscriptionAvailable: false,
          assignedClientIdentifier: 'given',
          serverKeepAlive: 3600,
        },
      },
    ])
  })

  test('leaves a keep-alive alone that is short enough, and an id that is there', () => {
    const { open, session } = talk(5)
    const [{ properties }] = open() as [{ properties: object }]
    expect(properties).not.toHaveProperty('serverKeepAlive')
    expect(properties).not.toHaveProperty('assignedClientIdentifier')
    expect(properties).not.toHaveProperty('sessionExpiryInterval')
    expect(session.keepAliveMs).toBe(90_000)
  })

  test('is not given to a client that cannot take the packet', () => {
    expect(talk(5).open({ properties: { maximumPacketSize: 10 } })).toEqual([
      { do: 'end', refused: 'maximum packet size below the CONNACK' },
    ])
  })
})

describe('a refused log-in', () => {
  test.each([
    [3, 0x88],
    [4, 0x86],
    [5, 0x87],
  ] as const)('of code %i is code 0x%s of MQTT 5 with a reason', (code, reasonCode) => {
    const old = talk(4)
    old.send(connect(4))
    expect(old.refuse(code)).toMatchObject([{ cmd: 'connack', returnCode: code }, { do: 'end' }])
    const five = talk(5)
    five.send(connect(5))
    expect(five.refuse(code)).toMatchObject([
      { cmd: 'connack', reasonCode, properties: { reasonString: expect.stringMatching(/: /) as string } },
      { do: 'end' },
    ])
  })

  test.each([
    ['an authentication method', { authenticationMethod: 'SCRAM' }, 0x8c],
    ['authentication data alone', { authenticationData: Buffer.from('x') }, 0x82],
  ])('for %s is answered before anybody is asked', (_, properties, reasonCode) => {
    expect(talk(5).send(connect(5, { properties }))).toMatchObject([{ cmd: 'connack', reasonCode }, { do: 'end' }])
  })
})

describe('properties', () => {
  const props = (...bytes: number[]): Buffer => Buffer.from([bytes.length, ...bytes])
  const withProperties = (properties: Buffer): Buffer => {
    const body = Buffer.concat([
      Buffer.from([0, 4]),
      Buffer.from('MQTT'),
      Buffer.from([5, 2, 0, 60]),
      properties,
      Buffer.from([0, 1, 0x63]),
    ])
    return Buffer.concat([Buffer.from([0x10, body.length]), body])
  }

  test.each([
    ['a receive maximum of 0', props(0x21, 0, 0)],
    ['a maximum packet size of 0', props(0x27, 0, 0, 0, 0)],
    ['one of them twice', props(0x21, 0, 5, 0x21, 0, 6)],
    ['one of another packet', props(0x23, 0, 1)],
    ['one that nobody knows', props(0x7f, 0)],
    ['one that is cut off', props(0x11, 0)],
  ])('of a CONNECT with %s end the connection', (_, properties) => {
    expect(talk(5).raw(withProperties(properties))).toMatchObject([
      { do: 'end', refused: expect.any(String) as string },
    ])
  })

  test('of users are ignored, however many', () => {
    const { open, send } = talk(5)
    expect(open({ properties: { userProperties: { a: ['1', '2'], b: '3' } } })).toMatchObject([{ cmd: 'connack' }])
    const properties = { userProperties: { a: '1' }, responseTopic: 'r', correlationData: Buffer.from('c') }
    expect(send(publish(1, { properties }))).toMatchObject([{ do: 'message' }])
  })

  test.each([
    ['PUBLISH with a subscription identifier', publish(1, { properties: { subscriptionIdentifier: 1 } })],
    ['PUBLISH with a wildcard in its response topic', publish(1, { properties: { responseTopic: '#' } })],
    [
      'SUBSCRIBE with identifier 0',
      {
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [{ topic: 't', qos: 0 }],
        properties: { subscriptionIdentifier: 0 },
      },
    ],
  ] as [string, Packet][])('%s is a protocol error', (_, packet) => {
    const { open, send } = talk(5)
    open()
    expect(send(packet)).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x82 }, { do: 'end' }])
  })
})

describe('reports', () => {
  test('are acknowledged in their order, each once it is settled', () => {
    const { open, send, settle, messages } = talk(4)
    open()
    for (const id of [1, 2, 3]) send(publish(id))
    expect(settle(messages[1])).toEqual([])
    expect(settle(messages[0])).toMatchObject([
      { cmd: 'puback', messageId: 1 },
      { cmd: 'puback', messageId: 2 },
    ])
    expect(settle(messages[2])).toMatchObject([{ cmd: 'puback', messageId: 3 }])
  })

  test('of QoS 2 are taken once between PUBREC and PUBREL', () => {
    const { open, send, settle, messages } = talk(5)
    open()
    send(publish(7, { qos: 2 }))
    expect(settle(messages[0])).toMatchObject([{ cmd: 'pubrec', messageId: 7 }])
    expect(send(publish(7, { qos: 2, dup: true }))).toMatchObject([{ cmd: 'pubrec', messageId: 7 }])
    expect(messages).toHaveLength(1)
    expect(send({ cmd: 'pubrel', messageId: 7 })).toMatchObject([{ cmd: 'pubcomp', messageId: 7, reasonCode: 0 }])
    expect(send({ cmd: 'pubrel', messageId: 7 })).toMatchObject([{ cmd: 'pubcomp', reasonCode: 0x92 }])
  })

  test('to a foreign topic get code 0x87 with a reason, which a client can do without', () => {
    const five = talk(5)
    five.open()
    five.send(publish(1))
    expect(five.settle(five.messages[0], reasons.foreignTopic)).toMatchObject([
      { cmd: 'puback', reasonCode: 0x87, properties: { reasonString: reasons.foreignTopic.text } },
    ])
    const short = talk(5)
    short.open({ properties: { requestProblemInformation: false } })
    short.send(publish(1))
    const [puback] = short.settle(short.messages[0], reasons.foreignTopic)
    expect(puback).toMatchObject({ cmd: 'puback', reasonCode: 0x87 })
    expect(puback).not.toHaveProperty('properties')
  })

  test('beyond the receive maximum end the connection with code 0x93', () => {
    const { open, send, session } = talk(5)
    open()
    for (let id = 1; id <= 16; id++) send(publish(id))
    expect(session.takesMore).toBe(false)
    expect(send(publish(17))).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x93 }, { do: 'end' }])
  })

  test('by topic alias reach their topic, and an alias that is unknown or out of range none', () => {
    const { open, send, messages } = talk(5)
    open()
    send(publish(1, { topic: 'long/topic', properties: { topicAlias: 3 } }))
    send(publish(2, { topic: '', properties: { topicAlias: 3 } }))
    expect(messages.map(({ topic }) => topic)).toEqual(['long/topic', 'long/topic'])
    expect(send(publish(3, { topic: '', properties: { topicAlias: 4 } }))).toMatchObject([
      { reasonCode: 0x82 },
      { do: 'end' },
    ])
    const other = talk(5)
    other.open()
    expect(other.send(publish(1, { properties: { topicAlias: 17 } }))).toMatchObject([
      { reasonCode: 0x94 },
      { do: 'end' },
    ])
  })
})

describe('subscriptions', () => {
  const subscribe = (filters: readonly string[], id?: number): Packet => ({
    cmd: 'subscribe',
    messageId: 5,
    subscriptions: filters.map((topic) => ({ topic, qos: 1 })),
    ...(id !== undefined && { properties: { subscriptionIdentifier: id } }),
  })

  test('get a code each, and MQTT 5 the reason of the refusal', () => {
    const grants = (filter: string): Grant =>
      filter === 'many' ? 'quota' : filter.startsWith('own') ? 'granted' : 'foreign'
    const five = talk(5, grants)
    five.open()
    expect(five.send(subscribe(['own/#', 'other', 'many', '$share/g/own', 'own/a+']))).toMatchObject([
      { cmd: 'suback', granted: [1, 0x87, 0x97, 0x9e, 0x8f], properties: { reasonString: reasons.foreignTopic.text } },
      { do: 'subscribed', filters: ['own/#'] },
    ])
    const old = talk(4, grants)
    old.open()
    expect(old.send(subscribe(['own', 'other']))).toMatchObject([
      { cmd: 'suback', granted: [1, 0x80] },
      { do: 'subscribed', filters: ['own'] },
    ])
  })

  test('carry their identifiers to the messages that they match', () => {
    const { open, send, deliver } = talk(5)
    open()
    send(subscribe(['a/#'], 300))
    send(subscribe(['a/b'], 2))
    const bytes = deliver('a/b')
    expect(readPacket(bytes as Buffer, 5)).toMatchObject({ ok: false })
    let got: Packet | undefined
    parser({ protocolVersion: 5 })
      .on('packet', (packet) => {
        got = packet
      })
      .parse(bytes as Buffer)
    expect(got).toMatchObject({ topic: 'a/b', qos: 1, properties: { subscriptionIdentifier: [300, 2] } })
  })

  test('end with a code each', () => {
    const { open, send } = talk(5)
    open()
    send(subscribe(['a']))
    expect(send({ cmd: 'unsubscribe', messageId: 6, unsubscriptions: ['a', 'b'] })).toMatchObject([
      { cmd: 'unsuback', granted: [0, 0x11] },
      { do: 'unsubscribed' },
    ])
  })
})

describe('messages to the client', () => {
  test('wait for its receive maximum, and are acknowledged by their ids', () => {
    const { open, deliver, send, session } = talk(5)
    open({ properties: { receiveMaximum: 1 } })
    const acknowledged: string[] = []
    expect(deliver('a', () => acknowledged.push('a'))).toBeInstanceOf(Buffer)
    const later: (Buffer | undefined)[] = []
    session.send({
      message: { topic: 'b', payload: '', qos: 1, subscriptionIds: [] },
      acknowledged: () => acknowledged.push('b'),
      write: (bytes) => later.push(bytes),
    })
    expect(later).toEqual([])
    send({ cmd: 'puback', messageId: 1 })
    expect(later).toHaveLength(1)
    send({ cmd: 'puback', messageId: 2 })
    expect(acknowledged).toEqual(['a', 'b'])
  })

  test('larger than it takes are not sent', () => {
    const { open, deliver } = talk(5)
    open({ properties: { maximumPacketSize: 100 } })
    expect(deliver('t'.repeat(100))).toBe('never')
    expect(deliver('t')).toBeInstanceOf(Buffer)
  })
})

describe('the end', () => {
  test('is told to MQTT 5 with a reason, and to the others by closing', () => {
    const five = talk(5)
    five.open()
    expect(five.end(reasons.takenOver)).toMatchObject([
      { cmd: 'disconnect', reasonCode: 0x8e, properties: { reasonString: reasons.takenOver.text } },
      { do: 'end' },
    ])
    const old = talk(4)
    old.open()
    expect(old.end(reasons.takenOver)).toMatchObject([{ do: 'end' }])
  })

  test('may not begin a session that lasts', () => {
    const { open, send } = talk(5)
    open()
    expect(send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 60 } })).toMatchObject([
      { cmd: 'disconnect', reasonCode: 0x82 },
      { do: 'end' },
    ])
  })
})

test('whatever comes, in whatever order, is answered by valid packets and ends once', () => {
  const Version = fc.constantFrom<Version>(3, 4, 5)
  const Bytes = fc
    .tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 }))
    .map(([first, body]) => Buffer.concat([Buffer.from([first, body.length]), body]))
  fc.assert(
    fc.property(Version, fc.array(Bytes, { maxLength: 8 }), (version, packets) => {
      const { open, raw, session, messages, settle } = talk(version)
      open()
      let ends = 0
      for (const packet of packets) {
        for (const said of [...raw(packet), ...settle(messages.at(-1))]) {
          expect(said).toBeDefined()
          if ((said as { do?: string }).do === 'end') ends += 1
        }
      }
      expect(ends).toBe(session.ended ? 1 : 0)
    }),
    { numRuns: 2000 },
  )
})
