import { setImmediate as turn } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/websocket'
import { expect, it, onTestFinished } from 'vitest'
import { contract } from '#shared/contract.ts'
import type { ApiContext } from '../../electron/api/context.ts'
import { serveWindow, type WindowPort } from '../../electron/api/window-port.ts'
import { portTransport } from '../../renderer/api/port-transport.ts'

/** A station whose stream never runs dry, and a window on it; how many batches were made for it so far. */
const endless = () => {
  const made = { batches: 0 }
  const router = {
    events: {
      stream: implement(contract.events.stream).handler(async function* () {
        for (;;) {
          made.batches += 1
          yield { events: [{ type: 'package' as const, id: made.batches }] }
        }
      }),
    },
  }
  const calls = new RPCHandler(router) as unknown as RPCHandler<ApiContext>
  const self = new EventTarget()
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  const requestPort = () => {
    serveWindow(port1 as unknown as WindowPort, calls, { debug() {}, info() {}, warn() {}, error() {} })
    port1.start()
    self.dispatchEvent(
      Object.assign(new Event('message'), { source: self, data: { type: 'ota-bench:port' }, ports: [port2] }),
    )
  }
  const connect = portTransport({ pathForFile: () => '', requestPort }, self as unknown as Window)
  return { made, port: port2, connect }
}

it('a window that reads gets a stream to its end, however long', async () => {
  const { connect } = endless()
  const client: ContractRouterClient<typeof contract> = createORPCClient((await connect()).link)
  let last = 0
  for await (const { events } of await client.events.stream({})) {
    const [event] = events
    last = event?.type === 'package' ? event.id : last
    if (last >= 2000) break
  }
  expect(last).toBe(2000)
})

it('a window that hangs is sent a bounded number of messages, and the rest when it goes on', async () => {
  const { made, port, connect } = endless()
  let hangs = false
  const held: unknown[] = []
  port.addEventListener('message', (event) => {
    if (!hangs) return
    event.stopImmediatePropagation()
    held.push((event as MessageEvent).data)
  })
  const client: ContractRouterClient<typeof contract> = createORPCClient((await connect()).link)
  const stream = await client.events.stream({})
  await stream.next()
  hangs = true
  for (let quiet = 0, before = made.batches; quiet < 200; before = made.batches) {
    await turn()
    quiet = made.batches === before ? quiet + 1 : 0
  }
  expect(made.batches).toBeLessThan(400)
  const whenHanging = made.batches
  hangs = false
  for (const data of held.splice(0)) port.dispatchEvent(new MessageEvent('message', { data }))
  for (let read = 0; read < 1000; read += 1) await stream.next()
  expect(made.batches).toBeGreaterThan(whenHanging)
  await stream.return(undefined)
})

it('nothing is made any more for a window that is gone', async () => {
  const { made, port, connect } = endless()
  const client: ContractRouterClient<typeof contract> = createORPCClient((await connect()).link)
  const stream = await client.events.stream({})
  await stream.next()
  port.close()
  for (let quiet = 0, before = made.batches; quiet < 200; before = made.batches) {
    await turn()
    quiet = made.batches === before ? quiet + 1 : 0
  }
  expect(made.batches).toBeLessThan(400)
})
