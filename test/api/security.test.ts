import pino from 'pino'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { rawBytes, rawRequest } from '../helpers/http.ts'
import { openApiOf, operationsOf } from '../helpers/openapi.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

/** How a WebSocket attempt ended: `open`, or the status it was refused with. */
const knock = ({ ready }: TestStation, query: string, headers: Record<string, string> = {}): Promise<string | number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://${new URL(ready.api).host}/rpc${query}`, { headers })
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', () => {})
  })

/** A real log that is kept in memory. */
const logBuffer = () => {
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  return { logger, text: () => lines.join('') }
}

describe('who has no token', () => {
  it('is refused by every call of the API but health, before anything else is looked at', async () => {
    const station = await startTestStation()
    const { ready } = station
    const calls = operationsOf(await openApiOf(station)).filter(({ path }) => path !== '/health')
    expect(calls.length).toBeGreaterThan(35)
    const beside = ['/openapi.json', '/docs', '/nowhere', '/uploads/fromPath', '/events/stream'].flatMap((path) => [
      { method: 'GET', path },
      { method: 'POST', path },
    ])
    for (const { method, path } of [...calls, ...beside])
      for (const headers of [
        {},
        { Authorization: 'Bearer wrong' },
        { Authorization: `Basic ${ready.token}` },
        { Authorization: ready.token },
        { 'Content-Type': 'multipart/form-data; boundary=b' },
      ]) {
        const real = `/api/v1${path.replaceAll('{id}', '1').replaceAll('{name}', 'a.bin')}`
        const answer = await rawRequest(ready.api, method, real, headers)
        expect(answer.status, `${method} ${path}`).toBe(401)
        expect(JSON.parse(answer.text || '{}')).toMatchObject({ code: 'UNAUTHORIZED' })
      }
  })

  it('is refused a WebSocket; so is a page of another origin, and any other path', async () => {
    const station = await startTestStation()
    const { host } = new URL(station.ready.api)
    const token = `?token=${station.ready.token}`
    expect(await knock(station, '')).toBe(401)
    expect(await knock(station, '?token=wrong')).toBe(401)
    expect(await knock(station, token, { Origin: 'http://evil.example' })).toBe(403)
    expect(await knock(station, token, { Origin: 'null' })).toBe(403)
    expect(await knock(station, token, { Origin: `https://${host}` })).toBe(403)
    expect(await knock(station, token, { Host: `evil.example:${new URL(station.ready.api).port}` })).toBe(403)
    expect(await knock(station, `/x${token}`)).toBe(404)
    expect(await knock(station, token)).toBe('open')
    expect(await knock(station, token, { Origin: `http://${host}` })).toBe('open')
    expect(await knock(station, '', { Authorization: `Bearer ${station.ready.token}` })).toBe('open')
  })
})

describe('the token', () => {
  it('may stand in the address of a GET alone', async () => {
    const { ready } = await startTestStation()
    const at = (method: string, path: string) => rawRequest(ready.api, method, `/api/v1${path}?token=${ready.token}`)
    expect(await at('GET', '/products')).toMatchObject({ status: 200 })
    expect(await at('HEAD', '/products')).toMatchObject({ status: 200 })
    for (const [method, path] of [
      ['POST', '/products'],
      ['POST', '/uploads'],
      ['PATCH', '/settings'],
      ['DELETE', '/products/1'],
    ] as const)
      expect(await at(method, path), `${method} ${path}`).toMatchObject({ status: 401 })
  })

  it('is never in the log, nor are the secrets of devices', async () => {
    const log = logBuffer()
    const token = 'the-token-of-this-test'
    const station = await startTestStation({ token, logger: log.logger })
    const { rest, ready } = station
    const product = await station.client.products.create({ name: 'P', protocol: 'sagoo', secret: 'secret-of-product' })
    await rest('POST', '/devices', { productId: product.id, name: 'd', secret: 'secret-of-device' })
    await rest('GET', '/products/99')
    await rest('GET', `/products?token=${token}`)
    await rest('POST', '/products', '{"secret":"secret-of-device"')
    await rest('POST', '/packages', '--b\r\nbroken', { 'Content-Type': 'multipart/form-data; boundary=b' })
    await knock(station, `?token=${token}`, { Origin: 'http://evil.example' })
    await rawBytes(ready.api, `GET /?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    await rawBytes(ready.api, `GET /api/v1/products?token=${token} nonsense\r\n\r\n`)
    await station.stop()
    expect(log.text()).toContain('a request was refused')
    for (const secret of [token, 'secret-of-product', 'secret-of-device']) expect(log.text()).not.toContain(secret)
  })
})

describe('a page of another origin', () => {
  it('is refused on every way in, token or not', async () => {
    const { ready } = await startTestStation()
    const { host, port } = new URL(ready.api)
    const authorization = { Authorization: `Bearer ${ready.token}` }
    for (const path of ['/api/v1/products', '/api/v1/health', '/', '/api/v1/docs/start.js'])
      for (const headers of [
        { Origin: 'http://evil.example' },
        { Origin: 'null' },
        { Origin: `http://localhost:${port}` },
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' },
        { Host: `evil.example:${port}` },
        { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` },
        { Host: '127.0.0.1' },
      ]) {
        const answer = await rawRequest(ready.api, 'GET', path, { ...authorization, ...headers })
        expect(answer.status, `${path} ${JSON.stringify(headers)}`).toBe(403)
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
    const preflight = { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' }
    expect((await rawRequest(ready.api, 'OPTIONS', '/api/v1/products', preflight)).status).toBe(403)
    for (const headers of [{ Origin: `http://${host}` }, { Host: `localhost:${port}` }, { 'Sec-Fetch-Site': 'none' }])
      expect((await rawRequest(ready.api, 'GET', '/api/v1/products', { ...authorization, ...headers })).status).toBe(
        200,
      )
  })
})

describe('a file of this machine', () => {
  it('is taken from the desktop window alone', async () => {
    const station = await startTestStation()
    await expect(station.client.uploads.fromPath({ path: '/etc/hostname' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const overHttp = await station.rest('POST', '/uploads/fromPath', { path: '/etc/hostname' })
    expect([403, 404, 405]).toContain(overHttp.status)
    expect(overHttp.body).not.toHaveProperty('sha256')
  })

  it('is not reached by any path of the screen, the documentation or a package', async () => {
    const station = await startTestStation()
    const { ready } = station
    const product = await station.client.products.create({ name: 'P', protocol: 'sagoo' })
    const pack = await station.addPackage({ productId: product.id, name: 'p', version: '1' })
    const ups = ['../', '..%2f', '..%2F', '%2e%2e/', '%2e%2e%2f', '..\\', '..%5c', '....//', '.%00./']
    for (const prefix of ['/', '/assets/', '/api/v1/docs/', `/api/v1/packages/${pack.id}/files/`])
      for (const up of ups)
        for (const target of ['etc/passwd', 'package.json', 'ota-bench.sqlite']) {
          const path = `${prefix}${up.repeat(8)}${target}`
          const headers = { Authorization: `Bearer ${ready.token}` }
          const { status, text } = await rawRequest(ready.api, 'GET', path, headers)
          expect(status, path).toBeGreaterThanOrEqual(400)
          expect(status, path).toBeLessThan(500)
          expect(text, path).not.toMatch(/root:|"dependencies"|SQLite format/)
        }
  })
})

describe('the screen', () => {
  it('needs no token and may load nothing from elsewhere', async () => {
    const { ready } = await startTestStation()
    for (const path of ['/', '/index.html', '/nothing.js', '/api/v1/health', '/api/v1/docs/swagger-ui.css']) {
      const { status, headers } = await rawRequest(ready.api, 'GET', path)
      expect(status, path).not.toBe(401)
      expect(headers['content-security-policy'], path).toContain("default-src 'self'; script-src 'self';")
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'")
      expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    }
    expect(await rawRequest(ready.api, 'POST', '/')).toMatchObject({ status: 405 })
  })
})

describe('a hostile caller', () => {
  const upgrade = (target: string): string =>
    `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

  it('ends no station by any request line, with or without an upgrade, on any listener', async () => {
    const station = await startTestStation()
    const { ready } = station
    const targets = [
      '//',
      '///',
      'http://[',
      'http://[::1',
      '*',
      '/%',
      '/\u0000',
      '/?token=%zz',
      '/rpc?token=%',
      '//@',
      '/#',
      '?',
    ]
    for (const base of [ready.api, ready.http])
      for (const target of targets) {
        await rawBytes(base, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
        await rawBytes(base, upgrade(target))
      }
    for (const bytes of ['GET', '\x16\x03\x01\x02\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n'])
      await rawBytes(ready.api, `${bytes}\r\n\r\n`)
    expect((await station.rest('GET', '/health')).status).toBe(200)
  })

  it('gets 431 for headers without end', async () => {
    const station = await startTestStation()
    const begin = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\n'
    expect(await rawBytes(station.ready.api, `${begin}X: ${'a'.repeat(20_000)}`)).toMatch(/^(HTTP\/1\.1 431 |$)/)
    expect((await station.rest('GET', '/health')).status).toBe(200)
  })

  it('ends its own connection by WebSocket messages that mean nothing, and nobody else', async () => {
    const log = logBuffer()
    const station = await startTestStation({ logger: log.logger })
    const url = `ws://${new URL(station.ready.api).host}/rpc?token=${station.ready.token}`
    const messages: (string | Buffer)[] = [
      ...['garbage', '', '{}', 'null', '[]', '7', '{"i":1}', '{"i":1,"p":{"u":"http://["}}'],
      ...['{"i":"__proto__","p":{"u":"/products/list","b":{}}}', '{"i":1,"t":99,"p":{}}', '{"i":1,"p":{"u":"/a/b/c"}}'],
      Buffer.from([0, 1, 2, 255]),
      Buffer.alloc(0),
    ]
    for (const message of messages) {
      const socket = new WebSocket(url)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      const answered = new Promise((resolve) => socket.once('message', resolve))
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(message)
      await Promise.race([closed, answered])
      socket.terminate()
    }
    const flood = new WebSocket(url)
    const closed = new Promise((resolve) => flood.once('close', resolve))
    await new Promise((resolve) => flood.once('open', resolve))
    flood.on('error', () => {})
    flood.send(Buffer.alloc(33 * 1024 * 1024))
    expect(await closed).toBe(1009)
    await until(
      () => station.client.station.health(),
      ({ status }) => status === 'ok',
    )
    for (const line of log.text().trim().split('\n').filter(Boolean)) expect(JSON.parse(line).level).toBeLessThan(50)
  })
})
