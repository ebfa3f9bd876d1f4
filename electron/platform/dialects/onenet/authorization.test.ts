import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAuthorization } from './authorization.ts'

/** OneNET's own example (docs/protocols/onenet.md §2.2). */
const KEY = 'KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw='
const printed = (method: string, sign: string, res = 'products/123123') =>
  `version=2018-10-31&res=${res}&et=1537255523&method=${method}&sign=${sign}`

describe('a OneNET token', () => {
  test.each([
    ['md5', 'M3jB6jcSNUuGcvW3dFcrWA=='],
    ['sha1', 'lsaPSiiGvEFFjXu5WU7a6IkScqE='],
    ['sha256', 'tuFMd8Cc5krZO+RiNaW4mad5tauSFq2J89Gd70MXQPI='],
  ])('by %s, as the vendor prints it, is proven by its key: raw and percent-encoded', (method, sign) => {
    for (const text of [printed(method, sign), printed(method, encodeURIComponent(sign), 'products%2F123123')]) {
      const authorization = readAuthorization(text)
      expect(authorization).toMatchObject({
        resource: { kind: 'product', productKey: '123123' },
        expiresAt: 1_537_255_523_000,
      })
      expect(authorization?.signedWith(KEY)).toBe(true)
      expect(authorization?.signedWith(KEY.replace('K', 'L'))).toBe(false)
    }
  })

  test('of a device, signed as the official C client does', () => {
    const authorization = readAuthorization(
      printed('sha1', 'p2Bv5QYrZolQCtt68923gtxRCVk=', 'products/123123/devices/mydev'),
    )
    expect(authorization?.resource).toEqual({ kind: 'device', productKey: '123123', deviceName: 'mydev' })
    expect(authorization?.signedWith(KEY)).toBe(true)
  })

  test('of an account, over the newer version of the form', () => {
    const sign = createHmac('sha1', Buffer.from(KEY, 'base64'))
      .update('1774161817\nsha1\nuserid/498670\n2022-05-01')
      .digest('base64')
    const authorization = readAuthorization(
      `version=2022-05-01&res=userid%2F498670&et=1774161817&method=sha1&sign=${encodeURIComponent(sign)}`,
    )
    expect(authorization?.resource).toEqual({ kind: 'user', userId: '498670' })
    expect(authorization?.signedWith(KEY)).toBe(true)
  })

  test('may come in any order, and a plus sign stays one', () => {
    const sign = 'tuFMd8Cc5krZO+RiNaW4mad5tauSFq2J89Gd70MXQPI='
    expect(sign).toContain('+')
    const shuffled = `sign=${sign}&method=sha256&et=1537255523&res=products/123123&version=2018-10-31`
    expect(readAuthorization(shuffled)?.signedWith(KEY)).toBe(true)
  })

  test('is not proven when any part of it is another', () => {
    const good = printed('sha1', 'lsaPSiiGvEFFjXu5WU7a6IkScqE=')
    const spoiled = [
      good.replace('1537255523', '1537255524'),
      good.replace('products/123123', 'products/123124'),
      good.replace('products/123123', 'products/123123/devices/mydev'),
      good.replace('sha1', 'sha256'),
      good.replace('2018-10-31', '2022-05-01'),
      good.replace('lsaP', 'LsaP'),
      good.slice(0, -1),
    ]
    for (const text of spoiled) expect(readAuthorization(text)?.signedWith(KEY) ?? false, text).toBe(false)
  })

  test.each([
    undefined,
    '',
    'Bearer x',
    'version=2018-10-31&res=products/1&et=1&method=sha1&sign=',
    'version=2018-10-31&res=products/1&et=-1&method=sha1&sign=x',
    'version=2018-10-31&res=products/1&et=1e9&method=sha1&sign=x',
    'version=2018-10-31&res=products/1&et=1&method=sha512&sign=x',
    'version=2018-10-31&res=products/1&et=1&method=constructor&sign=x',
    'version=2019-10-31&res=products/1&et=1&method=sha1&sign=x',
    'version=2018-10-31&res=products/&et=1&method=sha1&sign=x',
    'version=2018-10-31&res=products/1/devices/&et=1&method=sha1&sign=x',
    'version=2018-10-31&res=products/1/devices/a/b&et=1&method=sha1&sign=x',
    'version=2018-10-31&res=mqs/1&et=1&method=sha1&sign=x',
    `version=2018-10-31&res=products/1&et=1&method=sha1&sign=${'x'.repeat(2000)}`,
  ])('%s is none', (text) => expect(readAuthorization(text)).toBeUndefined())

  test('is never proven by a key that is no key', () => {
    const signed = createHmac('sha1', Buffer.alloc(0)).update('1\nsha1\nproducts/1\n2018-10-31').digest('base64')
    const authorization = readAuthorization(`version=2018-10-31&res=products/1&et=1&method=sha1&sign=${signed}`)
    expect(authorization?.signedWith('')).toBe(false)
    expect(authorization?.signedWith('!!!')).toBe(false)
  })

  test('made by the rule is read back, whatever the names and keys', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.:@-]{1,64}$/)
    const key = fc.uint8Array({ minLength: 1, maxLength: 64 })
    const method = fc.constantFrom('md5', 'sha1', 'sha256')
    fc.assert(
      fc.property(name, name, key, method, fc.boolean(), fc.nat(), (product, device, bytes, by, encoded, et) => {
        const res = `products/${product}/devices/${device}`
        const sign = createHmac(by, bytes).update(`${et}\n${by}\n${res}\n2018-10-31`).digest('base64')
        const write = encoded ? encodeURIComponent : (text: string) => text
        const authorization = readAuthorization(
          `version=2018-10-31&res=${write(res)}&et=${et}&method=${by}&sign=${write(sign)}`,
        )
        expect(authorization?.resource).toEqual({ kind: 'device', productKey: product, deviceName: device })
        expect(authorization?.signedWith(Buffer.from(bytes).toString('base64'))).toBe(true)
      }),
    )
  })

  test('never makes the reader throw', () => {
    const part = fc.constantFrom(
      'version=',
      '2018-10-31',
      '&',
      'res=',
      'products/',
      '%2F',
      '%',
      '=',
      '+',
      'sign=',
      'et=1',
      '%ff',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          readAuthorization(text)?.signedWith(KEY)
        },
      ),
    )
  })
})
