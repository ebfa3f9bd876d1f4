import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCompressedFiles, encodingFor } from '../../electron/api/compressed-files.ts'

const script = Buffer.from('export const answer = 42 // and so on\n'.repeat(500))

const startServer = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ota-bench-test-'))
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'assets', 'index-abc.js'), script)
  writeFileSync(join(directory, 'assets', 'small.js'), 'export {}')
  writeFileSync(join(directory, 'secret.txt'), script)
  const serve = createCompressedFiles(directory, (response) => response.setHeader('Cache-Control', 'immutable'))
  const server = createServer(async (asked, response) => {
    if (!(await serve(asked, response, new URL(asked.url ?? '/', 'http://x').pathname))) response.end('as it is')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const { port } = server.address() as AddressInfo
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, method, headers }, resolve).once('error', reject).end()
    })
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
  }
}

describe('the screen’s scripts', () => {
  test.each([
    ['br, gzip, deflate', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
  ] as const)(
    'for %s come as %s, a fraction of their size, and are the same again',
    async (accepted, encoding, decode) => {
      const ask = await startServer()
      for (let time = 0; time < 2; time++) {
        const answer = await ask('/assets/index-abc.js', { 'Accept-Encoding': accepted })
        expect(answer.headers).toMatchObject({
          ...{ 'content-encoding': encoding, 'content-type': 'text/javascript', vary: 'Accept-Encoding' },
          ...{ 'cache-control': 'immutable', 'content-length': String(answer.body.length) },
        })
        expect(answer.body.length).toBeLessThan(script.length / 4)
        expect(decode(answer.body).equals(script)).toBe(true)
      }
    },
  )

  test('are not sent again to whoever has them in that encoding', async () => {
    const ask = await startServer()
    const first = await ask('/assets/index-abc.js', { 'Accept-Encoding': 'br' })
    const again = { 'If-None-Match': first.headers.etag ?? '' }
    expect(await ask('/assets/index-abc.js', { 'Accept-Encoding': 'br', ...again })).toMatchObject({ status: 304 })
    expect(await ask('/assets/index-abc.js', { 'Accept-Encoding': 'gzip', ...again })).toMatchObject({ status: 200 })
  })

  test('have a head of the same length without a body', async () => {
    const ask = await startServer()
    const full = await ask('/assets/index-abc.js', { 'Accept-Encoding': 'gzip' })
    const head = await ask('/assets/index-abc.js', { 'Accept-Encoding': 'gzip' }, 'HEAD')
    expect(head.headers['content-length']).toBe(String(full.body.length))
    expect(head.body.length).toBe(0)
  })

  test.each([
    ['/assets/index-abc.js', {}],
    ['/assets/index-abc.js', { 'Accept-Encoding': 'identity' }],
    ['/assets/index-abc.js', { 'Accept-Encoding': 'br', Range: 'bytes=0-9' }],
    ['/assets/small.js', { 'Accept-Encoding': 'br' }],
    ['/secret.txt', { 'Accept-Encoding': 'br' }],
    ['/assets/../../etc/passwd', { 'Accept-Encoding': 'br' }],
  ])('%s asked with %j is left to the server of plain files', async (path, headers) => {
    const ask = await startServer()
    expect((await ask(path, headers)).body.toString()).toBe('as it is')
  })
})

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['GZIP', 'gzip'],
  ['br;q=0.000, gzip; q=0', undefined],
  ['brotli', undefined],
  [undefined, undefined],
])('of Accept-Encoding %j comes %s', (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding)
})

test('a screen that is not built is nobody’s fault', () => {
  expect(() => createCompressedFiles('/nowhere', () => undefined)).not.toThrow()
})
