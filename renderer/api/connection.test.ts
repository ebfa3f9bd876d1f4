import { describe, expect, it } from 'vitest'
import { backoffMs, createConnection, OfflineError } from './connection.ts'
import { type Connect, RefusedError, type Transport } from './transport.ts'

/** A connection that closes on request and answers with its own name. */
const lineNamed = (name: string) => {
  const { promise: closed, resolve: end } = Promise.withResolvers<void>()
  const transport: Transport = { closed, link: { call: async () => name } }
  return { transport, end }
}

const untilStatus = (connection: ReturnType<typeof createConnection>, status: string) =>
  new Promise<void>((resolve) => {
    const done = () => {
      stop()
      resolve()
    }
    const stop = connection.store.subscribe((state) => state.status === status && done())
    if (connection.store.getState().status === status) done()
  })

const call = (connection: ReturnType<typeof createConnection>) => connection.link.call(['x'], {}, { context: {} })

describe('the connection to the station', () => {
  it('opens again when the line is lost, and says so', async () => {
    const lines = [lineNamed('first'), lineNamed('second')]
    const waits: number[] = []
    let opened = 0
    const connection = createConnection({
      connect: async () => lines[opened++]?.transport ?? Promise.reject(new Error('no more')),
      wait: async (ms) => void waits.push(ms),
      patienceMs: 1000,
    })
    connection.start()
    await untilStatus(connection, 'open')
    expect(await call(connection)).toBe('first')
    lines[0]?.end()
    await untilStatus(connection, 'lost')
    await untilStatus(connection, 'open')
    expect(await call(connection)).toBe('second')
    expect(connection.store.getState().epoch).toBe(2)
    expect(waits).toContain(backoffMs(0))
  })

  it('waits longer after each failure, and not for ever longer', () => {
    const waits = Array.from({ length: 20 }, (_, attempt) => backoffMs(attempt))
    expect(waits.slice(0, 4)).toEqual([250, 500, 1000, 2000])
    expect(Math.max(...waits)).toBe(5000)
  })

  it('stops when the token is refused, and goes on with another', async () => {
    const line = lineNamed('in')
    let allowed = false
    const connect: Connect = async () => {
      if (!allowed) throw new RefusedError()
      return line.transport
    }
    const connection = createConnection({ connect, wait: async () => undefined, patienceMs: 0 })
    connection.start()
    await untilStatus(connection, 'refused')
    allowed = true
    connection.start()
    await untilStatus(connection, 'open')
    expect(await call(connection)).toBe('in')
  })

  it('lets a call wait for the line, and fail as offline when none comes', async () => {
    const connection = createConnection({
      connect: () => new Promise(() => undefined),
      wait: async () => undefined,
      patienceMs: 10,
    })
    connection.start()
    await expect(call(connection)).rejects.toBeInstanceOf(OfflineError)
  })

  it('calls a call offline that the line broke under', async () => {
    const { promise: closed, resolve: end } = Promise.withResolvers<void>()
    const broken: Transport = {
      closed,
      link: {
        call: async () => {
          end()
          await closed
          await Promise.resolve()
          throw new Error('aborted')
        },
      },
    }
    let first = true
    const connection = createConnection({
      connect: () => {
        if (!first) return new Promise(() => undefined)
        first = false
        return Promise.resolve(broken)
      },
      wait: async () => undefined,
      patienceMs: 10,
    })
    connection.start()
    await untilStatus(connection, 'open')
    await expect(call(connection)).rejects.toBeInstanceOf(OfflineError)
  })
})
