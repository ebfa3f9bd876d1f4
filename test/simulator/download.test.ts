import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer, type RequestListener, type Server } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadInput, download as downloadFrom } from '../../electron/simulator/download.ts'
import { httpSource } from '../../electron/simulator/http-source.ts'
import { demoImage } from '../../electron/simulator/image.ts'
import type { Timers } from '../../electron/simulator/timers.ts'

const image = demoImage(7, 100_000)
const sha256 = createHash('sha256').update(image).digest('hex')
const secure = new HttpsAgent()
const never = new AbortController().signal

/** Time that passes only where somebody sleeps. */
const createFakeTimers = (): Timers & { readonly slept: number[] } => {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    sleep: async (ms, signal) => {
      signal.throwIfAborted()
      slept.push(ms)
      now += ms
    },
    random: () => 0,
  }
}

let server: Server
let serve: RequestListener
let input: Omit<DownloadInput, 'source'> & { readonly url: () => string; readonly agent: Agent }
let timers: ReturnType<typeof createFakeTimers>

beforeEach(async () => {
  server = createServer((request, response) => serve(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  timers = createFakeTimers()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image.bin`
  input = {
    url: () => url,
    size: image.length,
    algorithm: 'sha256',
    bytesPerSecond: 0,
    corrupt: false,
    agent: new Agent({ keepAlive: true }),
    timers,
  }
})

afterEach(async () => {
  input.agent.destroy()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const download = ({ url, agent, ...more }: typeof input, onBytes: (received: number) => void, signal: AbortSignal) =>
  downloadFrom({ ...more, source: httpSource({ url, agents: { http: agent, https: secure } }) }, onBytes, signal)

const whole: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': image.length }).end(image)
}

describe('a download', () => {
  it('comes with the digest and the bytes of the file', async () => {
    serve = whole
    expect(await download(input, () => {}, never)).toEqual({ bytes: image.length, digest: sha256 })
    expect(timers.slept).toEqual([])
  })

  it('takes the time its rate gives, in even portions', async () => {
    serve = whole
    const seen: number[] = []
    await download({ ...input, bytesPerSecond: 10_000 }, (received) => seen.push(received), never)
    expect(timers.now()).toBeCloseTo(10_000, 0)
    expect(seen.length).toBeGreaterThanOrEqual(40)
    expect(Math.max(...timers.slept)).toBeLessThanOrEqual(250.001)
  })

  it('is not disturbed by the end of the answer while it still holds back', async () => {
    let requests = 0
    serve = (request, response) => {
      requests += 1
      whole(request, response)
    }
    const patient: Timers = {
      ...timers,
      sleep: async (ms, signal) => {
        await timers.sleep(ms, signal)
        for (let turn = 0; turn < 5; turn += 1) await setImmediate()
      },
    }
    expect(await download({ ...input, bytesPerSecond: 20_000, timers: patient }, () => {}, never)).toMatchObject({
      digest: sha256,
    })
    expect(requests).toBe(1)
  })

  it('goes on where a lost connection left it', async () => {
    const ranges: (string | undefined)[] = []
    serve = (request, response) => {
      ranges.push(request.headers.range)
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': image.length - from,
        ...(from > 0 && { 'content-range': `bytes ${from}-${image.length - 1}/${image.length}` }),
      })
      if (ranges.length > 2) response.end(image.subarray(from))
      else response.write(image.subarray(from, from + 30_000), () => response.destroy())
    }
    expect(await download(input, () => {}, never)).toEqual({ bytes: image.length, digest: sha256 })
    expect(ranges[0]).toBeUndefined()
    expect(ranges.slice(1)).toEqual([expect.stringMatching(/^bytes=\d+-$/), expect.stringMatching(/^bytes=\d+-$/)])
  })

  it('asks a fresh URL when the old one is gone', async () => {
    serve = whole
    const urls = ['http://127.0.0.1:1/gone', input.url()]
    const url = () => (urls.length > 1 ? urls.shift() : urls[0]) ?? ''
    expect(await download({ ...input, url }, () => {}, never)).toMatchObject({ digest: sha256 })
  })

  it('fails at once when the server refuses', async () => {
    serve = (_request, response) => response.writeHead(403).end('expired')
    await expect(download(input, () => {}, never)).rejects.toMatchObject({ kind: 'download', message: 'HTTP 403' })
  })

  it('fails after ten fruitless tries', async () => {
    let requests = 0
    serve = (_request, response) => {
      requests += 1
      response.writeHead(503).end()
    }
    await expect(download(input, () => {}, never)).rejects.toMatchObject({ kind: 'download' })
    expect(requests).toBe(10)
  })

  it('does not take a whole file in answer to a range', async () => {
    let requests = 0
    serve = (request, response) => {
      requests += 1
      if (requests > 1) return whole(request, response)
      response.writeHead(200, { 'content-length': image.length })
      response.write(image.subarray(0, 1000), () => response.destroy())
    }
    await expect(download(input, () => {}, never)).rejects.toMatchObject({ kind: 'download' })
  })

  it('does not take more bytes than announced', async () => {
    serve = whole
    await expect(download({ ...input, size: 1000 }, () => {}, never)).rejects.toMatchObject({ kind: 'verification' })
  })

  it('ends when told to stop', async () => {
    serve = (_request, response) => {
      response.writeHead(200, { 'content-length': image.length }).write(image.subarray(0, 1000))
    }
    const stop = new AbortController()
    await expect(download(input, () => stop.abort(), stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('can receive the file with one bit wrong', async () => {
    serve = whole
    const { bytes, digest } = await download({ ...input, corrupt: true }, () => {}, never)
    expect(bytes).toBe(image.length)
    expect(digest).not.toBe(sha256)
  })
})
