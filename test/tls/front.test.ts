import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTlsFront } from '../../electron/platform/listeners/tls-front.ts'
import { createTestClock } from '../helpers/clock.ts'
import { makeIdentities, type TestIdentities } from '../helpers/identities.ts'
import { until } from '../helpers/until.ts'
import { recordedHello } from './hellos.ts'

let made: TestIdentities
beforeAll(async () => {
  made = await makeIdentities()
})

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port

/** A TLS port that echoes, and what it refused. */
const startEcho = async () => {
  const refused: string[] = []
  const clock = createTestClock()
  const front = createTlsFront({
    identities: made.identities,
    makeServer: (options) => createTlsServer(options, (socket) => socket.on('error', () => undefined).pipe(socket)),
    refused: (reason) => void refused.push(reason),
    clock,
  })
  const open = new Set<Socket>()
  front.listening.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  front.listening.listen(0, '127.0.0.1')
  await once(front.listening, 'listening')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    front.listening.close()
  })
  return { front, port: portOf(front.listening), refused, clock, open }
}

/** Something between a client and a server that hands on what the client sends as `cut` says, each piece in a segment of its own. */
const startBetween = async (port: number, cut: (bytes: Buffer, first: boolean) => Buffer[]): Promise<number> => {
  const between = createServer((client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true })
    let first = true
    let sending = Promise.resolve()
    client.on('data', (bytes) => {
      const pieces = cut(bytes as Buffer, first)
      first = false
      sending = pieces.reduce(
        (before, piece) =>
          before.then(
            () =>
              new Promise<void>((resolve) => {
                server.write(piece, () => setImmediate(resolve))
              }),
          ),
        sending,
      )
    })
    server.on('data', (bytes) => client.write(bytes))
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  onTestFinished(() => void between.close())
  return portOf(between)
}

const singly = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.from([byte]))
/** The first record, a ClientHello, as many records of `size` bytes each. */
const inRecords = (bytes: Buffer, size: number): Buffer[] => {
  const message = bytes.subarray(5)
  return Array.from({ length: Math.ceil(message.length / size) }, (_, n) => {
    const piece = message.subarray(n * size, (n + 1) * size)
    return Buffer.concat([bytes.subarray(0, 3), Buffer.from([piece.length >> 8, piece.length & 0xff]), piece])
  })
}

/** Sends something through TLS and waits for it to come back. */
const echoed = async (
  port: number,
  options: object,
): Promise<{ cipher: string; key: string | undefined; text: string }> => {
  const socket: TLSSocket = tlsConnect({ port, host: '127.0.0.1', ca: [made.ca], ...options })
  await once(socket, 'secureConnect')
  const { asn1Curve } = socket.getPeerCertificate() as { asn1Curve?: string }
  const cipher = socket.getCipher().name
  socket.write('what goes in comes out')
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (text.length >= 22) break
  }
  return { cipher, key: asn1Curve, text }
}

const sent = (port: number, bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve) => {
    const answer: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => answer.push(chunk as Buffer))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(answer)))
  })

describe('a TLS port with two certificates', () => {
  const old = { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }
  const cases: [string, (bytes: Buffer, first: boolean) => Buffer[]][] = [
    ['as it is', (bytes) => [bytes]],
    ['a byte a segment', singly],
    ['seven bytes a record', (bytes, first) => (first ? inRecords(bytes, 7) : [bytes])],
    [
      'a byte a record, a byte a segment',
      (bytes, first) => (first ? singly(Buffer.concat(inRecords(bytes, 1))) : [bytes]),
    ],
  ]
  it.each(cases)('serves new clients and old ones whose first message comes %s', async (_, cut) => {
    const { port } = await startEcho()
    const between = await startBetween(port, cut)
    const text = 'what goes in comes out'
    expect(await echoed(between, {})).toEqual({ cipher: 'TLS_AES_128_GCM_SHA256', key: 'prime256v1', text })
    expect(await echoed(between, old)).toEqual({ cipher: 'AES128-SHA', key: undefined, text })
  })

  it('takes another set of certificates for new connections, while old ones go on', async () => {
    const { front, port } = await startEcho()
    const before = tlsConnect({ port, host: '127.0.0.1', ca: [made.ca] })
    await once(before, 'secureConnect')
    const next = await makeIdentities()
    front.use(next.identities)
    await expect(echoed(port, {})).rejects.toMatchObject({ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' })
    for (const options of [{}, old])
      expect((await echoed(port, { ...options, ca: [next.ca] })).text).toContain('comes out')
    before.write('still here')
    expect(String((await once(before, 'data'))[0])).toBe('still here')
    before.destroy()
  })

  it('refuses what is no TLS by name, and answers an SSL 2.0 hello with an alert', async () => {
    const { port, refused, open } = await startEcho()
    expect(await sent(port, Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual(Buffer.alloc(0))
    expect(await sent(port, Buffer.from('101000044d5154540402003c000464657631', 'hex'))).toEqual(Buffer.alloc(0))
    expect((await sent(port, Buffer.from('802e0103010015000000100000060100800700c0', 'hex'))).toString('hex')).toBe(
      '15030100020246',
    )
    expect(await sent(port, Buffer.alloc(100_000, 0x16))).toEqual(Buffer.alloc(0))
    expect(refused).toEqual(['not TLS: HTTP without TLS', 'not TLS: MQTT without TLS', 'SSL 2.0 hello', 'not TLS'])
    await until(
      () => open.size,
      (size) => size === 0,
    )
  })

  it('closes those who send half a first message and then nothing, or hang up', async () => {
    const { port, refused, clock, open } = await startEcho()
    const half = recordedHello('openssl13').subarray(0, 100)
    const silent = connect(port, '127.0.0.1', () => silent.write(half))
    const closed = once(silent, 'close')
    silent.on('error', () => undefined).resume()
    const gone = connect(port, '127.0.0.1', () => gone.end(half))
    gone.resume()
    await once(gone, 'close')
    await until(clock.waiting, (waiting) => waiting === 1 && open.size === 1)
    clock.advance(11_000)
    await closed
    expect(refused).toEqual(['no ClientHello in time'])
    expect(clock.waiting()).toBe(0)
    await until(
      () => open.size,
      (size) => size === 0,
    )
  })

  it('closes those whose handshake fails, and says why', async () => {
    const { port, refused, open } = await startEcho()
    const hello = recordedHello('openssl13')
    // What follows the ClientHello is garbage.
    const socket = connect(port, '127.0.0.1', () => socket.write(hello))
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(Buffer.alloc(64, 0xff)))
    await once(socket, 'close')
    expect(refused).toEqual([expect.stringContaining('ERR_SSL')])
    await until(
      () => open.size,
      (size) => size === 0,
    )
  })
})
