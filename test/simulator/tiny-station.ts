import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { within } from '../helpers/until.ts'

/** A message a device published, decoded. */
export interface Heard {
  readonly device: string
  readonly purpose: 'inform' | 'progress'
  readonly params: {
    readonly version?: string
    readonly step?: string
    readonly desc?: string
    readonly module?: string
  }
}

/** Just enough of a station to be a virtual device's counterpart, sharing no line with the real one. */
export interface TinyStation {
  readonly mqttUrl: string
  readonly productKey: string
  readonly heard: readonly Heard[]
  /** Device names of CONNECTs that were let in, in order, and of those that disconnected. */
  readonly logins: readonly string[]
  readonly requests: number
  /** Sockets open now, MQTT and HTTP. */
  sockets(): number
  /** Resolves with the first message, old or new, that matches. */
  hear(matches: (message: Heard) => boolean): Promise<Heard>
  /** Resolves when the condition holds; looked at again on every message and on every connection made or lost. */
  until(holds: () => boolean): Promise<void>
  /** Tells a device of an upgrade to the served image. */
  notify(device: string, version: string, changes?: Readonly<Record<string, unknown>>): Promise<void>
  /** Closes every MQTT connection as a crash would. */
  dropAll(): void
  /** Idempotent. */
  stop(): Promise<void>
}

export interface TinyStationOptions {
  readonly secretOf: (device: string) => string
  readonly image: Uint8Array
  readonly module?: string
  /** Answers a download instead of the image. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void
}

const productKey = 'pk1'

export const startTinyStation = async (options: TinyStationOptions): Promise<TinyStation> => {
  const { image, module = 'MCU' } = options
  const heard: Heard[] = []
  const logins: string[] = []
  const watchers = new Set<() => void>()
  const open = new Set<Socket>()
  let requests = 0
  const look = () => {
    for (const watcher of watchers) watcher()
  }

  const broker = await Aedes.createBroker({
    maxClientsIdLength: 256,
    authenticate: (client, username, password, done) => {
      const [name = '', key] = (username ?? '').split('&')
      const [id = '', parameters] = client.id.split('|')
      const timestamp = /timestamp=(\d+)/.exec(parameters ?? '')?.[1]
      const secret = options.secretOf(name)
      const content = `clientId${id}deviceName${name}productKey${key}timestamp${timestamp}`
      const signature = createHmac('sha256', secret).update(content).digest('hex').toUpperCase()
      const right = key === productKey && String(password) === (parameters ? signature : secret)
      if (right) logins.push(name)
      done(right ? null : Object.assign(new Error('no'), { returnCode: 4 }), right)
      look()
    },
    authorizeSubscribe: (client, subscription, done) => {
      const name = client.id.split('|')[0]?.slice(productKey.length + 1)
      const own = subscription.topic === `/ota/device/upgrade/${productKey}/${name}`
      done(null, own && !name?.startsWith('deaf') ? subscription : null)
    },
  })
  broker.on('publish', (packet, client) => {
    const [, purpose, device] = /^\/ota\/device\/(inform|progress)\/pk1\/(.+)$/.exec(packet.topic) ?? []
    if (!client || !device) return
    const { params } = JSON.parse(packet.payload.toString())
    heard.push({ device, purpose: purpose as Heard['purpose'], params })
    look()
  })
  broker.on('clientDisconnect', look)

  const http = createHttpServer((request, response) => {
    requests += 1
    if (options.answer) options.answer(request, response)
    else response.writeHead(200, { 'content-length': image.length }).end(image)
  })
  const mqtt = createServer((socket) => broker.handle(socket))
  for (const server of [http, mqtt]) {
    server.on('connection', (socket: Socket) => {
      open.add(socket)
      socket.on('close', () => {
        open.delete(socket)
        look()
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port

  const until = (holds: () => boolean) => {
    const holding = new Promise<void>((resolve) => {
      const watcher = () => {
        if (!holds()) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
    return within(holding, () => ({ heard: heard.slice(-20), logins: logins.length, sockets: open.size }))
  }

  return {
    mqttUrl: `mqtt://127.0.0.1:${port(mqtt)}`,
    productKey,
    heard,
    logins,
    get requests() {
      return requests
    },
    sockets: () => open.size,
    until,
    hear: async (matches) => {
      await until(() => heard.some(matches))
      return heard.find(matches) as Heard
    },
    notify: (device, version, changes = {}) => {
      const md5 = createHash('md5').update(image).digest('hex')
      const url = `http://127.0.0.1:${port(http)}/image.bin`
      const told = { size: image.length, version, url, md5, sign: md5, signMethod: 'Md5', module, ...changes }
      const payload = JSON.stringify({ code: '1000', data: told, id: Date.now(), message: 'success' })
      const topic = `/ota/device/upgrade/${productKey}/${device}`
      return new Promise((resolve, reject) => {
        broker.publish({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false }, (error) =>
          error ? reject(error) : resolve(),
        )
      })
    },
    dropAll: () => {
      for (const socket of open) socket.destroy()
    },
    stop: async () => {
      if (broker.closed) return
      for (const socket of open) socket.destroy()
      await Promise.all([http, mqtt].map((server) => once(server.close(), 'close')))
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}
