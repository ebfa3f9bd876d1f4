import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { machineAddresses } from '../../electron/platform/tls/addresses.ts'
import { loadOrCreateAuthority } from '../../electron/platform/tls/authority.ts'
import { patterned, startBench } from '../download/bench.ts'
import { run } from '../helpers/program.ts'

const DAY = 86_400_000
const addresses = ['localhost', '127.0.0.1', '::1', '192.168.1.5', 'fd00::2', 'bench-pc']
let directory: string
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'ota-tls-')), 'tls')
})
afterEach(() => rm(join(directory, '..'), { recursive: true }))

const now = Date.now()
const load = (changed: { addresses?: readonly string[]; now?: number } = {}) =>
  loadOrCreateAuthority(directory, { addresses, now, ...changed })

describe('the certificate authority', () => {
  it('is made once and then read, keys for nobody else to see', async () => {
    const made = await load()
    expect(made.issued).toBe('authority')
    expect(await load()).toEqual({ ...made, issued: 'nothing' })
    expect((await readdir(directory)).toSorted()).toEqual(['ca.key', 'ca.pem', 'server.key', 'server.pem'])
    if (process.platform !== 'win32') {
      for (const name of ['ca.key', 'server.key']) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
      expect((await stat(directory)).mode & 0o777).toBe(0o700)
    }
    expect(await readFile(join(directory, 'ca.pem'), 'utf8')).toBe(made.caPem)
  })

  it('lasts ten years; the server certificate at most 397 days, for all addresses of the machine', async () => {
    const { caPem, serverCertPem } = await load()
    const [ca, server] = [new X509Certificate(caPem), new X509Certificate(serverCertPem)]
    const days = (certificate: X509Certificate) =>
      (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / DAY
    expect(days(ca)).toBeGreaterThan(3650)
    expect(days(server)).toBeLessThanOrEqual(397)
    expect(days(server)).toBeGreaterThan(396)
    expect([ca.ca, server.ca]).toEqual([true, false])
    expect(server.checkIssued(ca)).toBe(true)
    for (const ip of ['127.0.0.1', '::1', '192.168.1.5', 'fd00::2']) expect(server.checkIP(ip)).toBeTruthy()
    for (const name of ['localhost', 'bench-pc']) expect(server.checkHost(name)).toBe(name)
    expect(server.checkIP('192.168.1.6')).toBeUndefined()
  })

  it('stands up to a strict check by OpenSSL', async () => {
    await load()
    const { stdout } = await run('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-CAfile',
      join(directory, 'ca.pem'),
      join(directory, 'server.pem'),
    ])
    expect(stdout).toContain('OK')
  })

  it.each([
    ['an address more', [...addresses, '10.0.0.9']],
    ['an address fewer', addresses.slice(1)],
    ['another address', addresses.map((address) => address.replace('192.168.1.5', '192.168.1.6'))],
  ])('issues another server certificate for %s, under the same authority', async (_, changed) => {
    const before = await load()
    const after = await load({ addresses: changed })
    expect(after.issued).toBe('server')
    expect(after.caPem).toBe(before.caPem)
    expect((await load({ addresses: changed })).issued).toBe('nothing')
  })

  it('issues another server certificate 30 days before the old one ends, and another authority before its own end', async () => {
    const { caPem } = await load()
    expect((await load({ now: now + 365 * DAY })).issued).toBe('nothing')
    const renewed = await load({ now: now + 367 * DAY })
    expect([renewed.issued, renewed.caPem]).toEqual(['server', caPem])

    const late = await load({ now: now + 3600 * DAY })
    const [ca, server] = [new X509Certificate(late.caPem), new X509Certificate(late.serverCertPem)]
    expect(late.caPem).toBe(caPem)
    expect(server.validToDate.getTime()).toBe(ca.validToDate.getTime())
    expect((await load({ now: now + 3630 * DAY })).issued).toBe('authority')
  })

  it('replaces what cannot be used: a lost key, a cut file, a key that belongs to another certificate', async () => {
    await load()
    await rm(join(directory, 'server.key'))
    expect((await load()).issued).toBe('server')
    await truncate(join(directory, 'server.pem'), 100)
    expect((await load()).issued).toBe('server')
    await writeFile(join(directory, 'ca.key'), await readFile(join(directory, 'server.key')))
    expect((await load()).issued).toBe('authority')
    expect((await load()).issued).toBe('nothing')
  })

  it('is trusted by curl, which then downloads over TLS, whole and in part', async () => {
    const { serverKeyPem, serverCertPem } = await load({ addresses: machineAddresses() })
    await using bench = await startBench({ tls: { key: serverKeyPem, cert: serverCertPem } })
    const content = patterned(3 * 1024 * 1024)
    const { url } = await bench.offer(1, content)
    const out = join(directory, 'app.bin')
    const curl = (...options: string[]) =>
      run('curl', ['-sSf', '--cacert', join(directory, 'ca.pem'), '-o', out, ...options])
    await curl(url)
    expect((await readFile(out)).equals(content)).toBe(true)
    await curl('-r', '1000000-2999999', url.replace('127.0.0.1', 'localhost'))
    expect((await readFile(out)).equals(content.subarray(1_000_000, 3_000_000))).toBe(true)
    await expect(run('curl', ['-sSf', '-o', out, url])).rejects.toMatchObject({ code: 60 })
  })

  it('can be swapped under a running server', async () => {
    const first = await load({ addresses: ['localhost'] })
    await using bench = await startBench({ tls: { key: first.serverKeyPem, cert: first.serverCertPem } })
    const { url } = await bench.offer(1, patterned(1000))
    const curl = () => run('curl', ['-sSf', '--cacert', join(directory, 'ca.pem'), '-o', join(directory, 'x'), url])
    await expect(curl()).rejects.toMatchObject({ code: 60 })
    const second = await load()
    bench.server.useCertificate({ key: second.serverKeyPem, cert: second.serverCertPem })
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
