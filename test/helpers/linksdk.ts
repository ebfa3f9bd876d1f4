import { createHmac } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import { onTestFinished } from 'vitest'
import { expectCompact, takeApart } from './compact.ts'
import type { Notice } from './device.ts'
import { onceOnly } from './mqtt-options.ts'
import { within } from './until.ts'

/** A block of a file as it came: the JSON of its head, and what follows. */
export interface Block {
  readonly json: { readonly id: string | number; readonly code: number; readonly data?: Record<string, unknown> }
  readonly rest: Buffer
}

export interface LinkSdkDevice {
  readonly mqtt: MqttClient
  /** Topics this device has subscribed to. */
  readonly subscribed: readonly string[]
  publish(topic: string, payload: string): Promise<void>
  /** The next message on a topic, in order of arrival; every one is checked for blanks that LinkSDK's parser cannot take. */
  next(topic: string): Promise<Buffer>
  notice(): Promise<Notice>
  /** Asks for a block in LinkSDK's own words and takes the answer. */
  block(streamId: number, offset: number, size: number): Promise<Block>
  /** The same with a request of the test's own. */
  ask(request: string): Promise<Block>
  /** Messages that nobody has asked for yet, by topic. */
  waiting(topic: string): number
}

/** CONNECT of LinkSDK 4.1 for Linux, as captured (docs/protocols/README.md §4.4). */
export const linkSdkConnect = (productKey: string, name: string, secret: string) => {
  const id = `${productKey}.${name}`
  const content = `clientId${id}deviceName${name}productKey${productKey}timestamp2524608000000`
  return {
    clientId: `${id}|timestamp=2524608000000,_ss=1,_v=sdk-c-4.1.0,securemode=3,signmethod=hmacsha256,ext=3,_conn=tcp_0|`,
    username: `${name}&${productKey}`,
    password: createHmac('sha256', secret).update(content).digest('hex').toUpperCase(),
  }
}

/** A device that behaves as LinkSDK's does: it waits for notices without ever subscribing to them. */
export const connectLinkSdk = async (options: {
  readonly mqttUrl: string
  readonly productKey: string
  readonly name: string
  readonly secret: string
}): Promise<LinkSdkDevice> => {
  const { mqttUrl, productKey, name, secret } = options
  const client = mqtt.connect(mqttUrl, {
    ...linkSdkConnect(productKey, name, secret),
    ...onceOnly,
  })
  const arrived = new Map<string, Buffer[]>()
  const takers = new Map<string, ((payload: Buffer) => void)[]>()
  const subscribed: string[] = []
  client.on('message', (topic, payload) => {
    expectCompact(payload)
    const taker = takers.get(topic)?.shift()
    if (taker) taker(payload)
    else arrived.set(topic, [...(arrived.get(topic) ?? []), payload])
  })
  onTestFinished(async () => {
    if (!client.disconnected) await client.endAsync(true)
  })
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve()).once('error', reject)
  })
  const next = (topic: string): Promise<Buffer> => {
    const first = arrived.get(topic)?.shift()
    if (first) return Promise.resolve(first)
    const taken = new Promise<Buffer>((resolve) => takers.set(topic, [...(takers.get(topic) ?? []), resolve]))
    return within(taken, () => `nothing on ${topic}`)
  }
  const publish = async (topic: string, payload: string): Promise<void> => {
    await client.publishAsync(topic, payload, { qos: 1 })
  }
  const download = `/sys/${productKey}/${name}/thing/file/download`
  const ask = async (request: string): Promise<Block> => {
    if (!subscribed.includes(`${download}_reply`)) {
      // The one topic that LinkSDK does subscribe to, at QoS 0.
      await client.subscribeAsync(`${download}_reply`, { qos: 0 })
      subscribed.push(`${download}_reply`)
    }
    const answer = next(`${download}_reply`)
    await publish(download, request)
    const { json, rest } = takeApart(await answer)
    return { json: json as Block['json'], rest }
  }
  return {
    mqtt: client,
    subscribed,
    publish,
    next,
    ask,
    notice: async () => JSON.parse(String(await next(`/ota/device/upgrade/${productKey}/${name}`))) as Notice,
    block: (streamId, offset, size) =>
      ask(
        `{"id":"1","version":"1.0","params":{"fileToken":"default","fileInfo":{"streamId":${streamId},"fileId":1,},"fileBlock":{"size":${size},"offset":${offset}}}}`,
      ),
    waiting: (topic) => arrived.get(topic)?.length ?? 0,
  }
}
