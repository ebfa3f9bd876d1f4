import fc from 'fast-check'
import mqttPacket from 'mqtt-packet'
import { expect, test } from 'vitest'
import {
  type Arrival,
  connectPacket,
  packetReader,
  pubackPacket,
  publishPacket,
  subscribePacket,
} from './mqtt-packets.ts'

/** What another implementation reads. */
const read = (bytes: Buffer): unknown => {
  const parser = mqttPacket.parser()
  let packet: unknown
  parser.on('packet', (one) => {
    packet = one
  })
  parser.on('error', (error) => {
    throw error
  })
  parser.parse(bytes)
  return packet
}

test('the load generators’ packets are read by an independent parser as they were meant', () => {
  const payload = 'x'.repeat(20_000)
  expect(read(connectPacket('c', 'user', 'secret'))).toMatchObject({ cmd: 'connect', clientId: 'c', username: 'user' })
  expect(read(subscribePacket(500, 'a/b'))).toMatchObject({
    cmd: 'subscribe',
    messageId: 500,
    subscriptions: [{ topic: 'a/b', qos: 1 }],
  })
  expect(read(publishPacket(300, 'a/b', payload))).toMatchObject({ qos: 1, messageId: 300, topic: 'a/b' })
  expect(read(pubackPacket(65_535))).toMatchObject({ cmd: 'puback', messageId: 65_535 })
})

test('what a broker sends is counted whole, wherever it is cut', () => {
  const sent = [
    mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
    mqttPacket.generate({ cmd: 'suback', messageId: 1, granted: [1] }),
    mqttPacket.generate({
      ...{ cmd: 'publish', topic: 't', payload: Buffer.alloc(300), qos: 1, messageId: 7, retain: false, dup: false },
    }),
    mqttPacket.generate({ cmd: 'puback', messageId: 9 }),
    mqttPacket.generate({ cmd: 'connack', returnCode: 5, sessionPresent: false }),
    mqttPacket.generate({ cmd: 'suback', messageId: 1, granted: [128] }),
  ]
  const bytes = Buffer.concat(sent)
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 10 }), (cuts) => {
      const arrivals: Arrival[] = []
      const take = packetReader((arrival) => arrivals.push(arrival))
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      for (let n = 1; n < places.length; n++) take(bytes.subarray(places[n - 1], places[n]))
      expect(arrivals).toEqual([
        { kind: 'connected' },
        { kind: 'subscribed' },
        { kind: 'published', id: 7, bytes: 305 },
        { kind: 'acknowledged', id: 9 },
        { kind: 'refused' },
        { kind: 'refused' },
      ])
    }),
  )
})
