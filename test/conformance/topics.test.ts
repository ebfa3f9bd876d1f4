import { describe, expect, it } from 'vitest'
import type { Protocol } from '#shared/protocols/index.ts'
import { authorize } from '../helpers/onenet.ts'
import { connectRaw, type RawDevice } from '../helpers/raw-device.ts'
import { until } from '../helpers/until.ts'
import type { DeviceCredentials } from './driver.ts'
import { type Bench, image, prepare } from './fixture.ts'
import type { DeviceWire } from './mqtt-driver.ts'
import { conformanceProtocols } from './protocols.ts'
import { iotEngineWire, sagooWire, thingspanelWire } from './wires.ts'

/** What clients of a vendor use beside OTA; {key}, {name}, {token}: the device's own. */
interface Habits {
  readonly protocol: Protocol
  /** By name, to wait for notices in as many ways as clients do, one after the other. */
  readonly waitsBy: readonly string[]
  /** What else they subscribe to at once. */
  readonly subscribes: readonly string[]
  /** What they publish beside. */
  readonly publishes: readonly string[]
  /** What reaches other devices. */
  readonly foreign: readonly string[]
  /** Another device's OTA topics. */
  readonly forged: readonly string[]
  wire?(device: DeviceCredentials): DeviceWire
}

const habits: readonly Habits[] = [
  {
    protocol: 'sagoo',
    waitsBy: ['/ota/device/upgrade/{key}/{name}', '/ota/device/+/{key}/{name}', '/ota/device/upgrade/{key}/{name}/#'],
    subscribes: [
      '/sys/{key}/{name}/thing/service/+',
      '/sys/{key}/{name}/rrpc/request/+',
      '/sys/{key}/{name}/thing/event/+/post_reply',
      '/sys/{key}/{name}/#',
      '/{key}/{name}/user/#',
      '/sys/childpk/{name}/child/child1/thing/service/+',
    ],
    publishes: [
      '/sys/{key}/{name}/thing/service/property/set_reply',
      '/sys/childpk/child1/thing/event/property/post',
      '/sys/childpk/{name}/child/child1/thing/event/property/post',
    ],
    foreign: ['/sys/{key}/+/thing/service/+', '/ota/device/upgrade/{key}/+', '/ota/device/upgrade/#', '#', '+/+'],
    forged: [
      '/ota/device/inform/{key}/dev2',
      '/sys/{key}/dev2/thing/ota/firmware/get',
      '/ota/device/progress/{key}/dev2',
    ],
    wire: sagooWire,
  },
  {
    protocol: 'thingspanel',
    waitsBy: [
      '/ota/device/upgrade/{token}',
      'ota/device/+/{token}',
      'ota/devices/+/{name}',
      '/ota/devices/infrom/{name}/#',
    ],
    subscribes: [
      'devices/command/{name}/+',
      'devices/attributes/set/{name}/+',
      'devices/attributes/response/{name}/+',
      'devices/event/response/{name}/+',
      'devices/telemetry/control/{name}',
      'gateway/command/{name}/+',
    ],
    publishes: [
      'devices/attributes/set/response/1712',
      'devices/attributes/get/response/1712',
      'devices/event/response/1712',
      'gateway/telemetry',
      'gateway/attributes/set/response/1712',
      'gateway/command/response/1712',
    ],
    foreign: ['devices/command/+/+', 'devices/#', 'ota/device/upgrade/+', '#', '+/+'],
    forged: ['/ota/device/inform/token-of-dev2', 'ota/device/progress/token-of-dev2', 'ota/devices/infrom/dev2'],
    wire: thingspanelWire,
  },
  {
    protocol: 'onenet',
    waitsBy: ['$sys/{key}/{name}/ota/inform', '$sys/{key}/{name}/ota/+', '$sys/{key}/{name}/#'],
    subscribes: [
      '$sys/{key}/{name}/cmd/request/+',
      '$sys/{key}/{name}/cmd/#',
      '$sys/{key}/{name}/dp/post/json/+',
      '$sys/{key}/{name}/thing/#',
      '$sys/{key}/{name}/thing/property/#',
    ],
    publishes: ['$sys/{key}/{name}/cmd/response/17', '$sys/{key}/{name}/thing/property/set_reply', '$dp'],
    foreign: ['$sys/{key}/+/cmd/#', '$sys/#', '$sys/+/{name}/#', '#', '+/+'],
    forged: ['$sys/{key}/dev2/ota/inform_reply', '$sys/{key}/dev2/ota/inform', '$sys/{key}/dev2/ota/inform_reply'],
  },
  {
    protocol: 'iot-engine',
    waitsBy: ['/sys/{key}/{name}/ota/firmware/upgrade', '/sys/{key}/{name}/ota/firmware/+', '/sys/{key}/{name}/#'],
    subscribes: [
      '/sys/{key}/{name}/service/+/invoke',
      '/sys/{key}/{name}/event/+/post_reply',
      '/sys/{key}/{name}/ota/#',
    ],
    publishes: ['/sys/{key}/{name}/service/open/invoke_reply', '/sys/{key}/child1/event/property/post'],
    foreign: ['/sys/{key}/+/service/+/invoke', '/sys/{key}/+/ota/firmware/upgrade', '/sys/#', '#', '+/+'],
    forged: [
      '/sys/{key}/dev2/ota/firmware/version',
      '/sys/{key}/dev2/ota/firmware/progress',
      '/sys/{key}/dev2/ota/firmware/upgrade_reply',
    ],
    wire: iotEngineWire,
  },
]

const protocolOf = (name: Protocol) => {
  const protocol = conformanceProtocols.find((one) => one.protocol === name)
  if (!protocol) throw new Error(`no ${name}`)
  return protocol
}

const own =
  ({ productKey, name, accessToken }: DeviceCredentials) =>
  (topic: string) =>
    topic.replace('{key}', productKey).replace('{name}', name).replace('{token}', accessToken)

/** A client that is gone at any refused subscription, logged in as its vendor's are. */
const strictClient = ({ station }: Bench, habit: Habits, device: DeviceCredentials): Promise<RawDevice> => {
  if (habit.wire) return connectRaw(station.mqttUrl, habit.wire(device).username, device.secret)
  const res = `products/${device.productKey}/devices/${device.name}`
  const token = authorize({ res, key: device.secret, encoded: true })
  return connectRaw(station.mqttUrl, device.productKey, token, { clientId: device.name })
}

const waits = habits.flatMap((habit) => habit.waitsBy.map((filter) => ({ ...habit, filter })))

describe.each(waits)('a client of $protocol that waits on $filter and drops its connection at any refusal', (habit) => {
  it('upgrades, and hears each message once', async () => {
    const bench = await prepare(protocolOf(habit.protocol))
    const { device, campaign, clock, reaches, station } = bench
    const topicOf = own(device.credentials)
    const strict = await strictClient(bench, habit, device.credentials)
    const wire = habit.wire?.(device.credentials)
    if (wire) await strict.publish(wire.version('1.0.0').topic, wire.version('1.0.0').payload)
    else await device.report('1.0.0')
    await strict.subscribe(...habit.subscribes.map(topicOf), topicOf(habit.filter))
    clock.advance(2000)
    const id = await campaign()
    const { topic, text } = await strict.next()
    await reaches(id, 'notified')
    expect(await strict.unasked()).toBe(0)
    if (wire) {
      const offer = wire.read(text)
      const acknowledged = wire.acknowledgement?.(text)
      if (acknowledged) await strict.publish(acknowledged.topic, acknowledged.payload)
      const image2 = Buffer.from(await (await fetch(offer?.locator ?? '')).arrayBuffer())
      expect(image2.equals(image)).toBe(true)
      for (const { topic: to, payload } of [wire.progress(40), wire.installed, wire.version('2.0.0')])
        await strict.publish(to, payload)
    } else {
      const { id: noticeId, ...harmless } = JSON.parse(text)
      expect(noticeId).toMatch(/^\d+$/)
      expect(harmless).toEqual({ version: '2.0.0', url: expect.stringMatching(/^http:/) })
      await strict.publish(`${topic}_reply`, `{"id":"${noticeId}","code":200,"msg":"succ"}`)
      const offer = await device.offered()
      expect(await device.fetch(offer)).toEqual({ ok: true, bytes: image })
      await device.installed()
      await device.report('2.0.0')
    }
    await reaches(id, 'succeeded')
    expect(strict.connected).toBe(true)
    expect((await station.client.devices.get({ id: device.credentials.id })).online).toBe(true)
  })
})

describe.each(habits)('a device of $protocol', (habit) => {
  it('may use its vendor’s topics, and loses neither connection nor rights by it', async () => {
    const bench = await prepare(protocolOf(habit.protocol))
    const { credentials } = bench.device
    const client = await strictClient(bench, habit, credentials)
    for (let round = 0; round < 4; round++)
      for (const topic of habit.publishes) await client.publish(own(credentials)(topic), '{"id":"1"}')
    expect(client.connected).toBe(true)
    const { modules } = await bench.station.client.devices.get({ id: credentials.id })
    expect(modules).toEqual([])
  })

  it.each(habit.foreign)('is refused %s, which reaches other devices', async (filter) => {
    const bench = await prepare(protocolOf(habit.protocol))
    const client = await strictClient(bench, habit, bench.device.credentials)
    await expect(client.subscribe(own(bench.device.credentials)(filter))).rejects.toThrow()
  })

  it('is thrown out at the third message in another’s name', async () => {
    const bench = await prepare(protocolOf(habit.protocol))
    const { credentials } = await bench.another('dev2')
    const client = await strictClient(bench, habit, bench.device.credentials)
    const [first, second, third] = habit.forged.map(own(bench.device.credentials))
    await client.publish(first ?? '', '{}')
    await client.publish(second ?? '', '{}')
    void client.publish(third ?? '', '{}').catch(() => undefined)
    await until(
      () => client.connected,
      (connected) => !connected,
    )
    expect((await bench.station.client.devices.get({ id: credentials.id })).modules).toEqual([])
  })
})
