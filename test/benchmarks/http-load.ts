import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/*
 * Clients of a file server as a process of their own, on raw sockets: one request after the other on each, bytes counted and thrown away.
 * The order comes as one message; `begun` goes back when counting begins, then what was counted. Everything that does not start with the expected status, or has another
 * length than was asked for, ends the run with an error: a server that refuses is fast.
 */

export interface LoadOrder {
  readonly port: number
  readonly tls: boolean
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
  /** Share of one core that the clients took or waited for; near 1 they are the limit. */
  readonly share: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
/** Bytes per read; all clients share the buffer, as nobody looks at what was read. */
const READ_BYTES = 256 * 1024

/** Part of the time that passes before anything is counted: connections are made, programs and caches warm. */
const WARM_UP = 0.2

/** Bytes of bodies, as they come, and whole answers. */
const counted = { requests: 0, bytes: 0 }

/** Asks again and again. */
const run = (order: LoadOrder, first: number, buffer: Buffer): Socket => {
  const { port, path, range, size } = order
  const expected = { status: range === 0 ? 'HTTP/1.1 200' : 'HTTP/1.1 206', length: range === 0 ? size : range }
  const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`
  let at = first
  /** Bytes of the body that are still to come; -1: the head is. */
  let left = -1
  /** The beginning of a head whose end has not come. */
  let begun = ''

  const ask = (): void => {
    const start = range === 0 ? 0 : (at++ * range) % (size - range)
    socket.write(range === 0 ? `${head}\r\n` : `${head}Range: bytes=${start}-${start + range - 1}\r\n\r\n`, 'latin1')
  }
  /** Reads a head to its end; bytes of the body that came with it, or -1. */
  const readHead = (chunk: Buffer): number => {
    const end = chunk.indexOf(HEAD_END)
    const text = begun + chunk.toString('latin1', 0, end < 0 ? chunk.length : end)
    begun = end < 0 ? text : ''
    if (end < 0) return -1
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1])
    if (!text.startsWith(expected.status) || length !== expected.length) throw new Error(`answered: ${text}`)
    left = length
    return chunk.length - end - HEAD_END.length
  }
  const take = (chunk: Buffer): void => {
    const body = left < 0 ? readHead(chunk) : chunk.length
    if (body < 0) return
    left -= body
    counted.bytes += body
    if (left > 0) return
    if (left < 0) throw new Error(`${-left} bytes more than were asked for`)
    left = -1
    counted.requests++
    ask()
  }
  const onread = {
    buffer,
    callback: (bytes: number, read: Uint8Array): boolean => {
      take(Buffer.from(read.buffer, read.byteOffset, bytes))
      return true
    },
  }
  const place = { port, host: '127.0.0.1' }
  const socket: Socket = order.tls
    ? connectTls({ ...place, rejectUnauthorized: false }, ask).on('data', take)
    : connect({ ...place, noDelay: true, onread }, ask)
  socket.on('close', () => {
    if (!isOver) throw new Error('the server closed a connection')
  })
  return socket
}

/** Seconds that this process ran, and those that it was ready to run and waited for a core (proc(5), schedstat). */
const busySeconds = (): number => {
  const { user, system } = process.cpuUsage()
  const own = (user + system) / 1e6
  try {
    return own + Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e9
  } catch {
    return own
  }
}

let isOver = false
const [order] = (await once(process, 'message')) as [LoadOrder]
const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const sockets = Array.from({ length: order.clients }, (_, n) => run(order, n * 7, buffer))
await pause(order.seconds * WARM_UP)
counted.requests = 0
counted.bytes = 0
process.send?.('begun')
const began = performance.now()
const busy = busySeconds()
await pause(order.seconds)
const seconds = (performance.now() - began) / 1000
const result: LoadResult = { ...counted, seconds, share: (busySeconds() - busy) / seconds }
isOver = true
for (const socket of sockets) socket.destroy()
process.send?.(result, () => process.disconnect())
