import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patterned, speak, startBench, type TestBench } from './fixture.ts'

/** Bytes of any value, as a string that is sent as latin1. */
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const line = noise.map((text) => text.replace(/[\r\n]/g, ''))

describe('the download server under hostile input', () => {
  let bench: TestBench
  let path: string
  const content = patterned(5000)
  beforeAll(async () => {
    bench = await startBench()
    path = (await bench.offer(7, content)).file
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  const stillServes = async () => {
    const received = await speak(bench.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(received.subarray(-content.length).equals(content)).toBe(true)
  }

  it('answers or hangs up whatever the request line says', async () => {
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'CONNECT', 'TRACE', 'PRI', 'get').map((name) => `${name} `)
    const target = fc.oneof(
      line,
      line.map((text) => `/ota/${text}`),
      line.map((text) => `${path}${text}`),
      line.map((text) => `http://${text}/ota/${text}`),
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(method, line), target, async (verb, to) => {
        const received = await speak(
          bench.port,
          Buffer.from(`${verb}${to} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1'),
        )
        if (received.length > 0) expect(received.toString('latin1')).toMatch(/^HTTP\/1\.1 [2-4]\d\d /)
      }),
      { numRuns: 300 },
    )
    await stillServes()
  })

  it('answers any Range, If-Range, If-Match and If-None-Match with what it has or a refusal', async () => {
    const numbers = fc.array(
      fc.tuple(fc.maxSafeNat(), fc.constantFrom('-', ',', '--', '=', ' ', 'bytes='), fc.nat(6000)),
      { maxLength: 60 },
    )
    const range = fc.oneof(
      line,
      numbers.map((parts) => `bytes=${parts.flat().join('')}`),
      numbers.map((parts) => parts.flat().join('')),
    )
    const header = fc.tuple(fc.constantFrom('Range', 'range', 'If-Range', 'If-Match', 'If-None-Match'), range)
    await fc.assert(
      fc.asyncProperty(fc.array(header, { minLength: 1, maxLength: 4 }), async (headers) => {
        const text = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        const received = await speak(
          bench.port,
          Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${text}\r\n`, 'latin1'),
        )
        expect(received.toString('latin1')).toMatch(/^HTTP\/1\.1 (200|206|304|400|412|416) /)
        expect(received.length).toBeLessThan(content.length + 8000)
      }),
      { numRuns: 300 },
    )
    await stillServes()
  })

  it('outlives bytes that are no HTTP at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { minLength: 1, maxLength: 5 }), async (chunks) => {
        await speak(bench.port, Buffer.from(`${chunks.join('')}\r\n\r\n\0`, 'latin1'))
      }),
      { numRuns: 200 },
    )
    await stillServes()
  })

  it('tells each refusal once, and no more than a log can hold', () => {
    expect(bench.logged.length).toBeLessThanOrEqual(120)
    expect(bench.logged.every(({ level }) => level === 40)).toBe(true)
  })
})
