import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formOf } from '../helpers/http.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const bytes = Buffer.from('firmware of the test')
const digest = (method: string, content: Buffer): string => createHash(method).update(content).digest('hex')

const withProduct = async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
  const fields = { productId: product.id, name: 'p', version: '1.0.0' }
  const send = (files: Parameters<typeof formOf>[0], more: Record<string, string | number> = {}) =>
    station.rest('POST', '/packages', formOf(files, { ...fields, ...more }))
  const file = async (path: string) => {
    const response = await fetch(`${station.ready.api}${path}`, { headers: { Authorization: 'Bearer test-token' } })
    return Buffer.from(await response.arrayBuffer())
  }
  /** Names of what lies in the data directory of files on their way and of content. */
  const left = () => ({
    parts: readdirSync(join(station.directory, 'staging')),
    contents: readdirSync(join(station.directory, 'blobs'), { recursive: true }).filter((name) => name.length > 64),
  })
  return { ...station, product, fields, send, file, left }
}

describe('packages over REST', () => {
  it('with a version too long are refused in both languages, with how long it may be', async () => {
    const { product, fields, ready } = await withProduct()
    const refusal = async (language: string) => {
      const response = await fetch(`${ready.api}/packages`, {
        method: 'POST',
        headers: { Authorization: 'Bearer test-token', 'Accept-Language': language },
        body: formOf([['a.bin', bytes]], { ...fields, productId: product.id, version: '1'.repeat(21) }),
      })
      return ((await response.json()) as { message: string }).message
    }
    expect(await refusal('en')).toBe('version is invalid: at most 20 characters')
    expect(await refusal('zh')).toBe('version 不符合要求：最多 20 个字符')
  })

  it('come as one form, its files before its fields, and are served as they came', async () => {
    const { send, file, rest, product } = await withProduct()
    const second = Buffer.alloc(300_000, 3)
    const made = await send(
      [
        ['app v1.tar.gz', bytes],
        ['data.BIN', second],
      ],
      {
        name: '网关 升级包-1',
        signMethod: 'SHA256',
        verify: 'true',
        description: '说明',
        customInfo: '{"a":{"b":[1,"二"]}}',
      },
    )
    expect(made).toMatchObject({
      status: 200,
      body: {
        productId: product.id,
        module: 'default',
        name: '网关 升级包-1',
        version: '1.0.0',
        type: 'full',
        signMethod: 'SHA256',
        // Several files are signed each for itself.
        sign: '',
        verification: 'unverified',
        description: '说明',
        customInfo: { a: { b: [1, '二'] } },
        files: [
          { name: 'app v1.tar.gz', size: bytes.length, md5: digest('md5', bytes), sha256: digest('sha256', bytes) },
          { name: 'data.BIN', size: second.length, md5: digest('md5', second), sha256: digest('sha256', second) },
        ],
        size: bytes.length + second.length,
      },
    })
    const path = `/packages/${made.body.id}`
    expect((await rest('GET', path)).body).toEqual(made.body)
    expect(await file(`${path}/files/app%20v1.tar.gz`)).toEqual(bytes)
    expect(await file(`${path}/files/data.BIN`)).toEqual(second)
    for (const none of ['nothing.bin', '%zz', '..%2f..%2fota-bench.sqlite'])
      expect(await rest('GET', `${path}/files/${none}`)).toMatchObject({ status: 404 })
  })

  it('are signed by MD5 and skip verification unless told otherwise', async () => {
    const { send } = await withProduct()
    expect((await send([['a.bin', bytes]])).body).toMatchObject({
      signMethod: 'MD5',
      sign: digest('md5', bytes),
      verification: 'skipped',
      description: null,
      customInfo: null,
    })
  })

  it.each(['.bin', '.dav', '.tar', '.gz', '.zip', '.gzip', '.apk', '.tar.gz', '.tar.xz', '.pack', '.PACK'])(
    'may be a file of format %s',
    async (format) => {
      const { send } = await withProduct()
      expect(await send([[`app${format}`, bytes]])).toMatchObject({ status: 200 })
    },
  )

  it.each([
    [400, 'BAD_REQUEST', 'name', { name: '' }],
    [400, 'BAD_REQUEST', 'name', { name: '升'.repeat(21) }],
    [400, 'BAD_REQUEST', 'name', { name: 'tab\tinside' }],
    [400, 'BAD_REQUEST', 'name', { name: ' blank first' }],
    [400, 'BAD_REQUEST', 'name', { name: '（全角）' }],
    [400, 'BAD_REQUEST', 'version', { version: '' }],
    [400, 'BAD_REQUEST', 'version', { version: '1.0 beta' }],
    [400, 'BAD_REQUEST', 'version', { version: '版本1' }],
    [422, 'INVALID_FIELD', 'version', { version: '1'.repeat(21) }],
    [400, 'BAD_REQUEST', 'signMethod', { signMethod: 'SHA1' }],
    [400, 'BAD_REQUEST', 'verify', { verify: 'perhaps' }],
    [400, 'BAD_REQUEST', 'productId', { productId: 'P' }],
    [400, 'BAD_REQUEST', 'module', { module: 'a/b' }],
    [422, 'INVALID_FIELD', 'customInfo', { customInfo: '{not json' }],
    [400, 'BAD_REQUEST', 'customInfo', { customInfo: '[1]' }],
    [400, 'BAD_REQUEST', 'vendro', { vendro: 'x' }],
    [400, 'BAD_REQUEST', 'description', { description: 'd'.repeat(1025) }],
  ])(
    'with a field that is not allowed are refused: %i %s %s (%j), and nothing is kept',
    async (status, code, field, more) => {
      const { send, rest, left } = await withProduct()
      expect(await send([['a.bin', bytes]], more as Record<string, string>)).toMatchObject({
        status,
        body: { code, data: { field } },
      })
      expect((await rest('GET', '/packages')).body.items).toEqual([])
      expect(left()).toEqual({ parts: [], contents: [] })
    },
  )

  it('may have a name of 20 Chinese characters or beyond-BMP ideographs, and a version of 20', async () => {
    const { send } = await withProduct()
    const more = { name: `${'升级'.repeat(9)}𠀀𠀁`, version: `${'1'.repeat(17)}.-_` }
    expect(await send([['a.bin', bytes]], more)).toMatchObject({ status: 200, body: more })
  })

  it('with a file that is not allowed are refused, whatever good files stand beside it, and nothing is kept', async () => {
    const { send, rest, left } = await withProduct()
    const large = Buffer.alloc(900_000, 1)
    for (const [code, status, files] of [
      [
        'FILE_NAME',
        422,
        [
          ['固件.bin', bytes],
          ['b.bin', large],
        ],
      ],
      [
        'FILE_NAME',
        422,
        [
          ['b.bin', large],
          ['固件.bin', bytes],
        ],
      ],
      [
        'FILE_FORMAT',
        422,
        [
          ['a.exe', bytes],
          ['b.bin', large],
        ],
      ],
      ['FILE_FORMAT', 422, [['bin', bytes]]],
      ['FILE_NAME', 422, [['.bin', bytes]]],
      [
        'FILE_EMPTY',
        422,
        [
          ['a.bin', ''],
          ['b.bin', large],
        ],
      ],
      [
        'FILE_EMPTY',
        422,
        [
          ['b.bin', large],
          ['a.bin', ''],
        ],
      ],
      ['FILE_MISSING', 422, []],
      [
        'ALREADY_EXISTS',
        409,
        [
          ['a.bin', bytes],
          ['a.bin', large],
        ],
      ],
      ['BAD_REQUEST', 400, Array.from({ length: 21 }, (_, n) => [`${n}.bin`, bytes] as const)],
    ] as const)
      expect(await send(files), code).toMatchObject({ status, body: { code } })
    await rest('PATCH', '/settings', { maxPackageBytes: 1024 })
    expect(
      await send([
        ['a.bin', large],
        ['b.bin', large],
      ]),
    ).toMatchObject({
      status: 413,
      body: { code: 'PAYLOAD_TOO_LARGE', data: { file: 'a.bin', maxBytes: 1024 } },
    })
    expect(await send([['a.bin', Buffer.alloc(1024)]])).toMatchObject({ status: 200 })
    expect(left()).toMatchObject({ parts: [], contents: { length: 1 } })
  })

  it('need their files in parts named file', async () => {
    const { rest, fields, left } = await withProduct()
    const form = formOf([['a.bin', bytes]], fields)
    form.append('firmware', new Blob([bytes]), 'b.bin')
    expect(await rest('POST', '/packages', form)).toMatchObject({ status: 400 })
    expect(left()).toEqual({ parts: [], contents: [] })
  })

  it('that are no form at all are refused in words', async () => {
    const { rest } = await withProduct()
    for (const [type, body] of [
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=b', 'no boundary here'],
      [
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\ncut off',
      ],
      ['multipart/form-data; boundary=b', '--b\r\nbroken'],
    ] as const)
      expect(await rest('POST', '/packages', body, { 'Content-Type': type }), body).toMatchObject({ status: 400 })
  })

  it('have a name of their own, and a version of their own within product and module', async () => {
    const { send, rest, product } = await withProduct()
    await rest('POST', `/products/${product.id}/modules`, { name: 'MCU' })
    await send([['a.bin', bytes]])
    expect(await send([['a.bin', bytes]], { version: '2' })).toMatchObject({
      status: 409,
      body: { data: { field: 'name' } },
    })
    expect(await send([['a.bin', bytes]], { name: 'q' })).toMatchObject({
      status: 409,
      body: { data: { field: 'version' } },
    })
    expect(await send([['a.bin', bytes]], { name: 'q', module: 'MCU' })).toMatchObject({ status: 200 })
    expect(await send([['a.bin', bytes]], { name: 'r', module: 'none' })).toMatchObject({
      status: 404,
      body: { data: { what: 'module' } },
    })
    expect(await send([['a.bin', bytes]], { name: 'r', productId: 99 })).toMatchObject({
      status: 404,
      body: { data: { what: 'product' } },
    })
  })

  it('keep their content as long as any of them names it', async () => {
    const { send, rest, file, left } = await withProduct()
    const first = await send([['a.bin', bytes]])
    const second = await send([['b.bin', bytes]], { name: 'q', version: '2' })
    expect(left()).toMatchObject({ parts: [], contents: { length: 1 } })
    expect(await rest('DELETE', `/packages/${first.body.id}`)).toMatchObject({ status: 200 })
    expect(await file(`/packages/${second.body.id}/files/b.bin`)).toEqual(bytes)
    expect(await rest('DELETE', `/packages/${second.body.id}`)).toMatchObject({ status: 200 })
    expect(left()).toEqual({ parts: [], contents: [] })
    expect(await rest('DELETE', `/packages/${second.body.id}`)).toMatchObject({ status: 404 })
  })

  it('that are made while others of the same content are deleted keep it', async () => {
    const { send, rest, file } = await withProduct()
    for (let round = 0; round < 10; round++) {
      const old = await send([['a.bin', bytes]], { name: `old ${round}`, version: `${round}.0` })
      const [, made] = await Promise.all([
        rest('DELETE', `/packages/${old.body.id}`),
        send([['a.bin', bytes]], { name: `new ${round}`, version: `${round}.1` }),
      ])
      expect(await file(`/packages/${made.body.id}/files/a.bin`)).toEqual(bytes)
      await rest('DELETE', `/packages/${made.body.id}`)
    }
  })

  it('that were campaigned are deleted only by force, and never while a campaign is open', async () => {
    const { send, rest, client, product } = await withProduct()
    await client.devices.create({ productId: product.id, name: 'd' })
    const { body: pack } = await send([['a.bin', bytes]])
    const { body: campaign } = await rest('POST', '/campaigns', { packageId: pack.id, name: 'c' })
    const path = `/packages/${pack.id}`
    expect(await rest('DELETE', `${path}?force=true`)).toMatchObject({
      status: 409,
      body: { code: 'CAMPAIGN_OPEN', data: { campaign: 'c' } },
    })
    await rest('POST', `/campaigns/${campaign.id}/cancel`)
    expect(await rest('DELETE', path)).toMatchObject({
      status: 409,
      body: { code: 'STILL_IN_USE', data: { campaigns: 1 } },
    })
    expect(await rest('DELETE', `${path}?force=true`)).toMatchObject({ status: 200 })
    expect(await rest('GET', `/campaigns/${campaign.id}`)).toMatchObject({ status: 404 })
  })

  it('are verified or skipped on purpose', async () => {
    const { send, rest } = await withProduct()
    const { body: pack } = await send([['a.bin', bytes]], { verify: 'true' })
    const skip = `/packages/${pack.id}/skip-verification`
    expect(await rest('POST', skip)).toMatchObject({ status: 200, body: { verification: 'skipped' } })
    expect(await rest('POST', skip)).toMatchObject({ status: 200, body: { verification: 'skipped' } })
    expect(await rest('POST', '/packages/99/skip-verification')).toMatchObject({ status: 404 })
  })

  it('are made of uploads sent before, each taken once', async () => {
    const { rest, fields, ready, left } = await withProduct()
    const upload = async (name: string, body: Buffer) => {
      const headers = { Authorization: 'Bearer test-token', 'X-File-Name': encodeURIComponent(name) }
      const response = await fetch(`${ready.api}/uploads`, { method: 'POST', headers, body: new Uint8Array(body) })
      return { status: response.status, body: (await response.json()) as { id: string; code?: string } }
    }
    const sent = await upload('a b.bin', bytes)
    expect(sent).toMatchObject({
      status: 200,
      body: { name: 'a b.bin', size: bytes.length, md5: digest('md5', bytes), sha256: digest('sha256', bytes) },
    })
    expect(await rest('POST', '/packages', { ...fields, uploads: [sent.body.id], verify: true })).toMatchObject({
      status: 200,
      body: { verification: 'unverified', files: [{ name: 'a b.bin' }] },
    })
    expect(
      await rest('POST', '/packages', { ...fields, name: 'q', version: '2', uploads: [sent.body.id] }),
    ).toMatchObject({
      status: 404,
      body: { code: 'UPLOAD_GONE' },
    })
    const dropped = await upload('b.bin', bytes)
    expect(await rest('DELETE', `/uploads/${dropped.body.id}`)).toMatchObject({ status: 200 })
    expect(left().parts).toEqual([])
    for (const [name, content, code] of [
      ['固件.bin', bytes, 'FILE_NAME'],
      ['a.exe', bytes, 'FILE_FORMAT'],
      ['../a.bin', bytes, 'FILE_NAME'],
      ['a.bin', Buffer.alloc(0), 'FILE_EMPTY'],
    ] as const)
      expect(await upload(name, content), name).toMatchObject({ status: 422, body: { code } })
    expect(await rest('POST', '/uploads', 'bytes')).toMatchObject({
      status: 422,
      body: { data: { field: 'X-File-Name', rule: expect.stringContaining('e.g. app.bin') } },
    })
    expect(await rest('POST', '/packages', { ...fields, name: 'q', uploads: [] })).toMatchObject({
      status: 400,
      body: { data: { field: 'uploads' } },
    })
    expect(left()).toMatchObject({ parts: [], contents: { length: 1 } })
  })

  it('whose sender breaks off leave nothing behind, as form and as body', async () => {
    const { ready, left } = await withProduct()
    const { hostname, port } = new URL(ready.api)
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    for (const [path, type, begin] of [
      ['/api/v1/packages', 'multipart/form-data; boundary=b', part],
      ['/api/v1/uploads', 'application/octet-stream', ''],
    ] as const) {
      const socket = connect(Number(port), hostname)
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer test-token\r\n` +
          `X-File-Name: a.bin\r\nContent-Type: ${type}\r\nContent-Length: 9000000\r\n\r\n${begin}${'x'.repeat(500_000)}`,
      )
      await until(left, ({ parts }) => parts.length === 1)
      socket.destroy()
      await until(left, ({ parts }) => parts.length === 0)
    }
    expect(left()).toEqual({ parts: [], contents: [] })
  })
})
