import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import {
  connectPacket,
  packetReader,
  pingPacket,
  pubackPacket,
  publishPacket,
  subscribePacket,
} from './mqtt-packets.ts'

/*
 * Devices of a broker as a process of their own, on raw sockets. Orders come as messages, one after the other; what was counted goes back.
 */

export interface LoadClient {
  readonly clientId: string
  readonly username: string
  readonly password: string
  /** Subscribed at QoS 1. */
  readonly topic: string
}

export type MqttOrder =
  /** Connects and subscribes all of them, so many at once. */
  | { readonly do: 'connect'; readonly port: number; readonly clients: readonly LoadClient[]; readonly atOnce: number }
  /** Waits until each has a message. `listening` goes back first: from then on messages count. */
  | { readonly do: 'listen' }
  /** Publishes one message to each topic, as fast as the broker takes them. */
  | { readonly do: 'tell'; readonly topics: readonly string[]; readonly payload: string }
  /** Each client in turn sends `payload` to `topics[n]`; in it `STEP` counts on with each turn. */
  | {
      readonly do: 'report'
      readonly topics: readonly string[]
      readonly payload: string
      readonly perSecond: number
      readonly seconds: number
    }
  | { readonly do: 'end' }

export interface MqttResult {
  readonly seconds: number
  /** Epoch milliseconds, with fractions, of the first and last message. */
  readonly first: number
  readonly last: number
  readonly messages: number
  /** Acknowledgements of reports, ms. */
  readonly median: number
  readonly p99: number
  /** Share of one core that this process took; near 1 it is the limit. */
  readonly share: number
}

interface Client {
  readonly socket: Socket
  /** When the message of an id was sent. */
  readonly sent: Map<number, number>
  connected: () => void
  heard: boolean
  nextId: number
}

const clients: Client[] = []
const waits: number[] = []
let outstanding = 0
let heard = 0
let firstHeard = 0
let lastHeard = 0
let allHeard: (() => void) | undefined
let isEnding = false

const epoch = (): number => performance.timeOrigin + performance.now()

const open = ({ clientId, username, password, topic }: LoadClient, port: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const client: Client = { socket, sent: new Map(), connected: resolve, heard: false, nextId: 1 }
    clients.push(client)
    socket.setNoDelay(true)
    socket.on('connect', () => socket.write(connectPacket(clientId, username, password)))
    socket.on('close', () => {
      if (!isEnding) throw new Error(`the broker closed the connection of ${clientId}`)
    })
    socket.on(
      'data',
      packetReader((arrival) => {
        switch (arrival.kind) {
          case 'connected':
            if (topic === '') client.connected()
            else socket.write(subscribePacket(client.nextId++, topic))
            return
          case 'refused':
            throw new Error(`the broker refused ${clientId}`)
          case 'subscribed':
            client.connected()
            return
          case 'published': {
            if (arrival.id > 0) socket.write(pubackPacket(arrival.id))
            if (client.heard) return
            client.heard = true
            lastHeard = epoch()
            if (heard++ === 0) firstHeard = lastHeard
            if (heard === clients.length) allHeard?.()
            return
          }
          case 'acknowledged': {
            const sent = client.sent.get(arrival.id)
            if (sent === undefined) return
            client.sent.delete(arrival.id)
            outstanding--
            waits.push(performance.now() - sent)
            return
          }
          default:
        }
      }),
    )
  })

const connectAll = async ({ port, clients: all, atOnce }: Extract<MqttOrder, { do: 'connect' }>): Promise<void> => {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(atOnce, all.length) }, async () => {
      while (next < all.length) await open(all[next++] as LoadClient, port)
    }),
  )
}

const publish = (client: Client, topic: string, payload: string): void => {
  const id = client.nextId
  client.nextId = id === 65_535 ? 1 : id + 1
  client.sent.set(id, performance.now())
  outstanding++
  client.socket.write(publishPacket(id, topic, payload))
}

const drained = async (): Promise<void> => {
  while (outstanding > 0) await pause(1)
}

/** As many in flight as Debian's mosquitto queues by default would hold back: no message is dropped. */
const MOST_IN_FLIGHT = 100

const tell = async ({ topics, payload }: Extract<MqttOrder, { do: 'tell' }>): Promise<void> => {
  const [client] = clients
  if (!client) throw new Error('nobody is connected')
  for (const topic of topics) {
    while (outstanding >= MOST_IN_FLIGHT) await new Promise((resolve) => setImmediate(resolve))
    publish(client, topic, payload)
  }
  await drained()
}

const report = async ({ topics, payload, perSecond, seconds }: Extract<MqttOrder, { do: 'report' }>): Promise<void> => {
  const began = performance.now()
  let sent = 0
  for (;;) {
    const elapsed = performance.now() - began
    if (elapsed > seconds * 1000) break
    for (const due = (elapsed / 1000) * perSecond; sent < due; sent++) {
      const n = sent % clients.length
      const step = String(1 + (Math.floor(sent / clients.length) % 98))
      publish(clients[n] as Client, topics[n] as string, payload.replaceAll('STEP', step))
    }
    await pause(5)
  }
  await drained()
}

const run = async (order: MqttOrder): Promise<void> => {
  if (order.do === 'connect') await connectAll(order)
  else if (order.do === 'tell') await tell(order)
  else if (order.do === 'report') await report(order)
  else if (order.do === 'listen') {
    heard = 0
    for (const client of clients) client.heard = false
    const all = new Promise<void>((resolve) => {
      allHeard = resolve
    })
    process.send?.('listening')
    await all
  }
}

const quantile = (share: number): number => waits[Math.floor(waits.length * share)] ?? 0

// Half of the keep-alive: nobody is sent away for silence.
const pings = setInterval(() => {
  for (const { socket } of clients) socket.write(pingPacket)
}, 30_000)

for (;;) {
  const [order] = (await once(process, 'message')) as [MqttOrder]
  if (order.do === 'end') break
  waits.length = 0
  const began = performance.now()
  const cpu = process.cpuUsage()
  await run(order)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  waits.sort((a, b) => a - b)
  const result: MqttResult = {
    seconds,
    first: firstHeard,
    last: lastHeard,
    messages: waits.length,
    median: quantile(0.5),
    p99: quantile(0.99),
    share: (user + system) / 1e6 / seconds,
  }
  process.send?.(result)
}
clearInterval(pings)
isEnding = true
for (const { socket } of clients) socket.destroy()
process.disconnect()
