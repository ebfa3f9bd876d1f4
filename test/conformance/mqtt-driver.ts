import mqtt, { type MqttClient } from 'mqtt'
import { onTestFinished } from 'vitest'
import { expectCompact } from '../helpers/compact.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import type { TestStation } from '../helpers/station.ts'
import { until, within } from '../helpers/until.ts'
import type { ConformanceDevice, DeviceCredentials, Offer } from './driver.ts'

export interface Message {
  readonly topic: string
  readonly payload: string
}

/** One protocol's messages as a device writes and reads them, from its documents and nothing of the station's. */
export interface DeviceWire {
  readonly username: string
  readonly noticeTopic: string
  version(version: string): Message
  progress(percent: number): Message
  readonly installed: Message
  failure(code: number, words: string): Message
  /** Of a notice that it was sent. */
  acknowledgement?(notice: string): Message
  readonly question?: Message & { readonly replyTopic: string }
  /** A notice or an answer; undefined: it says that there is nothing. */
  read(payload: string): Offer | undefined
}

/** A device that speaks by MQTT and fetches by HTTP. */
export const mqttDevice = (
  station: TestStation,
  credentials: DeviceCredentials,
  wireOf: (device: DeviceCredentials) => DeviceWire,
  protocolVersion: 4 | 5 = 4,
): ConformanceDevice => {
  const wire = wireOf(credentials)
  let client: MqttClient | undefined
  const offers: Offer[] = []
  const takers: ((offer: Offer) => void)[] = []
  let last = ''
  let answered: (offer: Offer | undefined) => void = () => {}
  const linked = (): MqttClient => {
    if (!client?.connected) throw new Error('the device is not connected')
    return client
  }

  const arrived = (topic: string, payload: Buffer): void => {
    expectCompact(payload)
    const offer = wire.read(payload.toString())
    if (topic === wire.question?.replyTopic) {
      answered(offer)
      return
    }
    if (!offer) throw new Error(`not a notice: ${payload.toString()}`)
    last = payload.toString()
    const taker = takers.shift()
    if (taker) taker(offer)
    else offers.push(offer)
  }

  const send = async ({ topic, payload }: Message): Promise<void> => {
    await linked().publishAsync(topic, payload, { qos: 1 })
  }
  const listens = async (topic: string): Promise<boolean> =>
    new Promise((resolve, reject) => {
      linked().subscribe(topic, { qos: 1 }, (error, _granted, suback) => {
        if (suback) resolve(suback.granted.every((code) => Number(code) < 0x80))
        else reject(error ?? new Error('no SUBACK'))
      })
    })

  return {
    async connect(secret = credentials.secret) {
      const opening = mqtt.connect(station.mqttUrl, {
        clientId: `conformance-${credentials.name}`,
        username: wire.username,
        password: secret,
        protocolVersion,
        ...onceOnly,
      })
      onTestFinished(async () => {
        await opening.endAsync(true)
      })
      await new Promise<void>((resolve, reject) => {
        opening.once('connect', () => resolve()).once('error', reject)
      })
      opening.on('message', arrived)
      // A connection that the platform closes is a fact of the test.
      opening.on('error', () => {})
      client = opening
    },
    async listen() {
      if (!(await listens(wire.noticeTopic))) throw new Error('its own notices are refused')
    },
    async leave() {
      linked().stream.destroy()
      await until(
        async () => (await station.client.devices.get({ id: credentials.id })).online,
        (online) => !online,
      )
    },
    report: (version) => send(wire.version(version)),
    offered: () => {
      const first = offers.shift()
      if (first) return Promise.resolve(first)
      return within(new Promise<Offer>((resolve) => takers.push(resolve)), () => 'nothing offered')
    },
    async unasked() {
      // A question and its answer behind all that is on its way.
      await linked().unsubscribeAsync('nothing')
      return offers.length
    },
    async ask() {
      if (!wire.question) throw new Error('its devices cannot ask')
      await listens(wire.question.replyTopic)
      const answer = new Promise<Offer | undefined>((resolve) => {
        answered = resolve
      })
      await send(wire.question)
      return within(answer, () => 'no answer')
    },
    async acknowledge() {
      if (wire.acknowledgement) await send(wire.acknowledgement(last))
    },
    async fetch({ locator }) {
      const response = await fetch(locator)
      return { ok: response.ok, bytes: Buffer.from(await response.arrayBuffer()) }
    },
    progress: (percent) => send(wire.progress(percent)),
    installed: () => send(wire.installed),
    fail: (code, words) => send(wire.failure(code, words)),
    async trespass(other) {
      const foreign = wireOf(other)
      let allowed = 0
      for (const topic of [foreign.noticeTopic, '#', '+/+', '/ota/#', '/sys/+/+/#']) if (await listens(topic)) allowed++
      for (const message of [foreign.version('9.9.9'), foreign.failure(-1, 'not mine')]) await send(message)
      // The third closes the connection, so nothing comes back.
      linked().publish(foreign.installed.topic, foreign.installed.payload, { qos: 1 })
      await until(
        () => client?.connected,
        (connected) => !connected,
      )
      return allowed
    },
  }
}
