import { createHash } from 'node:crypto'
import { rm, truncate } from 'node:fs/promises'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openCount, patterned, speak, startBench, type TestBench } from './fixture.ts'

const content = patterned(100_000)
const KB = 1024

const get = async (url: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(url, { method, headers })
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

describe.each([
  ['an image in memory', { totalBytes: 64 * KB * KB, imageBytes: 64 * KB * KB }],
  ['a file streamed from disk', { totalBytes: 0, imageBytes: 0 }],
])('the download of %s', (_, cache) => {
  let bench: TestBench
  let url: string
  let etag: string
  beforeAll(async () => {
    bench = await startBench({ cache })
    const offered = await bench.offer(7, content)
    url = offered.url
    etag = `"${offered.sha256}"`
  })
  beforeEach(() => void bench.fetched.splice(0))
  afterAll(() => bench[Symbol.asyncDispose]())

  it('answers the whole file with its length, digest and name', async () => {
    const { status, headers, body } = await get(url)
    expect(status).toBe(200)
    expect(body.equals(content)).toBe(true)
    expect(headers.get('content-length')).toBe('100000')
    expect(headers.get('accept-ranges')).toBe('bytes')
    expect(headers.get('etag')).toBe(etag)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toBe('attachment; filename="app.bin"')
    expect(bench.fetched).toEqual([7])
  })

  it.each([
    ['bytes=0-499', 0, 500],
    ['bytes=99000-', 99_000, 100_000],
    ['bytes=-1', 99_999, 100_000],
    ['bytes=-500000', 0, 100_000],
    ['bytes=99999-200000', 99_999, 100_000],
    ['0-4095', 0, 4096],
    ['bytes=0-99999', 0, 100_000],
  ])('answers %s with 206 and exactly those bytes', async (range, start, end) => {
    const { status, headers, body } = await get(url, { Range: range })
    expect(status).toBe(206)
    expect(headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/100000`)
    expect(headers.get('content-length')).toBe(String(end - start))
    expect(body.equals(content.subarray(start, end))).toBe(true)
    expect(bench.fetched).toEqual([7])
  })

  it('answers several ranges as multipart/byteranges', async () => {
    const { status, headers, body } = await get(url, { Range: 'bytes=500-509,0-4,-3' })
    expect(status).toBe(206)
    const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(headers.get('content-type') ?? '')?.[1]
    const part = (start: number, end: number) =>
      `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${start}-${end - 1}/100000\r\n\r\n${content.toString('latin1', start, end)}\r\n`
    expect(body.toString('latin1')).toBe(`${part(500, 510)}${part(0, 5)}${part(99_997, 100_000)}--${boundary}--\r\n`)
    expect(headers.get('content-length')).toBe(String(body.length))
    expect(headers.get('content-range')).toBeNull()
  })

  it.each([
    'bytes=100000-',
    'bytes=200000-300000',
    'bytes=-0',
    '100000-',
    'bytes=9-1',
    'nonsense',
    'bytes=0-1,x',
    `bytes=${'0-0,'.repeat(100)}`,
  ])('answers %s with 416 and the size, never with the whole file', async (range) => {
    const { status, headers, body } = await get(url, { Range: range })
    expect(status).toBe(416)
    expect(headers.get('content-range')).toBe('bytes */100000')
    expect(body.toString()).toBe('Ask for bytes between 0 and 99999, as in bytes=0-1023.\n')
    expect(bench.fetched).toEqual([])
  })

  it('heeds a range only for the file that If-Range names', async () => {
    expect((await get(url, { Range: 'bytes=0-9', 'If-Range': etag })).status).toBe(206)
    const other = await get(url, { Range: 'bytes=0-9', 'If-Range': '"another"' })
    expect(other.status).toBe(200)
    expect(other.body.equals(content)).toBe(true)
    expect((await get(url, { Range: 'bytes=200000-', 'If-Range': 'Wed, 21 Oct 2015 07:28:00 GMT' })).status).toBe(200)
  })

  it('answers 304 to a client that has the file, and 412 to one that wants another', async () => {
    const unchanged = await get(url, { 'If-None-Match': `"x", W/${etag}` })
    expect([unchanged.status, unchanged.headers.get('etag'), unchanged.body.length]).toEqual([304, etag, 0])
    expect((await get(url, { 'If-Match': '"another"' })).status).toBe(412)
    expect((await get(url, { 'If-Match': etag, 'If-None-Match': '"x"' })).status).toBe(200)
    expect(bench.fetched).toEqual([7])
  })

  it('answers HEAD with the headers of the whole file and nothing else, and does not count it as fetched', async () => {
    const { status, headers, body } = await get(url, { Range: 'bytes=0-9' }, 'HEAD')
    expect([status, headers.get('content-length'), body.length]).toEqual([200, '100000', 0])
    expect(bench.fetched).toEqual([])
  })

  it('answers pipelined requests on one connection in their order', async () => {
    const path = new URL(url).pathname
    const ask = (range: string, close = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\nRange: ${range}\r\n${close}\r\n`
    const received = await speak(
      bench.port,
      `${ask('0-99')}${ask('bytes=100000-')}${ask('100-199')}HEAD ${path} HTTP/1.1\r\nHost: x\r\n\r\n${ask('-100', 'Connection: close\r\n')}`,
    )
    const text = received.toString('latin1')
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(
      ['206', '416', '206', '200', '206'].map((status) => `HTTP/1.1 ${status}`),
    )
    expect(text.indexOf(content.toString('latin1', 0, 100))).toBeLessThan(
      text.indexOf(content.toString('latin1', 100, 200)),
    )
    expect(text.endsWith(content.toString('latin1', 99_900))).toBe(true)
  })

  it('sends at most 10 headers, their names as the standards print them', async () => {
    const path = new URL(url).pathname
    for (const line of ['', 'Range: 0-99\r\n', 'Range: bytes=0-1,5-6\r\n', 'Range: x\r\n', 'If-None-Match: *\r\n']) {
      const received = await speak(bench.port, `GET ${path} HTTP/1.1\r\nHost: x\r\n${line}Connection: close\r\n\r\n`)
      const [head = ''] = received.toString('latin1').split('\r\n\r\n')
      const names = head
        .split('\r\n')
        .slice(1)
        .map((header) => header.split(':')[0])
      expect(names.length).toBeLessThanOrEqual(10)
      if (line.startsWith('Range: 0'))
        expect(names).toEqual(expect.arrayContaining(['Content-Length', 'Content-Range', 'Content-Disposition']))
    }
  })

  it('outlives clients that leave in the middle, and closes what it had open for them', async () => {
    const large = patterned(16 * KB * KB)
    const { file, path, url: largeUrl } = await bench.offer(8, large, 'large.bin')
    const ask = `GET ${file} HTTP/1.1\r\nHost: x\r\n\r\n`
    await Promise.all(
      Array.from({ length: 20 }, () => speak(bench.port, ask.repeat(3), (received) => received.length > 100_000)),
    )
    const { body } = await get(largeUrl)
    expect(createHash('sha256').update(body).digest('hex')).toBe(createHash('sha256').update(large).digest('hex'))
    await expect.poll(() => openCount(path)).toBeOneOf([0, undefined])
  })

  it('sends a file to a client that takes its time, at that pace', async () => {
    const large = patterned(8 * KB * KB)
    const { url: largeUrl } = await bench.offer(9, large, 'large.bin')
    const body = await new Promise<Buffer>((resolve, reject) => {
      request(largeUrl, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          response.pause()
          setImmediate(() => response.resume())
        })
        response.on('end', () => resolve(Buffer.concat(chunks)))
        response.on('error', reject)
      })
        .on('error', reject)
        .end()
    })
    expect(body.equals(large)).toBe(true)
  })
})

describe('the download server refuses', () => {
  let bench: TestBench
  let url: string
  beforeAll(async () => {
    bench = await startBench()
    url = (await bench.offer(7, content)).url
  })
  beforeEach(() => {
    bench.now = 0
    bench.logged.splice(0)
  })
  afterAll(async () => {
    expect(bench.fetched).toEqual([])
    await bench[Symbol.asyncDispose]()
  })

  it('an expired token with 410 and says what to do', async () => {
    bench.now = 60_000
    const { status, body } = await get(url)
    expect([status, body.toString()]).toEqual([
      410,
      'This download address has expired. Report the version again, or retry the job on the station, to get a new one.\n',
    ])
  })

  it('a token that was changed, cut, or made by another station with 403', async () => {
    const changed = url.replace(/\/ota\/./, (start) => start.slice(0, -1) + (start.endsWith('B') ? 'C' : 'B'))
    const cut = url.replace(/.\/app\.bin$/, '/app.bin')
    const foreign = bench.urlOf({ jobId: 7, file: 0 }, { key: Buffer.alloc(32, 2) })
    for (const wrong of [changed, cut, foreign]) expect((await get(wrong)).status).toBe(403)
  })

  it('a file whose job was cancelled, or that its package never had, with 410', async () => {
    expect((await get(bench.urlOf({ jobId: 8, file: 0 }))).status).toBe(410)
    expect((await get(bench.urlOf({ jobId: 7, file: 1 }))).status).toBe(410)
  })

  it('a file that is missing on disk with 410, and tells the log as a fault', async () => {
    const offered = await bench.offer(9, Buffer.from('missing'))
    await rm(offered.path)
    expect((await get(offered.url)).status).toBe(410)
    expect(bench.logged).toEqual([expect.objectContaining({ level: 50, jobId: 9 })])
  })

  it('a file that is cut short on disk with 500 in words, and tells the log as a fault', async () => {
    const offered = await bench.offer(10, Buffer.from('cut short'))
    await truncate(offered.path, 3)
    const { status, body } = await get(offered.url)
    expect([status, body.toString()]).toEqual([
      500,
      'Something went wrong on the station; it is in its log. Try again later.\n',
    ])
    expect(bench.logged).toEqual([expect.objectContaining({ level: 50 })])
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s with 405 and the methods there are', async (method) => {
    const { status, headers } = await get(url, {}, method)
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it.each([
    '/',
    '/ota',
    '/ota/',
    '/ota/x',
    '/ota/x/',
    '/favicon.ico',
    '/ota/../../etc/passwd',
    '/ota/x/..%2f..%2fetc%2fpasswd',
    '/ota/x/%2e%2e',
    '/ota/x/%',
    '//etc/passwd',
    '*',
  ])('the path %s with 404 or less', async (path) => {
    const received = await speak(bench.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(received.toString()).toMatch(/^HTTP\/1\.1 40[034] /)
  })

  it('a path that climbs out behind a good token with 404', async () => {
    const good = new URL(url).pathname.replace('/app.bin', '')
    for (const name of [
      '../../etc/passwd',
      '..',
      '%2e%2e',
      '..%2f..%2fetc%2fpasswd',
      '..%5c..%5cx',
      'a%00b',
      '%ff',
      'a/b',
      '',
    ]) {
      const received = await speak(bench.port, `GET ${good}/${name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(received.toString()).toMatch(/^HTTP\/1\.1 404 /)
    }
  })

  it('an endless body: it answers and closes the connection', async () => {
    const body = 'x'.repeat(100)
    const received = await speak(
      bench.port,
      `POST ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n${body}`,
    )
    expect(received.toString()).toMatch(/^HTTP\/1\.1 405 [\s\S]*Connection: close/)
  })

  it('headers that are too long with 431, and what is not HTTP with 400', async () => {
    const long = await speak(bench.port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(long.toString()).toMatch(/^HTTP\/1\.1 431 /)
    const noise = await speak(bench.port, '\x16\x03\x01 this is no HTTP\r\n\r\n')
    expect(noise.toString()).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('and tells the log once for each reason, with the job, never with the token', async () => {
    await using fresh = await startBench()
    const expired = fresh.urlOf({ jobId: 55, file: 0 }, { expiresAt: 1000 })
    fresh.now = 2000
    for (let i = 0; i < 5; i += 1) await get(expired)
    for (let i = 0; i < 5; i += 1) await get(fresh.urlOf({ jobId: 56, file: 0 }))
    expect(fresh.logged).toEqual([
      expect.objectContaining({
        msg: 'refused: download: expired',
        status: 410,
        jobId: 55,
        remoteAddress: '127.0.0.1',
      }),
      expect.objectContaining({ msg: 'refused: download: gone', status: 410, jobId: 56 }),
    ])
    expect(JSON.stringify(fresh.logged)).not.toContain(new URL(expired).pathname.split('/')[2])
  })
})
