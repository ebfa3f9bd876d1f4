import mqtt, { type MqttClient } from 'mqtt'
import { onTestFinished } from 'vitest'
import { expectCompact } from './compact.ts'
import { onceOnly } from './mqtt-options.ts'
import { within } from './until.ts'

/** A notice as docs/protocols/sagoo.md §4.1 prints it. */
export interface Notice {
  readonly code: string
  readonly id: number
  readonly message: string
  readonly data: {
    readonly size: number
    readonly version: string
    readonly url: string
    readonly md5: string
    readonly sign: string
    readonly signMethod: string
    readonly module?: string
    readonly extData: Record<string, string>
  }
}

/** A device of the test's own making: every step is the test's, nothing happens by itself. */
export interface TestDevice {
  readonly mqtt: MqttClient
  /** Subscribes to the notice topic. */
  listen(): Promise<void>
  inform(version: string, module?: string): Promise<void>
  progress(step: string | number, desc?: string, module?: string): Promise<void>
  /** Asks by Alibaba's pull whether there is an upgrade; the answer as it came. */
  ask(): Promise<unknown>
  /** The next notice, in order of arrival. */
  notice(): Promise<Notice>
  /** Notices that nobody has asked for yet. */
  readonly waiting: readonly Notice[]
  leave(): Promise<void>
}

export interface TestDeviceOptions {
  readonly mqttUrl: string
  readonly productKey: string
  readonly name: string
  readonly secret: string
}

/** Connects a device with its plain secret; resolves when it is let in. */
export const connectDevice = async ({ mqttUrl, productKey, name, secret }: TestDeviceOptions): Promise<TestDevice> => {
  const client = mqtt.connect(mqttUrl, {
    clientId: `test-${name}`,
    username: `${name}&${productKey}`,
    password: secret,
    ...onceOnly,
  })
  const waiting: Notice[] = []
  const takers: ((notice: Notice) => void)[] = []
  let answered: (answer: unknown) => void = () => {}
  client.on('message', (topic, payload) => {
    expectCompact(payload)
    if (topic.endsWith('/get_reply')) return answered(JSON.parse(payload.toString()))
    const notice = JSON.parse(payload.toString()) as Notice
    const taker = takers.shift()
    if (taker) taker(notice)
    else waiting.push(notice)
  })
  const leave = async (): Promise<void> => {
    if (!client.disconnected) await client.endAsync()
  }
  onTestFinished(leave)
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve()).once('error', reject)
  })
  const own = (kind: string): string => `/ota/device/${kind}/${productKey}/${name}`
  const send = async (kind: string, params: object): Promise<void> => {
    await client.publishAsync(own(kind), JSON.stringify({ id: '123', params }), { qos: 1 })
  }
  return {
    mqtt: client,
    waiting,
    async listen() {
      await client.subscribeAsync(own('upgrade'), { qos: 1 })
    },
    inform: (version, module) => send('inform', { version, module }),
    progress: (step, desc, module) => send('progress', { step: String(step), desc, module }),
    async ask() {
      const get = `/sys/${productKey}/${name}/thing/ota/firmware/get`
      await client.subscribeAsync(`${get}_reply`, { qos: 1 })
      const answer = new Promise((resolve) => {
        answered = resolve
      })
      await client.publishAsync(get, '{"id":"7","version":"1.0","params":{},"method":"thing.ota.firmware.get"}', {
        qos: 1,
      })
      return within(answer, () => 'no answer')
    },
    notice: () => {
      const first = waiting.shift()
      if (first) return Promise.resolve(first)
      return within(new Promise<Notice>((resolve) => takers.push(resolve)), () => 'no notice')
    },
    leave,
  }
}
