import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Connect } from './dialect.ts'
import { sagooMqtt } from './sagoo/mqtt.ts'

describe('a sagooMqtt login', () => {
  /** The CONNECT of LinkSDK 4.1, captured (docs/protocols/README.md §4.4). */
  const captured: Connect = {
    clientId:
      'a1pk.dev1|timestamp=2524608000000,_ss=1,_v=sdk-c-4.1.0,securemode=3,signmethod=hmacsha256,ext=3,_conn=tcp_0|',
    username: 'dev1&a1pk',
    password: '45196A61118B036F75C1F42AB500A137DC07A6DFEB886B07D17A25EF6D2C39B9',
  }

  test('of LinkSDK 4.1, as captured, names its device and proves its secret', () => {
    const claim = sagooMqtt.claim(captured)
    expect(claim?.who).toEqual({ productKey: 'a1pk', deviceName: 'dev1' })
    expect(claim?.proves('0123456789abcdef')).toBe('signed')
    expect(claim?.proves('0123456789abcdee')).toBeUndefined()
  })

  test('may write its signature in lower case', () => {
    const claim = sagooMqtt.claim({ ...captured, password: captured.password.toLowerCase() })
    expect(claim?.proves('0123456789abcdef')).toBe('signed')
  })

  test.each([
    ['hmacmd5', 'md5'],
    ['hmacsha1', 'sha1'],
    ['hmacsha256', 'sha256'],
  ])('may be signed by %s, parameters in any order, without a timestamp', (signmethod, algorithm) => {
    const password = createHmac(algorithm, 's3cret').update('clientIdx9deviceNamedev1productKeya1pk').digest('hex')
    const claim = sagooMqtt.claim({
      clientId: `x9|signmethod=${signmethod},securemode=3|`,
      username: 'dev1&a1pk',
      password,
    })
    expect(claim?.proves('s3cret')).toBe('signed')
    expect(claim?.proves('S3cret')).toBeUndefined()
  })

  test('does not prove a secret by a signature over another timestamp, method or name', () => {
    const spoiled = [
      { ...captured, clientId: captured.clientId.replace('2524608000000', '2524608000001') },
      { ...captured, clientId: captured.clientId.replace('hmacsha256', 'hmacsha1') },
      { ...captured, clientId: captured.clientId.replace('hmacsha256', 'constructor') },
      { ...captured, clientId: captured.clientId.replace(',signmethod=hmacsha256', '') },
      { ...captured, username: 'dev2&a1pk' },
    ]
    for (const connect of spoiled) expect(sagooMqtt.claim(connect)?.proves('0123456789abcdef')).toBeUndefined()
  })

  test('may carry the secret itself, under any client id', () => {
    const claim = sagooMqtt.claim({ clientId: '', username: 'dev1&a1pk', password: 's3cret' })
    expect(claim?.proves('s3cret')).toBe('plain')
    expect(claim?.proves('S3CRET')).toBeUndefined()
    expect(sagooMqtt.claim({ clientId: '', username: 'dev1&a1pk', password: '' })?.proves('')).toBeUndefined()
  })

  test.each(['', 'dev1', 'dev1&', '&a1pk', 'dev1&a1pk&x', 'dev/1&a1pk', 'dev1&a1+pk'])(
    'with user name %j is not of this dialect',
    (username) => {
      expect(sagooMqtt.claim({ clientId: 'c', username, password: 'p' })).toBeUndefined()
    },
  )

  test('asks to be subscribed by the platform with _ss=1 only', () => {
    expect(sagooMqtt.listensAtOnce(captured)).toBe(true)
    expect(sagooMqtt.listensAtOnce({ ...captured, clientId: 'a1pk.dev1|_ss=0|' })).toBe(false)
    expect(sagooMqtt.listensAtOnce({ ...captured, clientId: 'a1pk.dev1' })).toBe(false)
  })

  test('never throws, whatever it holds', () => {
    const Text = fc.string({ unit: 'binary', maxLength: 60 })
    const clientId = fc.oneof(
      Text,
      Text.map((text) => `id|signmethod=${text},timestamp=${text}|`),
    )
    const username = fc.oneof(Text, fc.constant('dev1&a1pk'))
    fc.assert(
      fc.property(clientId, username, Text, Text, (id, name, password, secret) => {
        const connect = { clientId: id, username: name, password }
        sagooMqtt.claim(connect)?.proves(secret)
        sagooMqtt.listensAtOnce(connect)
      }),
    )
  })
})
