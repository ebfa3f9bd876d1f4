import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { makeIdentities } from '../helpers/identities.ts'
import { until } from '../helpers/until.ts'
import { patterned, startBench, type TestBench } from './fixture.ts'

const LARGE = 24 * 1024 * 1024
const ask = (path: string, range: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nRange: bytes=${range}\r\n\r\n`

/** A client that collects what it reads; with `isPaused`, it reads nothing until told. */
const client = async (socket: Socket, event: string, isPaused = false) => {
  const chunks: Buffer[] = []
  socket.on('error', () => undefined)
  const closed = once(socket, 'close')
  await once(socket, event)
  const read = () => socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!isPaused) read()
  const text = () => Buffer.concat(chunks).toString('latin1')
  return { socket, closed, read, text, until: (passes: (text: string) => boolean) => until(text, passes) }
}
const plain = ({ port }: TestBench, isPaused = false) => client(connect(port, '127.0.0.1'), 'connect', isPaused)

/** Has the file in memory, as after the first request. */
const warmed = async (bench: TestBench, content: Buffer) => {
  const { file } = await bench.offer(7, content)
  const first = await plain(bench)
  first.socket.write(ask(file, '0-0'))
  await first.until((text) => text.includes('\r\n\r\n'))
  first.socket.destroy()
  await first.closed
  await until(
    () => bench.served.length,
    (served) => served === 1,
  )
  return file
}

describe('the fast path', () => {
  it('serves the first request of a file, and those that came while it was read', async () => {
    await using bench = await startBench()
    const { file } = await bench.offer(7, patterned(5000))
    const device = await plain(bench)
    device.socket.write(ask(file, '0-9'))
    await device.until((text) => text.includes('bytes 0-9/5000'))
    expect(bench.fast).toBe(1)
    device.socket.destroy()
  })

  it('keeps what a slow client does not take, serves others meanwhile, and counts it once at its end', async () => {
    await using bench = await startBench()
    const content = patterned(LARGE)
    const file = await warmed(bench, content)
    const slow = await plain(bench, true)
    // The second one waits until the first answer has left.
    slow.socket.write(ask(file, `0-${LARGE - 1}`))
    slow.socket.write(ask(file, '5-9'))
    const other = await plain(bench)
    other.socket.write(ask(file, '1-2'))
    await other.until((text) => text.includes('bytes 1-2/'))
    expect(bench.served.filter(({ bytes }) => bytes === LARGE)).toEqual([])
    slow.read()
    await slow.until((text) => text.includes('bytes 5-9/'))
    const wholes = bench.served.filter(({ bytes }) => bytes === LARGE)
    expect(wholes).toMatchObject([{ jobId: 7, status: 206, range: `bytes=0-${LARGE - 1}`, complete: true }])
    expect(bench.sent.filter(({ bytes }) => bytes === LARGE)).toHaveLength(1)
    const body = slow.text().split('\r\n\r\n')[1] ?? ''
    expect(Buffer.from(body, 'latin1').subarray(0, LARGE).equals(content)).toBe(true)
    slow.socket.destroy()
    other.socket.destroy()
  })

  it('tells once of a client that left in the middle, and counts nothing for it', async () => {
    await using bench = await startBench()
    const file = await warmed(bench, patterned(LARGE))
    const device = await plain(bench, true)
    device.socket.write(ask(file, '0-'))
    await until(
      () => bench.fast,
      (fast) => fast === 2,
    )
    device.socket.resetAndDestroy()
    const ended = await until(
      () => bench.served.slice(1),
      (served) => served.length > 0,
    )
    expect(ended).toMatchObject([{ jobId: 7, status: 206, bytes: LARGE, complete: false }])
    expect(bench.sent.slice(1)).toEqual([])
  })

  it('refuses the next piece of a withdrawn file and of an expired address', async () => {
    await using bench = await startBench()
    const file = await warmed(bench, patterned(5000))
    const [first, second] = [await plain(bench), await plain(bench)]
    for (const { socket } of [first, second]) socket.write(ask(file, '0-9'))
    for (const { until } of [first, second]) await until((text) => text.includes('bytes 0-9/'))
    expect(bench.fast).toBe(3)
    bench.withdraw(7)
    first.socket.write(ask(file, '10-19'))
    await first.until((text) => text.includes('HTTP/1.1 410 '))
    await bench.offer(7, patterned(5000))
    bench.now = 60_000
    second.socket.write(ask(file, '10-19'))
    await second.until((text) => text.includes('HTTP/1.1 410 '))
    expect(bench.fast).toBe(3)
    for (const { socket } of [first, second]) socket.destroy()
  })

  it('ends connections that stay silent, before the first request with a reason and after an answer without', async () => {
    const clock = createTestClock()
    await using bench = await startBench({ after: clock.after })
    const file = await warmed(bench, patterned(5000))
    const [silent, served] = [await plain(bench), await plain(bench)]
    served.socket.write(ask(file, '0-9'))
    await served.until((text) => text.includes('bytes 0-9/'))
    clock.advance(10_000)
    served.socket.write(ask(file, '10-19'))
    await served.until((text) => text.includes('bytes 10-19/'))
    clock.advance(10_000)
    await silent.closed
    expect(silent.text()).toContain('HTTP/1.1 408 ')
    served.socket.write(ask(file, '20-29'))
    await served.until((text) => text.includes('bytes 20-29/'))
    clock.advance(30_000)
    await served.closed
    expect(served.text()).not.toContain('408')
  })

  it('lets an answer under way finish when the server stops, and closes the connection after it', async () => {
    await using bench = await startBench()
    const file = await warmed(bench, patterned(LARGE))
    const [idle, device] = [await plain(bench), await plain(bench, true)]
    idle.socket.write(ask(file, '0-9'))
    await idle.until((text) => text.includes('bytes 0-9/'))
    device.socket.write(ask(file, '0-'))
    await until(
      () => bench.fast,
      (fast) => fast === 3,
    )
    const stopped = bench.server.stop(20_000)
    await idle.closed
    device.read()
    await device.closed
    expect(device.text().length).toBeGreaterThan(LARGE)
    await stopped
  })

  it('serves pieces over TLS, and hands whole files to the way that encrypts in steps', async () => {
    const { identities: tls } = await makeIdentities()
    await using bench = await startBench({ tls })
    const content = patterned(300_000)
    const { file } = await bench.offer(7, content)
    const device = await client(
      connectTls({ host: '127.0.0.1', port: bench.port, rejectUnauthorized: false }),
      'secureConnect',
    )
    for (const range of ['0-9', '4096-8191', '0-65535']) {
      device.socket.write(ask(file, range))
      await device.until((text) => text.includes(`bytes ${range}/300000`))
    }
    expect(bench.fast).toBe(3)
    device.socket.write(ask(file, '0-299999'))
    await device.until((text) => text.endsWith(content.subarray(-100).toString('latin1')))
    expect(device.text()).toContain('bytes 0-299999/300000')
    device.socket.destroy()
  })
})
