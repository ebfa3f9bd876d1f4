import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathOf } from '../http/router.ts'
import { downloadUrl, tokenOf } from './download-url.ts'

const token = 'A'.repeat(40)
const base = { scheme: 'http', host: '192.168.1.5', port: 8070, token, fileName: 'app.bin' } as const

describe('a download URL', () => {
  it('names host and port, and leaves the default port out', () => {
    expect(downloadUrl(base)).toBe(`http://192.168.1.5:8070/ota/${token}/app.bin`)
    expect(downloadUrl({ ...base, port: 80 })).toBe(`http://192.168.1.5/ota/${token}/app.bin`)
    expect(downloadUrl({ ...base, scheme: 'https', port: 443 })).toBe(`https://192.168.1.5/ota/${token}/app.bin`)
    expect(downloadUrl({ ...base, scheme: 'https', port: 80 })).toContain('192.168.1.5:80/')
  })

  it('puts an IPv6 address in brackets', () => {
    expect(downloadUrl({ ...base, host: 'fd00::2' })).toContain('http://[fd00::2]:8070/')
  })

  it('has a path of at most 255 characters that ends as the file does and leads back to the token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (stem) => {
        const path = pathOf(new URL(downloadUrl({ ...base, fileName: `${stem}x.bin` })).pathname)
        expect(path.length).toBeLessThanOrEqual(255)
        expect(path.endsWith('x.bin')).toBe(true)
        if (!/[\\\p{Cc}]/u.test(stem)) expect(tokenOf(path)).toBe(token)
      }),
    )
  })

  it('is read from any form of request target', () => {
    expect(pathOf('/ota/t/app.bin?x=1')).toBe('/ota/t/app.bin')
    expect(pathOf('http://host:8070/ota/t/app.bin#x')).toBe('/ota/t/app.bin')
    expect(pathOf('*')).toBe('*')
  })

  it.each([
    '/ota/',
    '/ota/t',
    '/ota/t/',
    '/ota//app.bin',
    '/ota/t/a/b',
    '/ota/t/..',
    '/ota/t/.',
    '/ota/t/%2e%2e',
    '/ota/t/..%2f..%2fetc%2fpasswd',
    '/ota/t/..%5cx',
    '/ota/t/a%00b',
    '/ota/t/%',
    '/ota/t/%ff',
    '/OTA/t/app.bin',
    'ota/t/app.bin',
    '/',
    '',
    '*',
  ])('%j is none', (path) => {
    expect(tokenOf(path)).toBeUndefined()
  })

  it('of any text whatever is read without a throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void tokenOf(pathOf(`/ota/${text}`))))
  })
})

it('keeps the whole address within a length that a client sets, and says when that cannot be', () => {
  const address = { scheme: 'http', host: '192.168.100.200', port: 8070, token: 'A'.repeat(40) } as const
  const url = downloadUrl({ ...address, fileName: `${'很长的名字'.repeat(20)}.bin`, urlMax: 120 })
  expect(url.length).toBeLessThanOrEqual(120)
  expect(url).toMatch(/\.bin$/)
  expect(tokenOf(new URL(url).pathname)).toBe(address.token)
  expect(() => downloadUrl({ ...address, host: 'h'.repeat(200), fileName: 'a.bin', urlMax: 255 })).toThrow(RangeError)
})
