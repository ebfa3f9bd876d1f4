import { getCiphers } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificateFor } from '../../electron/platform/listeners/certificate-choice.ts'
import { cipherList, servable, suites } from '../../electron/platform/listeners/cipher-suites.ts'
import type { ClientHello } from '../../electron/platform/listeners/client-hello.ts'
import { parseClientHello } from '../../electron/platform/listeners/client-hello.ts'
import {
  HELLO_BYTES_MAX,
  HelloReader,
  type HelloReading,
  WIRE_BYTES_MAX,
} from '../../electron/platform/listeners/hello-reader.ts'
import { contextOf } from '../../electron/platform/listeners/server-certificates.ts'
import { makeIdentities } from '../helpers/identities.ts'
import { type HelloName, helloNames, recordedHello } from './hellos.ts'

/** Hands bytes over in chunks of these sizes, cyclically, until there is an answer. */
const read = (bytes: Buffer, sizes: readonly number[] = [bytes.length]): HelloReading => {
  const reader = new HelloReader()
  let reading: HelloReading = { kind: 'more' }
  for (let at = 0, turn = 0; at < bytes.length && reading.kind === 'more'; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    reading = reader.push(Buffer.from(bytes.subarray(at, at + size)))
    at += size
  }
  return reading
}
const helloOf = (reading: HelloReading): ClientHello => {
  if (reading.kind !== 'hello') throw new Error(JSON.stringify(reading))
  return reading.hello
}
const refusal = (bytes: Buffer | string, sizes?: readonly number[]) => {
  const reading = read(Buffer.from(bytes), sizes)
  return reading.kind === 'refused' ? reading.reason : reading.kind
}

const u16 = (...numbers: number[]): Buffer => Buffer.from(numbers.flatMap((number) => [number >> 8, number & 0xff]))
const vector = (size: 1 | 2, content: Buffer): Buffer =>
  Buffer.concat([size === 1 ? Buffer.from([content.length]) : u16(content.length), content])
const extension = (type: number, content: Buffer): Buffer => Buffer.concat([u16(type), vector(2, content)])
const message = (body: Buffer): Buffer => Buffer.concat([Buffer.from([1, 0]), u16(body.length), body])
/** Cuts a handshake message into records of these sizes, the last of which takes the rest. */
const records = (bytes: Buffer, sizes: readonly number[] = []): Buffer => {
  const parts: Buffer[] = []
  let at = 0
  for (let turn = 0; at < bytes.length; turn++) {
    const piece = bytes.subarray(at, at + (sizes[turn] ?? bytes.length))
    parts.push(Buffer.concat([Buffer.from([22, 3, 1]), u16(piece.length), piece]))
    at += piece.length
  }
  return Buffer.concat(parts)
}
const unwrapped = (wire: Buffer): Buffer => wire.subarray(5)

interface Offer {
  readonly suites: readonly number[]
  readonly versions?: readonly number[]
  readonly groups?: readonly number[]
  readonly signatures?: readonly number[]
  readonly name?: string
}
const bodyOf = ({ suites: offered, versions, groups, signatures, name }: Offer): Buffer => {
  const extensions = Buffer.concat([
    ...(name === undefined
      ? []
      : [extension(0, vector(2, Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name))])))]),
    ...(groups ? [extension(10, vector(2, u16(...groups)))] : []),
    ...(signatures ? [extension(13, vector(2, u16(...signatures)))] : []),
    ...(versions ? [extension(43, vector(1, u16(...versions)))] : []),
  ])
  return Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 7),
    Buffer.from([0]),
    vector(2, u16(...offered)),
    Buffer.from([1, 0]),
    ...(extensions.length > 0 ? [vector(2, extensions)] : []),
  ])
}

describe('the first message of TLS clients', () => {
  it.each<[HelloName, object]>([
    ['openssl13', { serverName: 'station.local', versions: [0x0304, 0x0303, 0x0302, 0x0301] }],
    ['openssl12', { versions: undefined, groups: [29, 23, 30, 25, 24] }],
    ['opensslStaticRsa', { cipherSuites: [0x2f, 0x9c, 0xff], groups: undefined, versions: undefined }],
    ['opensslEcdheRsa', { cipherSuites: [0xc02f, 0x2f, 0xff] }],
    [
      'mbedtlsWithoutCurves',
      { groups: undefined, signatureAlgorithms: [0x0601, 0x0501, 0x0401, 0x0301], serverName: 'localhost' },
    ],
    ['chromium', { serverName: 'localhost', signatureAlgorithms: expect.arrayContaining([0x0403, 0x0804]) }],
  ])('is understood: %s', (name, expected) => {
    expect(helloOf(read(recordedHello(name)))).toMatchObject({ legacyVersion: 0x0303, ...expected })
  })

  it('is the same however segments and records cut it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...helloNames),
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
        (name, recordSizes, segments) => {
          const whole = recordedHello(name)
          const cut = records(unwrapped(whole), recordSizes)
          expect(read(cut, segments)).toEqual(read(whole))
        },
      ),
    )
  })

  it('says exactly what was offered', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 60 })
    const some = fc.option(numbers, { nil: undefined })
    fc.assert(
      fc.property(
        numbers,
        some,
        some,
        some,
        fc.option(fc.domain(), { nil: undefined }),
        (offered, versions, groups, signatures, name) => {
          const offer = { suites: offered, versions, groups, signatures, name } as Offer
          expect(helloOf(read(records(message(bodyOf(offer)))))).toEqual({
            legacyVersion: 0x0303,
            cipherSuites: offered,
            versions,
            groups,
            signatureAlgorithms: signatures,
            serverName: name,
          })
        },
      ),
    )
  })

  it('is waited for, but not when it can no longer become one', () => {
    const whole = recordedHello('openssl13')
    for (let length = 0; length < whole.length; length++) expect(read(whole.subarray(0, length)).kind).toBe('more')
    expect(refusal(Buffer.concat([whole, Buffer.from([22, 3, 1, 0, 1, 1])]))).toBe('hello')
    expect(refusal(records(Buffer.concat([unwrapped(whole), Buffer.from([0])])))).toBe('ClientHello malformed')
  })

  it.each([
    ['HTTP', 'GET /ca.pem HTTP/1.1\r\nHost: x\r\n\r\n', 'not TLS: HTTP without TLS'],
    ['MQTT', Buffer.from('101000044d5154540402003c000464657631', 'hex'), 'not TLS: MQTT without TLS'],
    ['an SSL 2.0 hello', Buffer.from('802e0103010015000000100000060100800700c0', 'hex'), 'SSL 2.0 hello'],
    ['zeros', Buffer.alloc(100), 'not TLS'],
    ['an alert', Buffer.from([21, 3, 1, 0, 2, 2, 40]), 'not TLS'],
    ['a ServerHello', Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0]), 'ClientHello malformed'],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0]), 'ClientHello malformed'],
    ['a record over the limit', Buffer.from([22, 3, 1, 0x40, 1]), 'ClientHello malformed'],
    ['another record in the middle', Buffer.from([22, 3, 1, 0, 1, 1, 21, 3, 1, 0, 2, 2, 40]), 'ClientHello malformed'],
    ['a message of 16 MB', Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]), 'ClientHello too large'],
    ['no suites', records(message(bodyOf({ suites: [] }))), 'ClientHello malformed'],
  ])('is not %s', (_, bytes, reason) => {
    expect(refusal(bytes)).toBe(reason)
    expect(refusal(bytes, [3])).toBe(reason)
  })

  it('is bounded: a peer that sends tiny records for ever is refused', () => {
    const tiny = Buffer.concat(
      Array.from({ length: WIRE_BYTES_MAX }, (_, n) =>
        n === 0 ? Buffer.from([22, 3, 1, 0, 4, 1, 0, 0x3f, 0xff]) : Buffer.from([22, 3, 1, 0, 1, 0]),
      ),
    )
    const reader = new HelloReader()
    let taken = 0
    let reading: HelloReading = { kind: 'more' }
    while (reading.kind === 'more') {
      reading = reader.push(tiny.subarray(taken, taken + 1))
      taken += 1
    }
    expect(reading.kind).toBe('refused')
    expect(taken).toBeLessThanOrEqual(WIRE_BYTES_MAX + 1)
    expect(refusal(Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0, 1, 0]), u16(HELLO_BYTES_MAX + 1)]))).toBe(
      'ClientHello too large',
    )
  })

  it('never throws and never waits beyond its bound, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (bytes, sizes) => {
          read(Buffer.from(bytes), sizes)
          read(records(message(Buffer.from(bytes))), sizes)
          parseClientHello(Buffer.from(bytes))
        },
      ),
    )
    fc.assert(
      fc.property(fc.constantFrom(...helloNames), fc.nat(), fc.integer({ min: 0, max: 255 }), (name, at, value) => {
        const damaged = recordedHello(name)
        damaged.writeUInt8(value, at % damaged.length)
        expect(['hello', 'refused', 'more']).toContain(read(damaged).kind)
      }),
    )
  })
})

describe('the certificate for a client', () => {
  const can = servable(getCiphers())
  const choose = (offer: Offer) => certificateFor(helloOf(read(records(message(bodyOf(offer))))), can)
  const ECDHE_ECDSA = 0xc02b
  const ECDHE_RSA = 0xc02f
  const STATIC = 0x002f
  const CCM_8 = 0xc0ae
  const modern = { suites: [0x1301], versions: [0x0304], groups: [29] }

  it.each<[HelloName, 'ec' | 'rsa']>([
    ['openssl13', 'ec'],
    ['openssl12', 'ec'],
    ['opensslStaticRsa', 'rsa'],
    ['opensslEcdheRsa', 'rsa'],
    ['mbedtlsWithoutCurves', 'rsa'],
    ['chromium', 'ec'],
  ])('%s: %s', (name, kind) => {
    expect(certificateFor(helloOf(read(recordedHello(name))), can)).toBe(kind)
  })

  it.each<[string, 'ec' | 'rsa', Offer]>([
    ['TLS 1.3 that verifies ECDSA', 'ec', { ...modern, signatures: [0x0804, 0x0403] }],
    ['TLS 1.3 that verifies RSA alone', 'rsa', { ...modern, signatures: [0x0804, 0x0401] }],
    ['TLS 1.3 that verifies ECDSA with another curve alone', 'rsa', { ...modern, signatures: [0x0503] }],
    ['TLS 1.3 without a suite of it', 'rsa', { ...modern, suites: [ECDHE_RSA], signatures: [0x0403] }],
    ['ECDHE-ECDSA', 'ec', { suites: [ECDHE_RSA, ECDHE_ECDSA], groups: [29, 23], signatures: [0x0401, 0x0403] }],
    ['ECDHE-ECDSA with SHA-384', 'ec', { suites: [ECDHE_ECDSA], groups: [23], signatures: [0x0503] }],
    ['ECDHE-ECDSA without P-256', 'rsa', { suites: [ECDHE_RSA, ECDHE_ECDSA], groups: [29], signatures: [0x0403] }],
    [
      'ECDHE-ECDSA with SHA-1 alone',
      'rsa',
      { suites: [ECDHE_ECDSA, STATIC], groups: [23], signatures: [0x0203, 0x0201] },
    ],
    ['ECDHE-ECDSA, no word of signatures', 'ec', { suites: [ECDHE_ECDSA], groups: [23] }],
    ['ECDHE-ECDSA, no word of curves', 'ec', { suites: [ECDHE_ECDSA, ECDHE_RSA], signatures: [0x0403] }],
    ['ECDHE-ECDSA or static RSA, no word of curves', 'rsa', { suites: [ECDHE_ECDSA, STATIC], signatures: [0x0403] }],
    ['an ECDHE-ECDSA suite that is not served', 'rsa', { suites: [CCM_8, STATIC], groups: [23], signatures: [0x0403] }],
    ['static RSA', 'rsa', { suites: [STATIC] }],
  ])('%s: %s', (_, kind, offer) => {
    expect(choose(offer)).toBe(kind)
  })

  it('is of a suite that the library has: one that BoringSSL lacks leaves its client the other certificate', () => {
    const boring = servable(['ecdhe-ecdsa-aes128-gcm-sha256', 'aes128-sha'])
    const shaOrStatic = helloOf(
      read(records(message(bodyOf({ suites: [0xc023, STATIC], groups: [23], signatures: [0x0403] })))),
    )
    expect([certificateFor(shaOrStatic, can), certificateFor(shaOrStatic, boring)]).toEqual(['ec', 'rsa'])
  })
})

describe('a context', () => {
  it('holds one key and one certificate, with nothing behind it but authorities: BoringSSL keeps no second', async () => {
    const { identities } = await makeIdentities()
    for (const kind of ['ec', 'rsa'] as const) {
      const { key, cert, pfx } = contextOf(identities, kind)
      expect(pfx).toBeUndefined()
      if (typeof key !== 'string' || typeof cert !== 'string') throw new Error('a list of keys or certificates')
      expect(key.match(/BEGIN/g)).toHaveLength(1)
      expect(cert.match(/BEGIN/g)).toHaveLength(kind === 'ec' ? 2 : 1)
    }
  })

  it('names suites of its certificate alone, static RSA only where that is on, and TLS 1.3', () => {
    const known = new Set(getCiphers().map((name) => name.toUpperCase()))
    expect(suites.filter(({ name }) => !known.has(name))).toEqual([])
    expect(new Set(suites.map(({ id }) => id)).size).toBe(suites.length)
    expect(cipherList('ec', true)).toBe(cipherList('ec', false))
    expect(cipherList('ec', true)).not.toMatch(/(^|:)(AES|ECDHE-RSA)/)
    expect(cipherList('rsa', true)).toMatch(/:AES128-SHA:/)
    expect(cipherList('rsa', false)).not.toMatch(/(^|:)AES/)
    for (const kind of ['ec', 'rsa'] as const) expect(cipherList(kind, false)).toContain('TLS_AES_128_GCM_SHA256')
  })
})
