import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patterned, speak, startBench, type TestBench } from './fixture.ts'

/** Rounds of the event loop in which a server of the same process reads and answers what lies there. */
const ROUNDS = 8
const rounds = async (): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) await new Promise((resolve) => setImmediate(resolve))
}

/** Sends each chunk when the one before has been read, and collects all that comes until the other side ends. */
const converse = (port: number, chunks: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    let received = ''
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, async () => {
      for (const chunk of chunks) {
        if (socket.destroyed) return
        socket.write(chunk, 'latin1')
        await rounds()
      }
    })
    socket.setEncoding('latin1').on('data', (text) => (received += text))
    socket.on('error', () => undefined).on('close', () => resolve(received.replaceAll(/\r\nDate: [^\r]*/g, '')))
  })

const LAST = 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

describe('a server with the fast path beside one that has only node:http', () => {
  let fast: TestBench
  let slow: TestBench
  let path = ''
  const content = patterned(70_000)
  beforeAll(async () => {
    fast = await startBench()
    slow = await startBench({ fast: false })
    path = (await fast.offer(7, content, '固件 v2.bin')).file
    expect((await slow.offer(7, content, '固件 v2.bin')).file).toBe(path)
    // From here on both have the file in memory.
    for (const { port } of [fast, slow]) await speak(port, ask(), (received) => received.length > content.length)
  })
  afterAll(async () => {
    await fast[Symbol.asyncDispose]()
    await slow[Symbol.asyncDispose]()
  })

  /** Both answers and both accounts, without what differs between any two connections. */
  const both = async (chunks: readonly string[]) => {
    const [from, than] = [fast, slow].map(({ served, sent, fetched }) => ({ served, sent, fetched }))
    const before = [from, than].map((one) => [one?.served.length, one?.sent.length, one?.fetched.length] as const)
    const texts = await Promise.all([converse(fast.port, chunks), converse(slow.port, chunks)])
    const accounts = [from, than].map((one, n) => ({
      served: one?.served.slice(before[n]?.[0]),
      sent: one?.sent.slice(before[n]?.[1]),
      fetched: one?.fetched.slice(before[n]?.[2]),
    }))
    return { texts, accounts }
  }
  const expectSame = async (chunks: readonly string[]) => {
    const { texts, accounts } = await both(chunks)
    expect(texts[0]).toBe(texts[1])
    expect(accounts[0]).toEqual(accounts[1])
    return texts[0] ?? ''
  }

  const ask = (...lines: string[]) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`

  it.each([
    ['a whole file', [ask()]],
    ['a range', [ask('Range: bytes=0-4095')]],
    ['ranges one after the other', [0, 1, 2].map((n) => ask(`Range: bytes=${n * 4096}-${n * 4096 + 4095}`))],
    ['a range beyond the end', [ask('Range: bytes=69999-80000'), ask('Range: bytes=70000-80000')]],
    ['a range larger than one piece', [ask('Range: bytes=1-65536'), ask('Range: bytes=5-')]],
    [
      'pieces, then HEAD and a condition',
      [ask('Range: bytes=1-2'), ask('If-None-Match: *'), ask().replace('GET', 'HEAD')],
    ],
    ['requests behind each other', [ask('Range: bytes=1-2') + ask('Range: bytes=3-4'), ask('Range: bytes=5-6')]],
    ['a request in halves', [ask('Range: bytes=1-2').slice(0, 30), ask('Range: bytes=1-2').slice(30)]],
    ['an altered address', [ask().replace('/ota/', '/ota/A')]],
    ['no HTTP', [ask('Range: bytes=1-2'), '\0\0\0']],
  ])('answers %s the same, and accounts for it the same', async (_, chunks) => {
    expect(await expectSame([...chunks, LAST])).toMatch(/^HTTP\/1\.1 /)
  })

  it('answers whatever is sent the same, and accounts for it the same', async () => {
    const place = fc.oneof(fc.nat(80_000), fc.constantFrom(0, 69_999, 70_000)).map(String)
    const range = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(place, place).map(([first, last]) => `Range: bytes=${first}-${last}`) },
      place.map((first) => `Range: bytes=${first}-`),
      fc.constantFrom('Range: bytes=-5', 'Range: bytes=1-2,5-6', 'Range: 3-4', 'Range: lines=1-2', 'range:bytes=1-2 '),
    )
    const other = fc.constantFrom(
      'Accept: */*',
      'If-Range: "x"',
      'Content-Length: 0',
      'Connection: keep-alive',
      'X: y',
      'Host: z',
      'Expect: 100-continue',
      'Accept : x',
      'Accept: \x01',
      'Accept: é',
      'Connection: close',
    )
    const whole = fc
      .array(fc.oneof({ weight: 3, arbitrary: range }, other), { maxLength: 3 })
      .map((lines) => ask(...lines))
    const damaged = fc
      .tuple(whole, fc.nat(400), fc.string({ unit: 'binary-ascii', maxLength: 3 }), fc.nat(3))
      .map(([text, at, put, removed]) => text.slice(0, at) + put + text.slice(at + removed))
    const simple = fc.tuple(fc.nat(69_999), fc.nat(9000)).map(([at, more]) => ask(`Range: bytes=${at}-${at + more}`))
    const requests = fc.array(fc.oneof({ weight: 12, arbitrary: simple }, { weight: 4, arbitrary: whole }, damaged), {
      minLength: 1,
      maxLength: 4,
    })
    const isTogether = fc.boolean()
    await fc.assert(
      fc.asyncProperty(requests, isTogether, async (texts, together) => {
        // A head that was damaged may wait for more: the requests behind it, and the last, are that.
        await expectSame(together ? [texts.join('') + LAST] : [...texts, LAST, LAST])
      }),
      { numRuns: 300 },
    )
    expect(fast.fast).toBeGreaterThan(100)
    expect(slow.fast).toBe(0)
  })
})
