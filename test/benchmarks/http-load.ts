import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/*
 * Clients of a file server as a process of their own, on raw sockets: one request after the other on each, bytes counted and thrown away.
 * The order comes as one message, what was counted goes back.
 */

export interface LoadOrder {
  readonly port: number
  readonly path: string
  readonly clients: number
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of each range; 0: the whole file. */
  readonly range: number
  readonly seconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly bytes: number
  readonly seconds: number
  /** Share of one core that the clients took; near 1 they are the limit. */
  readonly share: number
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** Bytes of bodies, as they come, and whole answers. */
const counted = { requests: 0, bytes: 0 }

/** Asks again and again. */
const run = (order: LoadOrder, first: number): Socket => {
  const { port, path, range, size } = order
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  let at = first
  /** Bytes of the body that are still to come; -1: the head is. */
  let left = -1
  let head: Buffer = Buffer.alloc(0)
  const ask = (): void => {
    const start = range === 0 ? 0 : (at++ * range) % (size - range)
    const asked = range === 0 ? '' : `Range: bytes=${start}-${start + range - 1}\r\n`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${asked}\r\n`)
  }
  const headOf = (chunk: Buffer): number => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    const end = head.indexOf(HEAD_END)
    if (end < 0) return -1
    const text = head.toString('latin1', 0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
    if (!/^HTTP\/1\.1 20[06]/.test(text) || length === undefined) throw new Error(`answered: ${text}`)
    left = Number(length)
    const body = head.length - end - HEAD_END.length
    head = Buffer.alloc(0)
    return body
  }
  socket.on('connect', ask)
  socket.on('data', (chunk) => {
    const body = left < 0 ? headOf(chunk) : chunk.length
    if (body < 0) return
    left -= body
    counted.bytes += body
    if (left > 0) return
    left = -1
    counted.requests++
    ask()
  })
  return socket
}

const [order] = (await once(process, 'message')) as [LoadOrder]
const sockets = Array.from({ length: order.clients }, (_, n) => run(order, n * 7))
const began = performance.now()
const cpu = process.cpuUsage()
await new Promise((resolve) => setTimeout(resolve, order.seconds * 1000))
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
const result: LoadResult = { ...counted, seconds, share: (user + system) / 1e6 / seconds }
for (const socket of sockets) socket.destroy()
process.send?.(result, () => process.disconnect())
