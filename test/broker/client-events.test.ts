import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { clientEventOf } from '../../electron/platform/broker/client-events.ts'
import { createExternalBroker } from '../../electron/platform/broker/external-broker.ts'
import { sagooMqtt } from '../../electron/platform/dialects/sagoo/mqtt.ts'
import { recordingLogger, TestPlatform, testDevice, topicsOf } from './test-platform.ts'

/** As EMQX documents them. */
const topicOf = (kind: string, clientId: string) => `$SYS/brokers/emqx@10.0.0.1/clients/${clientId}/${kind}`
const payloadOf = (clientid: string, username: string) =>
  JSON.stringify({ username, ts: 1625572213873, sockport: 1883, proto_ver: 4, ipaddress: '127.0.0.1', clientid })

/** A broker that takes one station and says what the test wants. */
const startBroker = async () => {
  let station: Socket | undefined
  const server = createServer((socket) => {
    station = socket
    const packets = parser()
    packets.on('packet', (packet) => {
      if (packet.cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
      if (packet.cmd === 'subscribe')
        socket.write(
          generate({
            cmd: 'suback',
            messageId: packet.messageId,
            granted: packet.subscriptions.map(({ qos }) => qos),
          }),
        )
    })
    socket.on('data', (bytes) => void packets.parse(bytes)).on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say(topic: string, payload: string) {
      station?.write(generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }))
    },
  }
}

describe('what a broker tells of its clients', () => {
  it('is read, and anything else is not', () => {
    const read = (topic: string, text: string) => clientEventOf(topic, Buffer.from(text))
    expect(read(topicOf('connected', 'a/b'), payloadOf('a/b', 'alpha&bench'))).toEqual({
      kind: 'connected',
      clientId: 'a/b',
      username: 'alpha&bench',
    })
    expect(read(topicOf('subscribed', 'a'), payloadOf('a', 'u'))).toBeUndefined()
    expect(read('$SYS/brokers/emqx@10.0.0.1/uptime', '1 day')).toBeUndefined()
    for (const odd of ['', '{', '[]', '{"clientid":1}', '{"clientid":"a","username":null}'])
      expect(read(topicOf('connected', 'a'), odd)).toBeUndefined()
  })

  it('takes a device offline once the last of its clients has left', async () => {
    const peer = await startBroker()
    const platform = new TestPlatform([testDevice(1, 'alpha')])
    const broker = createExternalBroker({
      ...{ host: platform, url: peer.url, clientId: 'station', dialects: [sagooMqtt] },
      ...{ clock: systemClock, logger: recordingLogger().logger },
    })
    onTestFinished(() => broker.stop())
    await broker.start()
    peer.say(topicsOf('alpha').inform, 'v1')
    await platform.until(() => platform.presence.includes('alpha listening'))
    for (const clientId of ['one', 'two']) peer.say(topicOf('connected', clientId), payloadOf(clientId, 'alpha&bench'))
    peer.say(topicOf('disconnected', 'one'), payloadOf('one', 'alpha&bench'))
    peer.say(topicOf('disconnected', 'stranger'), payloadOf('stranger', 'nobody&bench'))
    peer.say(topicsOf('alpha').progress, '5')
    await platform.until(() => platform.messages.length === 2)
    expect(platform.presence).toEqual(['alpha connected', 'alpha listening'])
    peer.say(topicOf('disconnected', 'two'), payloadOf('two', 'alpha&bench'))
    await platform.until(() => platform.presence.length === 3)
    expect(platform.presence[2]).toBe('alpha disconnected')
    expect(broker.noticeTopicOf(1)).toBeUndefined()
  })
})
