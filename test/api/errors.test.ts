import { describe, expect, it } from 'vitest'
import { rawRequest } from '../helpers/http.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'

/** A call with any body at all and the language of the caller. */
const send = async ({ ready }: TestStation, method: string, path: string, body?: string | Buffer, language = 'en') => {
  const headers = {
    Authorization: `Bearer ${ready.token}`,
    'Accept-Language': language,
    'Content-Type': 'application/json',
  }
  const answer = await rawRequest(ready.api, method, `/api/v1${path}`, headers, body)
  return { ...answer, error: JSON.parse(answer.text || '{}') as Record<string, unknown> }
}

describe('an error over REST', () => {
  it('has code, status, message and data, and nothing else', async () => {
    const station = await startTestStation()
    for (const [method, path, body, status] of [
      ['GET', '/products/99', undefined, 404],
      ['GET', '/nowhere', undefined, 404],
      ['PUT', '/products', undefined, 405],
      ['GET', '/products?limit=0', undefined, 400],
      ['POST', '/products', '{}', 400],
      ['POST', '/products', '{', 400],
      ['POST', '/jobs/1/retry', undefined, 404],
    ] as const) {
      const answer = await send(station, method, path, body)
      expect(answer.status, `${method} ${path}`).toBe(status)
      expect(Object.keys(answer.error).sort(), `${method} ${path}`).toEqual(['code', 'data', 'message', 'status'])
      expect(answer.error.status).toBe(status)
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
    }
  })

  it('is in the language of the caller', async () => {
    const station = await startTestStation()
    for (const [method, path, body, en, zh] of [
      ['GET', '/products/99', undefined, 'Product 99 not found', '产品（99）不存在'],
      ['GET', '/nowhere', undefined, '/api/v1/nowhere does not exist', '接口 /api/v1/nowhere 不存在'],
      ['PUT', '/products', undefined, 'Method not allowed here', '不支持此方法'],
      ['POST', '/products', '{', 'not valid JSON', '不是有效的 JSON'],
      ['POST', '/products', '[]', 'must be a JSON object', '应为 JSON 对象'],
      ['POST', '/products', '{"protocol":"sagoo"}', 'name: is required', 'name: 必填'],
      [
        'POST',
        '/products',
        '{"name":"P","protocol":"x"}',
        'protocol: must be one of sagoo',
        'protocol: 应为以下之一：sagoo',
      ],
      ['POST', '/products', '{"name":"P","protocol":"sagoo","key":"/"}', 'key: 1-64 letters', 'key: 1-64 个英文字母'],
      ['POST', '/products', '{"name":"P","protocol":"sagoo","retry":1}', 'retry: unknown field', 'retry: 未知字段'],
      ['GET', '/products?limit=2000', undefined, 'limit: must be at most 1000', 'limit: 最多 1000'],
      ['GET', '/products?limit=0x10', undefined, 'limit: must be a', 'limit: 应为'],
      ['GET', '/products/1/statistics?days=true', undefined, 'days: must be a', 'days: 应为'],
      ['GET', '/products?offset=2', undefined, 'offset: unknown field', 'offset: 未知字段'],
      ['GET', '/devices?online=perhaps', undefined, 'online: must be true or false', 'online: 应为 true 或 false'],
    ] as const) {
      expect((await send(station, method, path, body, 'en-GB,zh;q=0.5')).error.message, path).toContain(en)
      expect((await send(station, method, path, body, 'zh-CN,zh;q=0.9,en;q=0.5')).error.message, path).toContain(zh)
      expect((await send(station, method, path, body, 'de')).error.message, path).toContain(en)
    }
  })

  it('names every field that is wrong, not the first alone', async () => {
    const { error } = await send(await startTestStation(), 'POST', '/products', '{"name":7,"key":"/","a":1,"b":2}')
    expect(error.data).toMatchObject({ field: 'name' })
    const { issues } = error.data as { issues: { path: string; message: string }[] }
    expect(issues.map(({ path }) => path).sort()).toEqual(['a', 'b', 'key', 'name', 'protocol'])
  })

  it('says so of a body that is no JSON object in UTF-8, whatever it is', async () => {
    const station = await startTestStation()
    for (const body of [
      '{',
      '{"name":"P",}',
      'name=P',
      '\0',
      '[1]',
      '"text"',
      '7',
      'null',
      Buffer.from([0x7b, 0xff, 0x7d]),
    ]) {
      const { status, error } = await send(station, 'POST', '/products', body)
      expect(status, String(body)).toBe(400)
      expect(error.message, String(body)).toMatch(/JSON|UTF-8/)
    }
    expect((await send(station, 'POST', '/products', '')).error.data).toMatchObject({ field: 'name' })
  })

  it('refuses JSON over 32 MB, told or found out on the way', async () => {
    const station = await startTestStation()
    const large = Buffer.alloc(33 * 1024 * 1024, 0x20)
    expect(await send(station, 'POST', '/products', large)).toMatchObject({
      status: 413,
      error: { code: 'BODY_TOO_LARGE' },
    })
    const chunked = await fetch(`${station.ready.api}/products`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${station.ready.token}` },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(chunked.status).toBe(413)
    expect((await send(station, 'GET', '/health')).status).toBe(200)
  })

  it('of a wrong method says which are right', async () => {
    const station = await startTestStation()
    for (const [method, path, allow] of [
      ['PUT', '/products/1', 'DELETE, GET, HEAD, PATCH'],
      ['GET', '/campaigns/1/pause', 'POST'],
      ['DELETE', '/health', 'GET, HEAD'],
      ['POST', '/events', 'GET, HEAD'],
      ['OPTIONS', '/products', 'GET, HEAD, POST'],
    ] as const)
      expect(await send(station, method, path), `${method} ${path}`).toMatchObject({
        status: 405,
        headers: { allow },
        error: { code: 'METHOD_NOT_ALLOWED' },
      })
  })

  it('is none for HEAD where GET has none: the same answer without its content', async () => {
    const station = await startTestStation()
    const product = await station.client.products.create({ name: 'P', protocol: 'sagoo' })
    const pack = await station.addPackage({ productId: product.id, name: 'p', version: '1', bytes: Buffer.alloc(5000) })
    for (const path of ['/health', '/products', `/products/${product.id}`, '/openapi.json', '/docs']) {
      const answer = await send(station, 'HEAD', path)
      expect([answer.status, answer.text], path).toEqual([200, ''])
    }
    const file = await send(station, 'HEAD', `/packages/${pack.id}/files/firmware.bin`)
    expect(file).toMatchObject({ status: 200, text: '', headers: { 'content-length': '5000' } })
    expect(await send(station, 'HEAD', '/products/99')).toMatchObject({ status: 404, text: '' })
  })
})

describe('settings over REST', () => {
  it('are read, changed one by one, kept over a restart, and refused by name', async () => {
    const station = await startTestStation()
    const { rest } = station
    const before = (await rest('GET', '/settings')).body
    expect(before).toMatchObject({ maxPackageBytes: 1000 * 1024 * 1024, downloadUrlSeconds: 86_400 })
    expect(before.packageFormats).toContain('.tar.gz')
    expect(await rest('PATCH', '/settings', { packageFormats: ['.img', '.tar.gz'] })).toMatchObject({
      status: 200,
      body: { ...before, packageFormats: ['.img', '.tar.gz'] },
    })
    for (const [field, body] of [
      ['maxPackageBytes', { maxPackageBytes: 0 }],
      ['maxPackageBytes', { maxPackageBytes: '1 MB' }],
      ['packageFormats', { packageFormats: [] }],
      ['packageFormats.0', { packageFormats: ['bin'] }],
      ['downloadUrlSeconds', { downloadUrlSeconds: 0 }],
      ['maxPackages', { maxPackages: 1 }],
    ] as const)
      expect(await rest('PATCH', '/settings', body)).toMatchObject({ status: 400, body: { data: { field } } })
    await station.stop()
    const again = await startTestStation({ directory: station.directory })
    expect((await again.rest('GET', '/settings')).body.packageFormats).toEqual(['.img', '.tar.gz'])
  })
})

describe('health over REST', () => {
  it('needs no token', async () => {
    const { ready } = await startTestStation()
    expect(await rawRequest(ready.api, 'GET', '/api/v1/health')).toMatchObject({
      status: 200,
      text: JSON.stringify({ status: 'ok', version: ready.version }),
    })
  })
})
