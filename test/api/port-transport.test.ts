import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { describe, expect, it } from 'vitest'
import { contract } from '#shared/contract.ts'
import { portTransport } from '../../renderer/api/port-transport.ts'

const router = {
  station: {
    health: implement(contract.station.health).handler(() => ({ status: 'ok' as const, version: '1.2.3' })),
  },
}

/** A window to which messages come, and a main process that answers each request for a port with a served one. */
const desktop = () => {
  const self = new EventTarget()
  const channels: MessageChannel[] = []
  const send = (source: unknown, type: string, ports: unknown[]) =>
    self.dispatchEvent(Object.assign(new Event('message'), { source, data: { type }, ports }))
  const requestPort = () => {
    const channel = new MessageChannel()
    channels.push(channel)
    new RPCHandler(router).upgrade(channel.port1 as unknown as MessagePort)
    channel.port1.start()
    // A page in a frame must not be able to slip its own port in.
    send({}, 'ota-bench:port', [new MessageChannel().port1])
    send(self, 'something-else', [new MessageChannel().port1])
    send(self, 'ota-bench:port', [channel.port2])
  }
  return { self: self as unknown as Window, channels, bridge: { pathForFile: () => '', requestPort } }
}

describe('the line of the desktop window', () => {
  it('talks over the port that the preload hands on, and notices when it is gone', async () => {
    const { self, bridge, channels } = desktop()
    const transport = await portTransport(bridge, self)()
    const client: ContractRouterClient<typeof contract> = createORPCClient(transport.link)
    expect(await client.station.health()).toEqual({ status: 'ok', version: '1.2.3' })
    channels[0]?.port1.close()
    await transport.closed
  })

  it('asks for another port each time it opens', async () => {
    const { self, bridge, channels } = desktop()
    const connect = portTransport(bridge, self)
    await connect()
    await connect()
    expect(channels).toHaveLength(2)
    for (const channel of channels) channel.port1.close()
  })
})
