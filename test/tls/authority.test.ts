import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadAuthorities } from '../../electron/platform/tls/authority.ts'
import { identitiesOf } from '../../electron/platform/tls/certificates-to-listeners.ts'
import { machineAddresses } from '../../electron/platform/tls/machine-addresses.ts'
import { validityAt } from '../../electron/platform/tls/validity.ts'
import { patterned, startBench } from '../download/fixture.ts'
import { run } from '../helpers/program.ts'

const DAY = 86_400_000
const addresses = ['localhost', '127.0.0.1', '::1', '192.168.1.5', 'fd00::2', 'bench-pc']
const FILES = [
  'ca-cross.pem',
  'ca-rsa.key',
  'ca-rsa.pem',
  'ca.key',
  'ca.pem',
  'server-rsa.key',
  'server-rsa.pem',
  'server.key',
  'server.pem',
]
let directory: string
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'ota-tls-')), 'tls')
})
afterEach(() => rm(join(directory, '..'), { recursive: true }))

const now = Date.now()
const attempt = (changed: { addresses?: readonly string[]; now?: number } = {}) =>
  loadAuthorities(directory, { addresses, now, ...changed })
const load = async (changed: { addresses?: readonly string[]; now?: number } = {}) => {
  const loaded = await attempt(changed)
  const { certificates, faults } = loaded
  const { ec: ecCa, rsa: rsaCa } = certificates?.authorities ?? {}
  const { ec, rsa } = certificates?.servers ?? {}
  if (faults.length > 0 || !ecCa || !rsaCa || !ec || !rsa) throw new Error(JSON.stringify(loaded))
  const crossPem = certificates?.crossPem ?? ''
  return { ...loaded, certificates: { authorities: { ec: ecCa, rsa: rsaCa }, servers: { ec, rsa }, crossPem } }
}
/** Everything of the authorities, byte for byte. */
const authorityBytes = () =>
  Promise.all(['ca.pem', 'ca.key', 'ca-rsa.pem', 'ca-rsa.key'].map((name) => readFile(join(directory, name), 'hex')))

describe('the certificate authorities', () => {
  it('are made once and then read, keys for nobody else to see', async () => {
    const made = await load()
    expect(made.made).toEqual(['ec', 'rsa'])
    expect(await load()).toEqual({ ...made, made: [], renewed: false })
    expect((await readdir(directory)).toSorted()).toEqual(FILES)
    expect(await readFile(join(directory, 'ca-rsa.pem'), 'utf8')).toBe(made.certificates.authorities.rsa.certPem)
  })

  it.skipIf(process.platform === 'win32')('close directory and keys that others could read', async () => {
    await load()
    await chmod(directory, 0o755)
    for (const name of FILES) await chmod(join(directory, name), 0o644)
    await load()
    const mode = async (path: string) => (await stat(path)).mode & 0o777
    for (const name of FILES.filter((file) => file.endsWith('.key')))
      expect(await mode(join(directory, name))).toBe(0o600)
    expect(await mode(directory)).toBe(0o700)
  })

  it('and their servers are valid from the first second of any clock to the last year of clocks of 32 bits', async () => {
    const { authorities, servers, crossPem } = (await load()).certificates
    const all = [authorities.ec.certPem, authorities.rsa.certPem, servers.ec.certPem, servers.rsa.certPem, crossPem]
    for (const certificate of all.map((pem) => new X509Certificate(pem))) {
      expect(certificate.validFromDate.getTime()).toBe(0)
      expect(certificate.validToDate.toISOString()).toBe('2037-12-31T23:59:59.000Z')
      // UTCTime, tag 0x17: what parsers of small devices know.
      expect(certificate.raw.includes(Buffer.concat([Buffer.from([0x17, 13]), Buffer.from('700101000000Z')]))).toBe(
        true,
      )
      expect(certificate.raw.includes(Buffer.concat([Buffer.from([0x17, 13]), Buffer.from('371231235959Z')]))).toBe(
        true,
      )
    }
  })

  it('last ten years more when they are made late, whatever the clock of that moment says', () => {
    expect(validityAt(Date.UTC(2000, 0, 1)).notAfter).toEqual(new Date('2037-12-31T23:59:59Z'))
    expect(validityAt(Date.UTC(2031, 5, 1, 12, 0, 0, 7)).notAfter).toEqual(new Date('2041-06-01T12:00:00Z'))
    expect(validityAt(Date.UTC(2031, 5, 1)).notBefore).toEqual(new Date(0))
  })

  it('issue server certificates for all addresses of the machine, each for its kind of key', async () => {
    const { authorities, servers } = (await load()).certificates
    for (const kind of ['ec', 'rsa'] as const) {
      const [ca, server] = [new X509Certificate(authorities[kind].certPem), new X509Certificate(servers[kind].certPem)]
      expect([ca.ca, server.ca]).toEqual([true, false])
      expect(server.checkIssued(ca)).toBe(true)
      expect([ca.publicKey, server.publicKey].map((key) => key.asymmetricKeyType)).toEqual([kind, kind])
      for (const ip of ['127.0.0.1', '::1', '192.168.1.5', 'fd00::2']) expect(server.checkIP(ip)).toBeTruthy()
      for (const name of ['localhost', 'bench-pc']) expect(server.checkHost(name)).toBe(name)
      expect(server.checkIP('192.168.1.6')).toBeUndefined()
    }
  })

  it.each([
    ['EC, by the EC authority', 'ca.pem', [], 'server.pem', 'Digital Signature\n'],
    [
      'EC, by the RSA authority across',
      'ca-rsa.pem',
      ['-untrusted', 'ca-cross.pem'],
      'server.pem',
      'Digital Signature\n',
    ],
    ['RSA, by the RSA authority', 'ca-rsa.pem', [], 'server-rsa.pem', 'Digital Signature, Key Encipherment\n'],
  ])('stand up to a strict check by OpenSSL: %s', async (_, ca, across, server, usage) => {
    await load()
    const options = { cwd: directory }
    const strict = ['-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, ...across, server]
    // On a clock that has just begun, today, and one second before the end.
    for (const time of [[], ['-attime', '0'], ['-attime', '2145916798']])
      expect((await run('openssl', ['verify', ...time, ...strict], options)).stdout).toContain('OK')
    const seen = await run('openssl', ['x509', '-in', server, '-noout', '-ext', 'keyUsage'], options)
    expect(seen.stdout).toContain(usage)
  })

  it.each([
    ['an address more', [...addresses, '10.0.0.9']],
    ['an address fewer', addresses.slice(1)],
    ['another address', addresses.map((address) => address.replace('192.168.1.5', '192.168.1.6'))],
  ])('issue other server certificates for %s, and stay', async (_, changed) => {
    await load()
    const before = await authorityBytes()
    expect(await load({ addresses: changed })).toMatchObject({ renewed: true, made: [] })
    expect(await authorityBytes()).toEqual(before)
    expect((await load({ addresses: changed })).renewed).toBe(false)
  })

  it('issue other server certificates 30 days before the old ones end', async () => {
    await load()
    const before = await authorityBytes()
    expect((await load({ now: Date.UTC(2037, 11, 1) })).renewed).toBe(false)
    const late = await load({ now: Date.UTC(2037, 11, 3) })
    expect(late.renewed).toBe(true)
    expect(new X509Certificate(late.certificates.servers.rsa.certPem).validToDate.getUTCFullYear()).toBe(2047)
    expect(await authorityBytes()).toEqual(before)
  })

  it.each([
    ['before the first', Date.UTC(1969, 0, 1)],
    ['in 1970', 0],
    ['at an RTC’s 2000', Date.UTC(2000, 0, 1)],
    ['two years back', now - 2 * 365 * DAY],
    ['twenty years ahead', now + 20 * 365 * DAY],
    ['a century ahead', now + 100 * 365 * DAY],
  ])('outlast a start whose clock stands %s', async (_, wrong) => {
    await load()
    const before = await authorityBytes()
    const then = await load({ now: wrong })
    expect(then.made).toEqual([])
    expect(await authorityBytes()).toEqual(before)
    await load()
    expect(await authorityBytes()).toEqual(before)
  })

  it('make server certificates again that were lost or damaged', async () => {
    await load()
    const before = await authorityBytes()
    await rm(join(directory, 'server.key'))
    expect((await load()).renewed).toBe(true)
    await truncate(join(directory, 'server-rsa.pem'), 100)
    expect((await load()).renewed).toBe(true)
    await writeFile(join(directory, 'ca-cross.pem'), 'not a certificate')
    expect((await load()).renewed).toBe(true)
    expect((await load()).renewed).toBe(false)
    expect(await authorityBytes()).toEqual(before)
  })

  it('of a station that had the EC one alone: that stays byte for byte, and the RSA one comes beside it', async () => {
    await load()
    for (const name of FILES.filter((file) => /-rsa|-cross/.test(file))) await rm(join(directory, name))
    const before = (await authorityBytes().catch(() => undefined)) ?? (await readFile(join(directory, 'ca.pem'), 'hex'))
    const key = await readFile(join(directory, 'ca.key'), 'hex')
    expect((await load()).made).toEqual(['rsa'])
    expect(await readFile(join(directory, 'ca.pem'), 'hex')).toBe(before)
    expect(await readFile(join(directory, 'ca.key'), 'hex')).toBe(key)
  })

  it('whose first making was cut off are made at the next start', async () => {
    await mkdir(directory)
    await writeFile(join(directory, 'ca.key'), 'half')
    expect((await load()).made).toEqual(['ec', 'rsa'])
    await rm(join(directory, 'ca-rsa.pem'))
    for (const name of ['server-rsa.pem', 'server-rsa.key', 'ca-cross.pem']) await rm(join(directory, name))
    expect((await load()).made).toEqual(['rsa'])
  })
})

describe('a damaged certificate authority', () => {
  const put = (name: string, text: string | Buffer) => writeFile(join(directory, name), text)
  const text = (name: string) => readFile(join(directory, name), 'utf8')
  const cases: [string, string, string, () => Promise<unknown>][] = [
    ['an empty certificate', 'ca.pem', 'notACertificate', () => put('ca.pem', '')],
    ['garbage as certificate', 'ca-rsa.pem', 'notACertificate', () => put('ca-rsa.pem', Buffer.alloc(700, 0xa5))],
    ['a cut certificate', 'ca-rsa.pem', 'notACertificate', () => truncate(join(directory, 'ca-rsa.pem'), 400)],
    ['a cut key', 'ca.key', 'notAKey', () => truncate(join(directory, 'ca.key'), 60)],
    ['an empty key', 'ca-rsa.key', 'notAKey', () => put('ca-rsa.key', '')],
    ['the key of another certificate', 'ca.key', 'otherKey', async () => put('ca.key', await text('server.key'))],
    ['another RSA key', 'ca-rsa.key', 'otherKey', async () => put('ca-rsa.key', await text('server-rsa.key'))],
    ['a server’s certificate', 'ca.pem', 'notAnAuthority', async () => put('ca.pem', await text('server.pem'))],
    ['a certificate of the other kind', 'ca.pem', 'wrongKind', async () => put('ca.pem', await text('ca-rsa.pem'))],
    ['a lost key', 'ca.key', 'missing', () => rm(join(directory, 'ca.key'))],
    ['a lost certificate', 'ca-rsa.pem', 'missing', () => rm(join(directory, 'ca-rsa.pem'))],
    [
      'a directory in place of a key',
      'ca.key',
      'unreadable',
      async () => {
        await rm(join(directory, 'ca.key'))
        await mkdir(join(directory, 'ca.key'))
      },
    ],
    [
      'both of its files lost',
      'ca.pem',
      'missing',
      async () => {
        await rm(join(directory, 'ca.pem'))
        await rm(join(directory, 'ca.key'))
      },
    ],
  ]
  it.each(cases)(
    'is told and left as it is, and what it issued before is served on: %s',
    async (_, file, damage, harm) => {
      const { certificates } = await load()
      await harm()
      const before = (await readdir(directory)).toSorted()
      const bytes = await Promise.all(before.map((name) => readFile(join(directory, name), 'hex').catch(() => 'none')))
      const loaded = await attempt()
      expect(loaded).toMatchObject({ faults: [{ file, damage }], made: [], renewed: false })
      expect(loaded.certificates).toMatchObject({ servers: certificates.servers, crossPem: certificates.crossPem })
      expect((await readdir(directory)).toSorted()).toEqual(before)
      expect(
        await Promise.all(before.map((name) => readFile(join(directory, name), 'hex').catch(() => 'none'))),
      ).toEqual(bytes)
    },
  )

  it.each([
    ['ca.key', 'server.key', 'ec', 'rsa'],
    ['ca-rsa.key', 'server-rsa.pem', 'rsa', 'ec'],
  ] as const)(
    'leaves the other one alone where its server is damaged too: %s and %s',
    async (key, server, damaged, good) => {
      await load()
      await put(key, 'garbage')
      await put(server, 'garbage')
      const { certificates, faults } = await attempt({ addresses: [...addresses, '10.0.0.9'] })
      expect(faults).toMatchObject([{ authority: damaged, damage: 'notAKey' }])
      expect(certificates?.servers[damaged]).toBeUndefined()
      expect(certificates?.authorities[damaged]).toBeUndefined()
      expect(new X509Certificate(certificates?.servers[good]?.certPem ?? '').checkIP('10.0.0.9')).toBeTruthy()
      expect(await text(server)).toBe('garbage')
    },
  )

  it('hands out its certificate while only its key is damaged, but not one that its server is not of', async () => {
    const { certificates } = await load()
    await put('ca-rsa.key', '')
    expect((await attempt()).certificates?.authorities.rsa?.certPem).toBe(certificates.authorities.rsa.certPem)
    const other = join(directory, '..', 'other')
    const foreign = await loadAuthorities(other, { addresses, now })
    await put('ca-rsa.pem', foreign.certificates?.authorities.rsa?.certPem ?? '')
    const { certificates: left } = await attempt()
    expect(left?.authorities.rsa).toBeUndefined()
    expect(left?.servers.rsa).toEqual(certificates.servers.rsa)
  })

  it('leaves nothing to serve with when both are damaged with their servers', async () => {
    await load()
    for (const name of FILES) await put(name, 'garbage')
    const { certificates, faults } = await attempt()
    expect(certificates).toBeUndefined()
    expect(faults.map(({ authority }) => authority)).toEqual(['ec', 'rsa'])
  })
})

describe('what devices are served with', () => {
  it('is trusted by curl, which then downloads over TLS, whole and in part', async () => {
    const { certificates } = await load({ addresses: machineAddresses() })
    await using bench = await startBench({ tls: identitiesOf(certificates, true) })
    const content = patterned(3 * 1024 * 1024)
    const { url } = await bench.offer(1, content)
    const out = join(directory, 'app.bin')
    const curl = (ca: string, ...options: string[]) =>
      run('curl', ['-sSf', '--cacert', join(directory, ca), '-o', out, ...options])
    for (const ca of ['ca.pem', 'ca-rsa.pem']) {
      await curl(ca, url)
      expect((await readFile(out)).equals(content)).toBe(true)
      await curl(ca, '-r', '1000000-2999999', url.replace('127.0.0.1', 'localhost'))
      expect((await readFile(out)).equals(content.subarray(1_000_000, 3_000_000))).toBe(true)
    }
    await expect(run('curl', ['-sSf', '-o', out, url])).rejects.toMatchObject({ code: 60 })
  })

  it('can be swapped under a running server', async () => {
    const first = await load({ addresses: ['localhost'] })
    await using bench = await startBench({ tls: identitiesOf(first.certificates, true) })
    const { url } = await bench.offer(1, patterned(1000))
    const curl = () => run('curl', ['-sSf', '--cacert', join(directory, 'ca-rsa.pem'), '-o', join(directory, 'x'), url])
    await expect(curl()).rejects.toMatchObject({ code: 60 })
    const second = await load()
    bench.server.use(identitiesOf(second.certificates, true))
    await curl()
  })
})

describe('the addresses of this machine', () => {
  it('hold the loopback ones and nothing twice or with a zone', () => {
    const found = machineAddresses()
    expect(found).toEqual(expect.arrayContaining(['localhost', '127.0.0.1', '::1']))
    expect(new Set(found).size).toBe(found.length)
    expect(found.filter((address) => /^fe80|%/i.test(address))).toEqual([])
  })
})
