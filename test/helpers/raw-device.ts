import mqtt from 'mqtt'
import { onTestFinished } from 'vitest'
import { expectCompact } from './compact.ts'
import { onceOnly } from './mqtt-options.ts'
import { within } from './until.ts'

/** An MQTT client with nothing of any protocol: the test says topic and bytes. */
export interface RawDevice {
  subscribe(...topics: string[]): Promise<void>
  /** Resolves on PUBACK: what it changed is on disk. */
  publish(topic: string, payload: string): Promise<void>
  /** The next message, whatever its topic, in order of arrival; compact JSON, or the test fails. */
  next(): Promise<{ readonly topic: string; readonly text: string }>
  leave(): Promise<void>
}

export const connectRaw = async (mqttUrl: string, username: string, password: string): Promise<RawDevice> => {
  const client = mqtt.connect(mqttUrl, { username, password, ...onceOnly })
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
      await client.subscribeAsync(topics, { qos: 1 })
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
