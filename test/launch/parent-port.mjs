// Preloaded into the station process: Electron's parent port of a utility process, over Node's own IPC. Told
// `{event:'port'}`, it opens a channel as the desktop host does and reports what the page's end of it is answered.
import { EventEmitter } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'

const parentPort = Object.assign(new EventEmitter(), {
  /** @param {unknown} message */
  postMessage: (message) => process.send?.(message),
})

const ask = async () => {
  const { port1, port2 } = new MessageChannel()
  parentPort.emit('message', { data: { event: 'port' }, ports: [port1] })
  const link = new RPCLink({ port: port2 })
  port2.start()
  /** @type {any} */
  const client = createORPCClient(link)
  process.send?.({ event: 'answered', health: await client.station.health(), info: await client.station.info() })
}

process.on('message', (/** @type {{ event?: string }} */ message) => {
  if (message.event === 'port') void ask()
  else parentPort.emit('message', { data: message, ports: [] })
})
Object.assign(process, { parentPort })
