import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createMqttReceiver } from '../../electron/platform/sinks/mqtt-receiver.ts'
import { until } from '../helpers/until.ts'
import { someEvents } from './events.ts'
import { hasMosquitto, needsMosquitto } from './mosquitto-server.ts'
import { mqttWorld } from './worlds.ts'

const forever = new AbortController().signal

describe.skipIf(!hasMosquitto)(`topics at mosquitto${needsMosquitto}`, () => {
  let world: Awaited<ReturnType<typeof mqttWorld>>
  beforeAll(async () => {
    if (hasMosquitto) world = await mqttWorld()
  })
  afterAll(() => world?.close())

  const open = (topic: string) => {
    const receiver = createMqttReceiver({ url: world.url, secret: null, topic, ca: null }, `topics ${topic}`)
    onTestFinished(() => receiver.close())
    return receiver
  }

  it('have the station and the kind filled in', async () => {
    await open('ota-bench/hall/{kind}/{station}').send(someEvents(1, 3, 's1'), forever)
    const topics = await until(
      () => world.server.messages.map(({ topic }) => topic),
      ({ length }) => length === 3,
    )
    expect(topics).toEqual(['ota-bench/hall/campaign/s1', 'ota-bench/hall/job/s1', 'ota-bench/hall/unit-record/s1'])
  })

  it('on which the user may not publish are named, not lost without a word', async () => {
    await expect(open('elsewhere/{kind}').send(someEvents(1, 3), forever)).rejects.toMatchObject({ code: 'NO_RIGHT' })
  })
})
