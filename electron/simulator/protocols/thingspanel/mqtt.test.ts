import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thingspanel } from './mqtt.ts'

const device = { productKey: 'pk', name: 'dev1', secret: 's3cret', accessToken: 'token1' }
const params = {
  version: 'v1.1',
  size: 432945,
  url: 'http://dev.thingspane.cn/files/ota/s121jg3245gg.zip',
  signMethod: 'Md5',
  sign: 'ab'.repeat(16),
  module: 'MCU',
  extData: { key1: 'value1' },
}
const bytes = (text: string) => new TextEncoder().encode(text)
const read = (changes: object, code: unknown = 200) =>
  thingspanel.readNotice(bytes(JSON.stringify({ id: '147258369', code, params: { ...params, ...changes } })))

describe('a ThingsPanel device', () => {
  it('logs in by its token, with its secret or without', () => {
    expect(thingspanel.login(device, 'signed')).toEqual({ clientId: 'dev1', username: 'token1', password: 's3cret' })
    expect(thingspanel.login(device, 'plain').password).toBe('')
  })

  it('reports its version and its steps as docs/protocols/thingspanel.md §4.1 and docs/protocols/thingspanel.md §6.1 print them', () => {
    expect(thingspanel.versionReport(device, 5, 'default', 'v1.0.1')).toEqual({
      topic: '/ota/device/inform/token1',
      payload: '{"id":"1000000005","params":{"version":"v1.0.1","module":"default"}}',
    })
    expect(thingspanel.progress(device, 1, 'MCU', 100)).toEqual({
      topic: '/ota/device/progress/token1',
      payload: '{"step":"100","desc":"升级进度100%","module":"MCU"}',
    })
    expect(thingspanel.failure(device, 1, 'MCU', 'verification', 'no').payload).toBe(
      '{"step":"-3","desc":"no","module":"MCU"}',
    )
  })

  it('reads a notice of docs/protocols/thingspanel.md §8.1', () => {
    const file = { from: { kind: 'url', url: params.url }, size: 432945, algorithm: 'md5', digest: params.sign }
    expect(read({})).toEqual({
      ok: true,
      notice: { id: '147258369', pushed: true, module: 'MCU', version: 'v1.1', files: [file] },
    })
    expect(read({ module: undefined }, '200')).toMatchObject({ ok: true, notice: { module: 'default' } })
    expect(read({ signMethod: 'SHA256', sign: 'ab'.repeat(32) })).toMatchObject({ ok: true })
  })

  it.each([[{ size: '0' }], [{ sign: '' }], [{ signMethod: 'SHA1' }], [{ url: 'ftp://x/f' }], [{ version: '' }]])(
    'refuses one with %o',
    (changes) => {
      expect(read(changes)).toMatchObject({ ok: false })
    },
  )

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (payload) => {
        expect(thingspanel.readNotice(payload).ok).toBe(false)
      }),
    )
  })
})
