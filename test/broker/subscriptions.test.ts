import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import { createEmbeddedBroker } from '../../electron/platform/broker/embedded-broker.ts'
import { deviceClient, nextMessage, recordingLogger, TestPlatform, testDevice, topicsOf } from './test-platform.ts'

const alpha = topicsOf('alpha')
const getReply = '/sys/bench/alpha/thing/ota/firmware/get_reply'

let platform: TestPlatform
let broker: Broker
let client: MqttClient
let arrived: string[]

beforeEach(async () => {
  platform = new TestPlatform([testDevice(1, 'alpha'), testDevice(2, 'beta')])
  broker = createEmbeddedBroker({
    host: platform,
    limits: { packetBytes: 4096, failedLogins: 10 },
    listen: { host: '127.0.0.1', mqttPort: 0 },
    clock: { now: () => 0, steady: () => 0, after: () => () => undefined },
    logger: recordingLogger().logger,
  })
  await broker.start()
  client = await deviceClient(broker.urls.mqtt ?? '', 'alpha')
  arrived = []
  client.on('message', (topic, payload) => arrived.push(`${topic} ${payload.toString()}`))
})

afterEach(async () => {
  await client.endAsync(true)
  await broker.stop()
})

const granted = (...filters: string[]): Promise<readonly number[]> =>
  new Promise((resolve) => {
    client.subscribe(filters, { qos: 1 }, (_error, _grants, suback) =>
      resolve((suback?.granted ?? []).map((code) => Number(code))),
    )
  })

/** Sends, and waits until a message behind it has arrived: whatever came twice is there by then. */
const sendAndSettle = async (topic: string, payload: string): Promise<void> => {
  await broker.reply(1, { topic, payload })
  const behind = nextMessage(client)
  if (arrived.length === 0) await behind
  await client.unsubscribeAsync('/nothing')
}

describe('a subscription with wildcards', () => {
  test.each(['/ota/device/+/bench/alpha', '/ota/device/upgrade/bench/alpha/#'])(
    'to %s counts as one to the notices that it covers',
    async (filter) => {
      expect(await granted(filter)).toEqual([1])
      expect(broker.noticeTopicOf(1)).toBe(alpha.notice)
      expect(platform.presence).toEqual(['alpha connected', 'alpha listening'])
      const got = nextMessage(client)
      expect(await broker.send(1, { topic: alpha.notice, payload: '{"code":"200"}' })).toBe(true)
      expect(await got).toMatchObject({ topic: alpha.notice, qos: 1 })
    },
  )

  test('to what lies beside the notices makes nobody a listener', async () => {
    expect(await granted('/sys/bench/alpha/#', '/sys/bench/alpha/thing/service/+')).toEqual([1, 1])
    expect(broker.noticeTopicOf(1)).toBeUndefined()
  })

  test('is refused alone, beside others that are granted', async () => {
    expect(await granted('/sys/bench/alpha/#', '/sys/bench/+/thing/#', '/ota/device/upgrade/#')).toEqual([
      1, 0x80, 0x80,
    ])
    expect(broker.noticeTopicOf(1)).toBeUndefined()
  })

  test('hears a message once, however many of its filters cover it', async () => {
    expect(await granted('/sys/bench/alpha/#', '/sys/bench/alpha/thing/ota/firmware/+', getReply)).toEqual([1, 1, 1])
    await sendAndSettle(getReply, '{"id":1}')
    expect(arrived).toEqual([`${getReply} {"id":1}`])
  })

  test('hears at the QoS it asked for, and of several at the higher', async () => {
    await client.subscribeAsync('/ota/device/+/bench/alpha', { qos: 0 })
    const low = nextMessage(client)
    await broker.send(1, { topic: alpha.notice, payload: '1' })
    expect(await low).toMatchObject({ qos: 0 })
    await client.subscribeAsync('/ota/device/upgrade/bench/alpha/#', { qos: 1 })
    const high = nextMessage(client)
    await broker.send(1, { topic: alpha.notice, payload: '2' })
    expect(await high).toMatchObject({ qos: 1 })
  })

  test('listens on as long as any of its filters covers the notices', async () => {
    await granted('/ota/device/+/bench/alpha', alpha.notice)
    await client.unsubscribeAsync(alpha.notice)
    expect(broker.noticeTopicOf(1)).toBe(alpha.notice)
    await client.unsubscribeAsync('/ota/device/+/bench/alpha')
    expect(broker.noticeTopicOf(1)).toBeUndefined()
    expect(platform.presence.filter((what) => what === 'alpha listening')).toHaveLength(1)
  })

  test('is forgotten with its UNSUBSCRIBE: what it covered goes to nobody by it', async () => {
    const other = await deviceClient(broker.urls.mqtt ?? '', 'alpha', { clientId: 'newest' })
    await granted('/sys/bench/alpha/#')
    await client.unsubscribeAsync('/sys/bench/alpha/#')
    const got = nextMessage(other)
    await broker.reply(1, { topic: getReply, payload: '{}' })
    expect(await got).toMatchObject({ topic: getReply })
    expect(arrived).toEqual([])
    await other.endAsync(true)
  })
})

describe('a publish', () => {
  test('to a gateway’s children and to families of the vendor is acknowledged and ignored, as often as it comes', async () => {
    for (let round = 0; round < 4; round++) {
      await client.publishAsync('/sys/childpk/child1/thing/event/property/post', '{}', { qos: 1 })
      await client.publishAsync('/sys/bench/alpha/thing/service/property/set_reply', '{}', { qos: 1 })
    }
    expect(client.connected).toBe(true)
    expect(platform.messages).toEqual([])
  })

  test('to what another device is upgraded by is refused still', async () => {
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    for (const topic of ['/sys/bench/beta/thing/ota/firmware/get', topicsOf('beta').inform, topicsOf('beta').progress])
      client.publish(topic, '{}', { qos: 1 })
    await closed
    expect(platform.messages).toEqual([])
  })
})
