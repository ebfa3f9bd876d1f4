import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sagoo } from './mqtt.ts'

const dev1 = { productKey: 'a1pk', name: 'dev1', secret: '0123456789abcdef', accessToken: '' }
const md5 = '0123456789abcdef0123456789abcdef'
const data = {
  size: 432945,
  version: '2.0.0',
  url: 'http://10.0.0.1:8070/f?t=1',
  md5,
  sign: md5,
  signMethod: 'Md5',
  module: 'MCU',
  extData: { key1: 'value1' },
}
const bytes = (text: string) => new TextEncoder().encode(text)
const read = (json: unknown) => sagoo.readNotice(bytes(JSON.stringify(json)))
const notice = (changes: object) => ({
  code: '1000',
  data: { ...data, ...changes },
  id: 1626969597470,
  message: 'success',
})

describe('a sagoo device logs in', () => {
  it('with the password of the captured CONNECT (docs/protocols/README.md §4.4)', () => {
    const login = sagoo.login(dev1, 'signed')
    expect(login.username).toBe('dev1&a1pk')
    expect(login.password).toBe('45196A61118B036F75C1F42AB500A137DC07A6DFEB886B07D17A25EF6D2C39B9')
    expect(login.clientId).toMatch(/^a1pk\.dev1\|timestamp=2524608000000,.*signmethod=hmacsha256,.*\|$/)
  })

  it('or with its secret itself', () => {
    expect(sagoo.login(dev1, 'plain')).toEqual({ clientId: 'a1pk.dev1', username: 'dev1&a1pk', password: dev1.secret })
  })
})

describe('a sagoo device says', () => {
  it('its version as docs/protocols/sagoo.md §3.1 prints it', () => {
    expect(sagoo.versionReport(dev1, 123, 'MCU', '1.0.1')).toEqual({
      topic: '/ota/device/inform/a1pk/dev1',
      payload: '{"id":"123","params":{"version":"1.0.1","module":"MCU"}}',
    })
  })

  it('nothing of the module default', () => {
    expect(sagoo.versionReport(dev1, 1, 'default', '1.0.1').payload).toBe('{"id":"1","params":{"version":"1.0.1"}}')
  })

  it('its progress with steps as text', () => {
    expect(sagoo.progress(dev1, 2, 'MCU', 45)).toEqual({
      topic: '/ota/device/progress/a1pk/dev1',
      payload: '{"id":"2","params":{"step":"45","desc":"","module":"MCU"}}',
    })
  })

  it('a failure as docs/protocols/sagoo.md §6.1 prints it, in at most 128 characters', () => {
    expect(sagoo.failure(dev1, 123, 'MCU', 'upgrade', 'OTA升级失败，请求不到升级包信息。').payload).toBe(
      '{"id":"123","params":{"step":"-1","desc":"OTA升级失败，请求不到升级包信息。","module":"MCU"}}',
    )
    const long = JSON.parse(sagoo.failure(dev1, 1, 'MCU', 'burning', '错'.repeat(200)).payload)
    expect(long.params).toMatchObject({ step: '-4', desc: '错'.repeat(128) })
  })
})

describe('a sagoo device reads a notice', () => {
  it('with an MD5', () => {
    expect(read(notice({}))).toEqual({
      ok: true,
      notice: {
        id: '1626969597470',
        pushed: true,
        module: 'MCU',
        version: '2.0.0',
        files: [{ from: { kind: 'url', url: data.url }, size: 432945, algorithm: 'md5', digest: md5 }],
      },
    })
  })

  it('with a SHA-256 in either spelling and either case, for the module default', () => {
    for (const signMethod of ['SHA256', 'Sha256']) {
      const reading = read(notice({ signMethod, sign: 'AB'.repeat(32), module: undefined }))
      expect(reading).toMatchObject({
        ok: true,
        notice: { module: 'default', files: [{ algorithm: 'sha256', digest: 'ab'.repeat(32) }] },
      })
    }
  })

  it.each([
    ['the spelling MD5, which LinkSDK drops', { signMethod: 'MD5' }],
    ['an Md5 notice without md5, which iotkit needs', { md5: undefined }],
    ['no URL', { url: undefined }],
    ['a URL LinkSDK has no room for', { url: `http://10.0.0.1/${'a'.repeat(255)}` }],
    ['a URL that is not HTTP', { url: 'ftp://10.0.0.1/f' }],
    ['a size of nothing', { size: 0 }],
    ['a size as text', { size: '432945' }],
    ['no version', { version: undefined }],
    ['a sign of the wrong length', { sign: 'abcd' }],
    ['any dProtocol, which makes LinkSDK wait for a stream', { dProtocol: 'https' }],
  ])('and refuses %s', (_what, changes) => {
    expect(read(notice(changes))).toMatchObject({ ok: false })
  })

  it('and refuses blanks between tokens, but not within texts', () => {
    expect(sagoo.readNotice(bytes(JSON.stringify(notice({}), undefined, 1)))).toMatchObject({ ok: false })
    expect(read(notice({ extData: { note: 'two words\n"quoted": yes' } }))).toMatchObject({ ok: true })
  })

  it('and never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (payload) => {
        expect(sagoo.readNotice(payload).ok).toBe(false)
      }),
    )
  })
})
