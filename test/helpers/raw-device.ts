import mqtt from 'mqtt'
import { onTestFinished } from 'vitest'
import { expectCompact } from './compact.ts'
import { onceOnly } from './mqtt-options.ts'
import { within } from './until.ts'

/** An MQTT client with nothing of any protocol: the test says topic and bytes. */
export interface RawDevice {
  /** Is gone at once when any of them is refused, as RT-Thread's client is. */
  subscribe(...topics: string[]): Promise<void>
  /** Resolves on PUBACK: what it changed is on disk. */
  publish(topic: string, payload: string): Promise<void>
  /** The next message, whatever its topic, in order of arrival; compact JSON, or the test fails. */
  next(): Promise<{ readonly topic: string; readonly text: string }>
  /** Messages that nobody took, everything on its way having arrived. */
  unasked(): Promise<number>
  readonly connected: boolean
  leave(): Promise<void>
}

export const connectRaw = async (
  mqttUrl: string,
  username: string,
  password: string,
  options: { readonly clientId?: string } = {},
): Promise<RawDevice> => {
  const client = mqtt.connect(mqttUrl, { username, password, ...onceOnly, ...options })
  onTestFinished(async () => {
    await client.endAsync(true)
  })
  const arrived: { topic: string; text: string }[] = []
  const takers: ((message: { topic: string; text: string }) => void)[] = []
  client.on('message', (topic, payload) => {
    expectCompact(payload)
    const message = { topic, text: payload.toString() }
    const taker = takers.shift()
    if (taker) taker(message)
    else arrived.push(message)
  })
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve()).once('error', reject)
  })
  return {
    async subscribe(...topics) {
      await client.subscribeAsync(topics, { qos: 1 }).catch((error: unknown) => {
        client.end(true)
        throw error
      })
    },
    async unasked() {
      // A question and its answer behind all that is on its way.
      await client.unsubscribeAsync('nothing')
      return arrived.length
    },
    get connected() {
      return client.connected
    },
    async publish(topic, payload) {
      await client.publishAsync(topic, payload, { qos: 1 })
    },
    next: () => {
      const first = arrived.shift()
      if (first) return Promise.resolve(first)
      return within(new Promise<(typeof arrived)[0]>((resolve) => takers.push(resolve)), () => 'no message')
    },
    async leave() {
      await client.endAsync()
    },
  }
}
