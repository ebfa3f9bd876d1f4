import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingPackages } from '../debian.mjs'
import { run } from '../helpers/program.ts'
import { compileIotOta, PATIENCE_S } from './compiled.ts'

const missing = missingPackages().filter((name) => ['gcc', 'libc6-dev'].includes(name))

let folder: string
let server: Server
/** What the server does with a request's head. */
let answer: (socket: Socket, head: string) => void
let heads: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-http-'))
  if (missing.length === 0)
    await compileIotOta('gcc', 'test/fetch.c', 'address,undefined', join(folder, 'fetch'), [
      'posix_http.c',
      'posix_socket.c',
    ])
  server = createServer((socket) => {
    let head = ''
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (text) => {
      head += text
      if (!head.endsWith('\r\n\r\n')) return
      heads.push(head)
      answer(socket, head)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What it fetched, and how it ended. `readS`: seconds that it waits for more of an answer. */
const fetched = async (offset = 0, path = '/ota/f.bin', readS = PATIENCE_S): ReturnType<typeof run> => {
  heads = []
  const { port } = server.address() as AddressInfo
  return run(join(folder, 'fetch'), [`http://127.0.0.1:${port}${path}`, ...[offset, PATIENCE_S, readS].map(String)])
}

const body = 'x'.repeat(2500) + 'y'.repeat(2500)

const whole = (socket: Socket): void => {
  socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}

describe.skipIf(missing.length > 0)("the device SDK's byte stream on POSIX (needs gcc)", () => {
  it('fetches a whole file', async () => {
    answer = whole
    expect(await fetched(0, '/ota/f.bin?a=1#no')).toEqual({ stdout: body, stderr: 'total=5000 complete' })
    expect(heads[0]).toMatch(
      /^GET \/ota\/f\.bin\?a=1 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nConnection: close\r\n\r\n$/,
    )
  })

  it('goes on from an offset', async () => {
    answer = (socket, head) => {
      expect(head).toContain('\r\nRange: bytes=2499-\r\n')
      const part = body.slice(2499)
      const length = `Content-Range: bytes 2499-4999/5000\r\nContent-Length: ${part.length}`
      socket.end(`HTTP/1.1 206 Partial Content\r\n${length}\r\n\r\n${part}`)
    }
    expect(await fetched(2499)).toEqual({ stdout: body.slice(2499), stderr: 'total=5000 complete' })
  })

  it('says when the connection breaks and when nothing comes', async () => {
    answer = (socket) => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 1234)}`)
    }
    expect(await fetched()).toEqual({ stdout: body.slice(0, 1234), stderr: 'total=5000 broken' })
    answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')
    }
    expect(await fetched(0, '/ota/f.bin', 1)).toEqual({ stdout: 'abc', stderr: 'total=10 timeout' })
  })

  it.each([
    ['a whole file where a range was asked for', `200 OK\r\nContent-Length: 5000`],
    ['a range that begins elsewhere', '206 X\r\nContent-Range: bytes 7-4999/5000\r\nContent-Length: 4993'],
    ['a range that contradicts its length', '206 X\r\nContent-Range: bytes 9-4999/5000\r\nContent-Length: 9'],
    ['a range behind the end', '206 X\r\nContent-Range: bytes 9-5000/5000\r\nContent-Length: 4992'],
    ['a size beyond 4 GB', '206 X\r\nContent-Range: bytes 9-4999/4294967296\r\nContent-Length: 4991'],
    ['chunks', '206 X\r\nContent-Range: bytes 9-4999/5000\r\nContent-Length: 4991\r\nTransfer-Encoding: chunked'],
    ['no length', '206 X\r\nContent-Range: bytes 9-4999/5000'],
    ['a refusal', '404 Not Found\r\nContent-Length: 0'],
    ['a head without an end', `206 X\r\nA: ${'a'.repeat(6000)}`],
  ])('does not take %s', async (_what, head) => {
    answer = (socket) => socket.end(`HTTP/1.1 ${head}\r\n\r\n`)
    expect(await fetched(9)).toEqual({ stdout: '', stderr: 'not opened' })
  })

  it.each([
    'https://h/f',
    'http://',
    'http:///f',
    'http://h',
    'http://h:1234567/f',
    'http://[::1/f',
    'http://h/a b',
    'http://h/a\r\nX: y',
  ])('does not ask for %j', async (url) => {
    expect(await run(join(folder, 'fetch'), [url, '0', '1', '1'])).toEqual({ stdout: '', stderr: 'not opened' })
  })
})
