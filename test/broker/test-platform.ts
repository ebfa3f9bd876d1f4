import { connect as connectSocket, type Socket } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import pino from 'pino'
import type { BrokerHost, BrokerLogger } from '../../electron/platform/broker/broker.ts'
import type { ConnectedDevice, LoginLimits, LoginResult } from '../../electron/platform/devices/connected-device.ts'
import type { Connect } from '../../electron/platform/dialects/dialect.ts'
import { sagooMqtt } from '../../electron/platform/dialects/sagoo/mqtt.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { within } from '../helpers/until.ts'

/** A device as the test platform knows it: its name is also its secret. */
export const testDevice = (id: number, deviceName: string): ConnectedDevice => ({
  id,
  identity: { productKey: 'bench', deviceName, accessToken: `token-${deviceName}` },
  dialect: sagooMqtt,
})

export const topicsOf = (name: string) => ({
  inform: `/ota/device/inform/bench/${name}`,
  progress: `/ota/device/progress/bench/${name}`,
  notice: `/ota/device/upgrade/bench/${name}`,
})

export interface Received {
  readonly device: string
  readonly topic: string
  readonly text: string
}

/** The platform behind a broker under test: knows its devices, writes down what it is told, and stores when the test lets it. */
export class TestPlatform implements BrokerHost {
  readonly devices: readonly ConnectedDevice[]
  readonly disabled = new Set<string>()
  readonly presence: string[] = []
  readonly addresses: string[] = []
  readonly messages: Received[] = []
  readonly logins: Connect[] = []
  /** Its devices may log in with their product's secret. */
  sharing = false
  /** Settles what `received` promises; replaced by tests that hold it back. */
  store: () => Promise<void> = () => Promise.resolve()
  readonly #waiting: { readonly holds: () => boolean; readonly go: () => void }[] = []

  constructor(devices: readonly ConnectedDevice[]) {
    this.devices = devices
  }

  login(connect: Connect, _remoteAddress?: string, _limits?: LoginLimits): Promise<LoginResult> {
    this.logins.push(connect)
    const claim = sagooMqtt.claim(connect)
    const device = this.devices.find(
      ({ identity }) => claim && 'deviceName' in claim.who && identity.deviceName === claim.who.deviceName,
    )
    if (!device || !claim?.proves(device.identity.deviceName))
      return Promise.resolve({ ok: false, refused: 'credentials', deviceId: device?.id, guessesShared: this.sharing })
    return Promise.resolve(
      this.disabled.has(device.identity.deviceName) ? { ok: false, refused: 'disabled' } : { ok: true, device },
    )
  }

  deviceOfTopic(topic: string): ConnectedDevice | undefined {
    const who = sagooMqtt.senderOf(topic)
    return this.devices.find(({ identity }) => who && 'deviceName' in who && identity.deviceName === who.deviceName)
  }

  deviceOfClient(clientId: string, username: string): ConnectedDevice | undefined {
    const who = sagooMqtt.claim({ clientId, username, password: '' })?.who
    return this.devices.find(({ identity }) => who && 'deviceName' in who && identity.deviceName === who.deviceName)
  }

  received(device: ConnectedDevice, topic: string, payload: Uint8Array): Promise<void> {
    this.messages.push({ device: device.identity.deviceName, topic, text: Buffer.from(payload).toString() })
    this.#changed()
    return this.store()
  }

  connected(device: ConnectedDevice, session: { readonly remoteAddress: string; readonly localAddress: string }): void {
    this.addresses.push(`${session.remoteAddress}>${session.localAddress}`)
    this.#present(device, 'connected')
  }

  listening(device: ConnectedDevice): void {
    this.#present(device, 'listening')
  }

  disconnected(device: ConnectedDevice): void {
    this.#present(device, 'disconnected')
  }

  /** Resolves as soon as the condition holds; asked again at every call the broker makes. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    const holding = new Promise<void>((go) => {
      this.#waiting.push({ holds, go })
    })
    return within(holding, () => ({ presence: this.presence, messages: this.messages }))
  }

  #present(device: ConnectedDevice, what: string): void {
    this.presence.push(`${device.identity.deviceName} ${what}`)
    this.#changed()
  }

  #changed(): void {
    for (const waiting of this.#waiting.filter(({ holds }) => holds())) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
      waiting.go()
    }
  }
}

/** pino itself, writing into an array. */
export const recordingLogger = (): { logger: BrokerLogger; lines: { msg: string; [key: string]: unknown }[] } => {
  const lines: { msg: string; [key: string]: unknown }[] = []
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[0]) },
  )
  return { logger, lines }
}

/** mqtt.js as a device: no reconnecting, closed by the test's own clean-up. */
export const deviceClient = (url: string, name: string, options: IClientOptions = {}): Promise<MqttClient> =>
  mqtt.connectAsync(
    url,
    { username: `${name}&bench`, password: name, clientId: `${name}-client`, ...onceOnly, ...options },
    false,
  )

/** The CONNACK code a login is answered with; 0 for a welcome, after which the client is closed again. */
export const connackOf = async (url: string, name: string, options: IClientOptions = {}): Promise<number> => {
  try {
    const client = await deviceClient(url, name, options)
    await client.endAsync(true)
    return 0
  } catch (error) {
    return (error as { code?: number }).code ?? -1
  }
}

export interface Delivered {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: number
  readonly retain: boolean
}

/** The next message a client gets. */
export const nextMessage = (client: MqttClient): Promise<Delivered> =>
  new Promise((resolve) => {
    client.once('message', (topic, payload, { qos, retain }) => resolve({ topic, payload, qos, retain }))
  })

export const closing = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', () => resolve())
  })

/** A TCP connection that sends what it is given and resolves once the other side has closed it, to what came back. */
export const rawUntilClosed = (url: string, chunks: readonly Uint8Array[]): Promise<Buffer> =>
  raw(url, (socket) => {
    for (const chunk of chunks) socket.write(chunk)
  })

/** The same after a login: once the CONNACK is there, sends the rest and hangs up. */
export const rawAfterLogin = (url: string, connect: Uint8Array, rest: readonly Uint8Array[]): Promise<Buffer> =>
  raw(url, (socket) => {
    socket.write(connect)
    socket.once('data', () => {
      for (const chunk of rest) socket.write(chunk)
      socket.end()
    })
  })

const raw = async (url: string, speak: (socket: Socket) => void): Promise<Buffer> => {
  const { hostname, port } = new URL(url)
  const socket = connectSocket(Number(port), hostname)
  socket.setNoDelay(true)
  const answers: Buffer[] = []
  socket.on('data', (data: Buffer) => answers.push(data))
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  // A reset is one of the ways to be thrown out.
  socket.on('error', () => undefined)
  speak(socket)
  await closed
  return Buffer.concat(answers)
}

/** An MQTT packet of this first byte around this body (MQTT 3.1.1, 2.2). */
export const mqttPacket = (first: number, body: Uint8Array): Buffer => {
  const length: number[] = []
  let rest = body.length
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

const mqttText = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

/** CONNECT of MQTT 3.1.1 with user name, password and no keep-alive (3.1). */
export const connectPacket = (name: string, level = 4): Buffer =>
  mqttPacket(
    0x10,
    Buffer.concat([
      mqttText('MQTT'),
      // MQTT 5 puts its properties here, none of them.
      Buffer.from(level === 5 ? [level, 0xc2, 0, 0, 0] : [level, 0xc2, 0, 0]),
      mqttText('raw'),
      mqttText(`${name}&bench`),
      mqttText(name),
    ]),
  )

/** PUBLISH at QoS 0 (3.3). */
export const publishPacket = (topic: string, payload: string): Buffer =>
  mqttPacket(0x30, Buffer.concat([mqttText(topic), Buffer.from(payload)]))
