import { Readable } from 'node:stream'
import pino from 'pino'
import { PackageInput } from '#shared/schema.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import type { Broker, BrokerHost } from '../../electron/platform/broker/broker.ts'
import type { DeltaEngine } from '../../electron/platform/delta-engine/delta-engine.ts'
import type { ConnectedDevice } from '../../electron/platform/devices/connected-device.ts'
import type { Downlink } from '../../electron/platform/dialects/dialect.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createTestClock } from './clock.ts'

/** A broker without sockets: the test connects devices and sees what they are sent. */
export class TestBroker implements Broker {
  readonly host: BrokerHost
  readonly urls = { mqtt: null, mqtts: null, external: null }
  readonly sent: { readonly deviceId: number; readonly downlink: Downlink }[] = []
  readonly #connected = new Map<number, ConnectedDevice>()
  readonly #listening = new Set<number>()

  constructor(host: BrokerHost) {
    this.host = host
  }

  /** Connects a device with its secret, in place of a session it still had. */
  async connect(username: string, password: string): Promise<ConnectedDevice> {
    const login = await this.host.login({ clientId: username, username, password }, '127.0.0.1')
    if (!login.ok) throw new Error(`refused: ${login.refused}`)
    this.leave(login.device.id)
    this.#connected.set(login.device.id, login.device)
    this.host.connected(login.device, { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' })
    return login.device
  }

  listen(deviceId: number): void {
    const device = this.#connected.get(deviceId)
    if (!device) return
    this.#listening.add(deviceId)
    this.host.listening(device)
  }

  leave(deviceId: number): void {
    const device = this.#connected.get(deviceId)
    if (!device) return
    this.#connected.delete(deviceId)
    this.#listening.delete(deviceId)
    this.host.disconnected(device)
  }

  /** What a connected device publishes; resolves when it would be acknowledged. */
  async publish(deviceId: number, topic: string, message: object): Promise<void> {
    const device = this.#connected.get(deviceId)
    if (device) await this.host.received(device, topic, Buffer.from(JSON.stringify(message)), 1)
  }

  noticeTopicOf(deviceId: number): string | undefined {
    return this.#listening.has(deviceId) ? `notices of ${deviceId}` : undefined
  }

  send(deviceId: number, downlink: Downlink): Promise<boolean> {
    if (!this.#listening.has(deviceId)) return Promise.resolve(false)
    this.sent.push({ deviceId, downlink })
    return Promise.resolve(true)
  }

  reply(deviceId: number): Promise<boolean> {
    return Promise.resolve(this.#connected.has(deviceId))
  }

  localAddressOf(): string {
    return '127.0.0.1'
  }

  drop(deviceId: number): void {
    this.leave(deviceId)
  }

  forgive(): void {}
  useIdentities = (): Promise<void> => Promise.resolve()
  start = (): Promise<void> => Promise.resolve()
  stop = (): Promise<void> => Promise.resolve()
}

/** The platform over a real store, without sockets and on the test's own time. */
export const openTestPlatform = async (directory: string, options: { readonly deltaEngine?: DeltaEngine } = {}) => {
  const store = openStore(directory)
  const clock = createTestClock()
  const logger = pino({ level: 'silent' })
  const made = Promise.withResolvers<TestBroker>()
  const platform = await createPlatform(
    { store, clock, logger, random: systemRandom, events: new PlatformEvents() },
    {
      directory,
      addresses: { publicHost: undefined, httpPort: () => 8070, httpsPort: () => undefined },
      makeBroker: (host) => {
        const broker = new TestBroker(host)
        made.resolve(broker)
        return broker
      },
      ...options,
    },
  )
  await platform.recover()
  return {
    platform,
    store,
    clock,
    broker: await made.promise,
    /** Waits for what runs in the background: notices being sent and noted. */
    async settle(): Promise<void> {
      for (let round = 0; round < 4; round++) {
        await new Promise((resolve) => setImmediate(resolve))
        await store.write(() => {})
      }
    },
    async addPackage(input: Omit<Parameters<typeof PackageInput.parse>[0] & object, 'uploads'>) {
      const upload = await platform.uploads.receive('app.bin', Readable.from([Buffer.from('firmware')]))
      return platform.packages.create(PackageInput.parse({ ...input, uploads: [upload.id] }))
    },
    async close(): Promise<void> {
      await platform.stop()
      await store.close()
    },
  }
}

export type TestPlatform = Awaited<ReturnType<typeof openTestPlatform>>
