import { createServer } from 'node:http'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/websocket'
import { expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { contract } from '#shared/contract.ts'
import type { LiveEvent } from '#shared/schema.ts'
import type { ApiContext } from '../../electron/api/context.ts'
import { createLiveHub, type LiveSources } from '../../electron/api/live.ts'
import { createSockets } from '../../electron/api/sockets.ts'
import { serveEvents } from '../../electron/api/sse.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const listen = async (server: ReturnType<typeof createServer>): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Resolves when a number has not grown for many turns of the loop. */
const settled = async (number: () => number): Promise<number> => {
  for (let quiet = 0, before = number(); quiet < 500; before = number()) {
    await turn()
    quiet = number() === before ? quiet + 1 : 0
  }
  return number()
}

/** Between two pings. Station and screen share one thread here: an answer takes some of its turns, which are long on a busy computer. */
const HEARTBEAT_MS = 1000

/** A station whose stream never runs dry, over WebSocket. */
const endlessSocket = async (heartbeatMs: number) => {
  const made = { bytes: 0 }
  const router = {
    events: {
      stream: implement(contract.events.stream).handler(async function* () {
        const events = Array.from({ length: 100 }, (_, id) => ({ type: 'package' as const, id: id + 1 }))
        for (;;) {
          made.bytes += JSON.stringify(events).length
          yield { events }
        }
      }),
    },
  }
  const sockets = createSockets(new RPCHandler(router) as unknown as RPCHandler<ApiContext>, silent, heartbeatMs)
  const server = createServer()
  const cut = Promise.withResolvers<void>()
  server.on('upgrade', (request, socket, head) => {
    socket.once('close', () => cut.resolve())
    sockets.accept(request, socket, head)
  })
  onTestFinished(() => sockets.stop())
  const client = new WebSocket(`ws://127.0.0.1:${await listen(server)}/rpc`)
  client.on('error', () => undefined)
  onTestFinished(() => client.terminate())
  await new Promise((resolve) => client.once('open', resolve))
  const link = new RPCLink({ websocket: client as unknown as globalThis.WebSocket })
  const station: ContractRouterClient<typeof contract> = createORPCClient(link)
  return { made, client, station, cut: cut.promise }
}

it('a screen that reads nothing has no more made for it than the system takes, and is cut off', async () => {
  const { made, client, station, cut } = await endlessSocket(HEARTBEAT_MS)
  for (let n = 0; n < 10; n += 1) await (await station.events.stream({})).next()
  client.pause()
  const before = made.bytes
  const bytes = (await settled(() => made.bytes)) - before
  // What the kernel holds on both sides, and one message for each stream.
  expect(bytes).toBeLessThan(32 * 1024 * 1024)
  await cut
})

it('a screen that reads is not cut off, however much comes', async () => {
  const { client, station } = await endlessSocket(HEARTBEAT_MS)
  let isClosed = false
  client.once('close', () => {
    isClosed = true
  })
  let received = 0
  for await (const { events } of await station.events.stream({})) {
    received += events.length
    if (received >= 200_000) break
  }
  expect(isClosed).toBe(false)
})

const eventsOf = (count: number): LiveEvent[] => Array.from({ length: count }, (_, id) => ({ type: 'package', id }))

/** A hub on a board of its own; nothing but packages is ever read. */
const hub = () => {
  const events = new PlatformEvents()
  const none = () => []
  const sources: LiveSources = {
    events,
    job: none,
    campaign: none,
    device: none,
    knock: none,
    diff: none,
    flash: none,
    slot: none,
    line: none,
    sink: none,
    port: none,
  }
  return { live: createLiveHub(sources), events }
}

it('a reader that is too far behind gets its stream ended, and another one begins with what comes then', async () => {
  const { live, events } = hub()
  const stop = new AbortController()
  const lazy = live.subscribe({}, stop.signal)
  const keen = live.subscribe({}, stop.signal)
  const first = [lazy.next(), keen.next()]
  events.emit('package', 1)
  await Promise.all(first)
  // 500 a tick: the keen one takes each batch, the lazy one none.
  for (let id = 2; id <= 12_000; id += 1) events.emit('package', id)
  let taken = 0
  while (taken < 11_999) taken += (await keen.next()).value?.length ?? 0
  expect(await lazy.next()).toEqual({ done: true, value: undefined })
  const again = live.subscribe({}, stop.signal)
  const next = again.next()
  events.emit('package', 77)
  expect((await next).value).toEqual([{ type: 'package', id: 77 }])
  stop.abort()
})

it('a reader of server-sent events that takes nothing is cut off', async () => {
  const many = {
    subscribe: async function* () {
      for (;;) {
        await turn()
        yield eventsOf(1000)
      }
    },
  }
  const server = createServer((_, response) => {
    const url = new URL('http://station/api/v1/events')
    serveEvents(response, url, many as unknown as ReturnType<typeof createLiveHub>, 'en', 50).catch(() => undefined)
  })
  const cut = new Promise<void>((resolve) => server.once('connection', (served) => served.once('close', resolve)))
  const port = await listen(server)
  const reader = connect(port, '127.0.0.1', () => reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
  reader.on('error', () => undefined)
  reader.pause()
  await cut
  reader.destroy()
})
