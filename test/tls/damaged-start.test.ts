import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { createCertificateKeeper } from '../../electron/platform/tls/certificate-keeper.ts'
import { findProgram, run } from '../broker/programs.ts'
import { createTestClock } from '../helpers/clock.ts'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

/** What a station writes into its log. */
const logged = () => {
  const lines: { readonly level: number; readonly msg: string; readonly [key: string]: unknown }[] = []
  return { lines, logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }) }
}

/** Leaves a directory with a database and without certificates. */
const startedOnce = async (path: string): Promise<void> => {
  const station = await startTestStation({ directory: path })
  await station.client.station.health()
  await station.stop()
}

/** A directory that a station has been at work in, and where its certificates lie. */
const used = async (path: string) => {
  const station = await startTestStation({ tls: true, directory: path })
  const { fingerprint, ec } = await station.client.station.ca()
  await station.stop()
  const tls = join(path, 'tls')
  const bytes = (name: string): string => readFileSync(join(tls, name), 'latin1')
  return { tls, bytes, rsa: fingerprint, ec: ec?.fingerprint }
}

/** Leaves nothing to serve with over TLS. */
const damageAll = (tls: string): void => {
  for (const name of ['ca.key', 'ca-rsa.key', 'server.key', 'server-rsa.key']) writeFileSync(join(tls, name), 'garbage')
}

/** A handshake by OpenSSL as a device does it; what it printed. */
const handshake = async (url: string | null, ca: string, ...options: string[]): Promise<string> => {
  const address = `127.0.0.1:${new URL(url ?? '').port}`
  const { output } = await run(findProgram('openssl') ?? '', [
    's_client',
    '-connect',
    address,
    '-CAfile',
    ca,
    ...options,
  ])
  return output
}
const onlyRsa = ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256']
const onlyEcdsa = ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256']

describe('a station one of whose certificate authorities is damaged', () => {
  it.each(['rsa', 'ec'] as const)('serves on with what both issued before, and says so: %s', async (kind) => {
    using folder = scratch()
    const { tls, rsa } = await used(folder.path)
    const file = kind === 'rsa' ? 'ca-rsa.key' : 'ca.key'
    writeFileSync(join(tls, file), 'garbage')
    const { lines, logger } = logged()
    const station = await startTestStation({ tls: true, directory: folder.path, logger })
    const info = await station.client.station.info()
    expect(info.tls).toMatchObject({
      state: 'on',
      problems: [{ authority: kind, problem: 'notAKey', file, served: true }],
    })
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 40, file, msg: expect.stringContaining('served on') }),
    )
    const [rsaCa, ecCa] = [join(tls, 'ca-rsa.pem'), join(tls, 'ca.pem')]
    for (const url of [info.listeners.https, info.listeners.mqtts]) {
      expect(await handshake(url, rsaCa, ...onlyRsa)).toContain('Verification: OK')
      expect(await handshake(url, ecCa, ...onlyEcdsa)).toContain('Verification: OK')
    }
    expect((await station.client.station.ca()).fingerprint).toBe(rsa)
  })

  it('serves everybody that can use the RSA one when nothing is left of the EC one', async () => {
    using folder = scratch()
    const { tls, rsa } = await used(folder.path)
    for (const name of ['ca.key', 'server.pem']) writeFileSync(join(tls, name), 'garbage')
    const { lines, logger } = logged()
    const station = await startTestStation({ tls: true, directory: folder.path, logger })
    const { tls: state, listeners } = await station.client.station.info()
    expect(state).toMatchObject({ state: 'on', problems: [{ authority: 'ec', file: 'ca.key', served: false }] })
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, msg: expect.stringContaining('all others can') }))
    const ca = join(folder.path, 'handed.pem')
    writeFileSync(ca, await (await fetch(`${station.ready.http}/ca.pem`)).text())
    for (const url of [listeners.https, listeners.mqtts]) {
      for (const options of [[], onlyRsa, ['-tls1_2']])
        expect(await handshake(url, ca, ...options), options.join()).toContain('Verification: OK')
      expect(await handshake(url, ca, ...onlyEcdsa)).toMatch(/alert handshake failure/)
    }
    expect(await station.client.station.ca()).toMatchObject({ fingerprint: rsa, ec: null })
    expect((await fetch(`${station.ready.http}/ca-ec.pem`)).status).toBe(503)
    // A person makes a new one, and it is served at once.
    await station.client.station.replaceCa({ authorities: ['ec'] })
    expect((await station.client.station.info()).tls).toEqual({ state: 'on', problems: [] })
    expect(await handshake(listeners.mqtts, ca, ...onlyEcdsa)).toContain('Verification: OK')
  })

  it('serves those that can do ECDSA when nothing is left of the RSA one', async () => {
    using folder = scratch()
    const { tls, ec } = await used(folder.path)
    const handed = join(folder.path, 'handed.pem')
    writeFileSync(handed, readFileSync(join(tls, 'ca-rsa.pem')))
    for (const name of ['ca-rsa.pem', 'server-rsa.key']) writeFileSync(join(tls, name), 'garbage')
    const station = await startTestStation({ tls: true, directory: folder.path })
    const { tls: state, listeners } = await station.client.station.info()
    expect(state).toMatchObject({ state: 'on', problems: [{ authority: 'rsa', file: 'ca-rsa.pem', served: false }] })
    // Also a device that was given the RSA authority: the EC one is certified by it.
    for (const ca of [handed, join(tls, 'ca.pem')])
      expect(await handshake(listeners.https, ca, ...onlyEcdsa)).toContain('Verification: OK')
    expect(await handshake(listeners.mqtts, handed, ...onlyRsa)).toMatch(/alert handshake failure/)
    // What is handed out meanwhile is what a device can use.
    const pem = readFileSync(join(tls, 'ca.pem'), 'utf8')
    expect(await station.client.station.ca()).toMatchObject({ pem, fingerprint: ec, ec: { fingerprint: ec } })
    for (const name of ['ca.pem', 'ca-ec.pem'])
      expect(await (await fetch(`${station.ready.http}/${name}`)).text()).toBe(pem)
  })

  it('issues a damaged server certificate again without a word to devices', async () => {
    using folder = scratch()
    const { tls } = await used(folder.path)
    for (const name of ['server.key', 'server-rsa.pem']) writeFileSync(join(tls, name), 'garbage')
    const station = await startTestStation({ tls: true, directory: folder.path })
    const info = await station.client.station.info()
    expect(info.tls).toEqual({ state: 'on', problems: [] })
    const ca = join(tls, 'ca-rsa.pem')
    for (const options of [onlyRsa, onlyEcdsa])
      expect(await handshake(info.listeners.mqtts, ca, ...options)).toContain('Verification: OK')
  })
})

describe('a station whose certificate authorities are damaged', () => {
  it('starts without TLS, says so everywhere, and serves the rest', async () => {
    using folder = scratch()
    const { tls, bytes } = await used(folder.path)
    damageAll(tls)
    const { lines, logger } = logged()
    const station = await startTestStation({ tls: true, directory: folder.path, logger })
    expect(station.ready).toMatchObject({ https: null, mqtts: null, http: expect.stringContaining('http://') })
    expect(await station.client.station.info()).toMatchObject({
      listeners: { https: null, mqtts: null },
      tls: {
        state: 'unusable',
        problems: [
          { authority: 'ec', problem: 'notAKey', file: 'ca.key', served: false },
          { authority: 'rsa', problem: 'notAKey', file: 'ca-rsa.key', served: false },
        ],
      },
    })
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 40, file: 'ca-rsa.key', msg: expect.stringContaining('no HTTPS and no MQTTS') }),
    )
    const product = await station.client.products.create({ name: 'Gateway', protocol: 'sagoo' })
    await station.client.devices.create({ productId: product.id, name: 'dev1' })
    const pack = await station.addPackage({ productId: product.id, name: 'gw', version: '2.0.0' })
    const campaign = { packageId: pack.id, name: 'all', protocol: 'https' }
    for (const answer of [await station.rest('GET', '/station/ca'), await station.rest('POST', '/campaigns', campaign)])
      expect(answer).toMatchObject({
        status: 409,
        body: {
          code: 'CA_UNUSABLE',
          message: expect.stringMatching(/tls\/ca\.key is not a valid private key\. HTTPS and MQTTS need it\. /),
        },
      })
    const handed = await fetch(`${station.ready.http}/ca.pem`)
    expect([handed.status, await handed.text()]).toEqual([503, expect.stringContaining('settings')])
    expect(bytes('ca-rsa.key')).toBe('garbage')
  })

  it('says nothing with --no-tls, and touches nothing', async () => {
    using folder = scratch()
    const { tls, bytes } = await used(folder.path)
    writeFileSync(join(tls, 'ca.pem'), '')
    const { lines, logger } = logged()
    const station = await startTestStation({ tls: false, directory: folder.path, logger })
    expect((await station.client.station.info()).tls).toEqual({ state: 'off', problems: [] })
    expect(lines.filter(({ level }) => level >= 40)).toEqual([])
    expect(bytes('ca.pem')).toBe('')
  })

  it('gets another one when a person says so, opens its ports at once, and keeps the old files and the other authority', async () => {
    using folder = scratch()
    const before = await used(folder.path)
    const pem = before.bytes('ca.pem')
    writeFileSync(join(before.tls, 'ca.key'), 'garbage')
    const station = await startTestStation({ tls: true, directory: folder.path })
    const replaced = await station.rest('POST', '/station/ca', { authorities: ['ec'] })
    expect(replaced).toMatchObject({
      status: 200,
      body: { fingerprint: before.rsa, ec: { pem: before.bytes('ca.pem') } },
    })
    expect(before.bytes('ca.pem')).not.toBe(pem)
    const { listeners, tls } = await station.client.station.info()
    expect(tls).toEqual({ state: 'on', problems: [] })
    const kept = join(before.tls, 'kept')
    const copies = readdirSync(kept).map((name) => readFileSync(join(kept, name), 'latin1'))
    expect(copies).toEqual(expect.arrayContaining([pem, 'garbage']))
    const ca = join(folder.path, 'handed.pem')
    writeFileSync(ca, await (await fetch(`${station.ready.http}/ca.pem`)).text())
    const port = new URL(listeners.mqtts ?? '').port
    const shown = await run(findProgram('openssl') ?? '', ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', ca])
    expect(shown.output).toContain('Verification: OK')
    expect(new URL(listeners.https ?? '').port).not.toBe('0')
    const { items } = await station.client.audit.list({})
    expect(items[0]).toMatchObject({ action: 'station.replaceCa', detail: { authorities: ['ec'] } })
  })

  it('keeps devices of a campaign by https waiting, never in the clear, and pushes to them when there is TLS again', async () => {
    using folder = scratch()
    const first = await startTestStation({ tls: true, directory: folder.path })
    const product = await first.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
    const { secret } = await first.client.devices.create({ productId: product.id, name: 'dev1', secret: 'hunter2' })
    const pack = await first.addPackage({ productId: product.id, name: 'gw', version: '2.0.0' })
    const campaign = await first.client.campaigns.create({ packageId: pack.id, name: 'all', protocol: 'https' })
    await first.stop()
    damageAll(join(folder.path, 'tls'))

    const station = await startTestStation({ tls: true, directory: folder.path })
    const device = await connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name: 'dev1', secret })
    await device.listen()
    await device.inform('1.0.0')
    const logged = () => station.client.devices.messages({ id: 1, limit: 100 })
    await until(logged, ({ items }) => items.some(({ channel }) => channel.includes('inform')))
    expect((await station.client.campaigns.get({ id: campaign.id })).counts).toMatchObject({ pending: 1, notified: 0 })
    await station.client.station.replaceCa({ authorities: ['ec'] })
    expect((await station.client.station.info()).tls).toMatchObject({ state: 'on', problems: [{ authority: 'rsa' }] })
    const { https } = (await station.client.station.info()).listeners
    expect(new URL((await device.notice()).data.url).origin).toBe(https)
  })

  it('keeps what cannot be read, and so not be copied, when another one takes its place', async () => {
    using folder = scratch()
    const { tls } = await used(folder.path)
    rmSync(join(tls, 'ca-rsa.key'))
    mkdirSync(join(tls, 'ca-rsa.key'))
    writeFileSync(join(tls, 'ca-rsa.key', 'inside'), 'of value')
    const station = await startTestStation({ tls: true, directory: folder.path })
    await station.client.station.replaceCa({ authorities: ['rsa'] })
    expect((await station.client.station.info()).tls).toEqual({ state: 'on', problems: [] })
    const moved = readdirSync(join(tls, 'kept')).find((name) => /^ca-rsa-\d+\.key$/.test(name)) ?? ''
    expect(readFileSync(join(tls, 'kept', moved, 'inside'), 'latin1')).toBe('of value')
  })

  it('lets nobody but an engineer make another one where a PIN is set, over any carrier', async () => {
    using folder = scratch()
    const { rsa } = await used(folder.path)
    const station = await startTestStation({ tls: true, directory: folder.path })
    const { ticket } = await station.client.operator.setPin({ pin: '246802' })
    const wanted = { authorities: ['rsa' as const] }
    expect(await station.rest('POST', '/station/ca', wanted)).toMatchObject({
      status: 403,
      body: { code: 'ENGINEER_ONLY' },
    })
    await expect(station.client.station.replaceCa(wanted)).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
    expect((await station.client.station.ca()).fingerprint).toBe(rsa)
    const engineer = { 'X-OTA-Bench-Engineer': ticket }
    expect((await station.rest('POST', '/station/ca', wanted, engineer)).status).toBe(200)
    expect((await station.client.station.ca()).fingerprint).not.toBe(rsa)
  })

  it('asks for nothing unclear: no list, an empty one, an unknown authority', async () => {
    const station = await startTestStation({ tls: true })
    for (const body of [{}, { authorities: [] }, { authorities: ['dsa'] }, { authorities: ['rsa'], force: true }])
      expect((await station.rest('POST', '/station/ca', body)).status).toBe(400)
    const off = await startTestStation()
    expect(await off.rest('POST', '/station/ca', { authorities: ['rsa'] })).toMatchObject({ body: { code: 'TLS_OFF' } })
  })

  it('takes the files up again once somebody has put them back, without a restart', async () => {
    using folder = scratch()
    const { tls } = await used(folder.path)
    const [there, away] = [join(tls, 'ca-rsa.pem'), join(folder.path, 'away')]
    const server = join(tls, 'server-rsa.key')
    renameSync(there, away)
    writeFileSync(server, '')
    const clock = createTestClock(Date.now())
    const { lines, logger } = logged()
    const keeper = await createCertificateKeeper({ directory: tls, addresses: () => ['127.0.0.1'], clock, logger })
    expect(keeper.current?.servers.rsa).toBeUndefined()
    let uses = 0
    keeper.follow(async () => {
      uses += 1
    })
    clock.advance(61_000)
    await until(clock.waiting, (waiting) => waiting === 1)
    renameSync(away, there)
    clock.advance(61_000)
    await until(
      () => uses,
      (times) => times === 1,
    )
    expect(keeper.current?.servers.rsa).toBeDefined()
    expect(keeper.problems()).toEqual([])
    // Said once, not every minute.
    expect(lines.filter(({ file }) => file === 'ca-rsa.pem')).toHaveLength(1)
    keeper.stop()
  })

  it('goes on with what it has when the files are damaged while it runs', async () => {
    using folder = scratch()
    const { tls } = await used(folder.path)
    let addresses = ['127.0.0.1']
    const clock = createTestClock(Date.now())
    const { logger } = logged()
    const keeper = await createCertificateKeeper({ directory: tls, addresses: () => addresses, clock, logger })
    const before = keeper.current
    keeper.follow(async () => undefined)
    writeFileSync(join(tls, 'ca.key'), '')
    addresses = ['127.0.0.1', '10.1.1.1']
    clock.advance(61_000)
    await until(keeper.problems, (problems) => problems.length === 1)
    // The EC one as it was, the RSA one for the new address.
    expect(keeper.current?.servers.ec).toBe(before?.servers.ec)
    expect(keeper.current?.servers.rsa).not.toEqual(before?.servers.rsa)
    expect(keeper.problems()).toMatchObject([{ authority: 'ec', file: 'ca.key', problem: 'notAKey' }])
    keeper.stop()
  })

  it('is told when the directory itself cannot be used', async () => {
    using folder = scratch()
    await startedOnce(folder.path)
    writeFileSync(join(folder.path, 'tls'), 'a file')
    const station = await startTestStation({ tls: true, directory: folder.path })
    expect(await station.client.station.info()).toMatchObject({
      tls: {
        state: 'unusable',
        problems: [{ problem: 'unreadable', file: null, detail: expect.stringContaining('EEXIST') }],
      },
    })
    expect((await station.rest('GET', '/station/ca')).body.message).toContain('tls cannot be read (EEXIST')
    await station.stop()
    rmSync(join(folder.path, 'tls'))
  })
})

describe('a station whose clock is wrong', () => {
  /** An authority as a station of before the RSA one made it: EC, from yesterday, for ten years. */
  const oldAuthority = async (data: string): Promise<{ pem: string; key: string }> => {
    await startedOnce(data)
    const tls = join(data, 'tls')
    mkdirSync(tls)
    const [pem, key] = [join(tls, 'ca.pem'), join(tls, 'ca.key')]
    const usage = [
      '-addext',
      'basicConstraints=critical,CA:TRUE,pathlen:0',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    ]
    const keys = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key]
    const made = await run(findProgram('openssl') ?? '', [
      'req',
      '-x509',
      ...keys,
      '-out',
      pem,
      '-days',
      '3652',
      '-subj',
      '/CN=OTA Bench CA 12345678/O=OTA Bench',
      ...usage,
    ])
    expect(made.code).toBe(0)
    return { pem: readFileSync(pem, 'latin1'), key: readFileSync(key, 'latin1') }
  }

  it.each([
    ['at an RTC’s 2000', Date.UTC(2000, 0, 1), 'notYetValid'],
    ['two years back', Date.now() - 730 * 86_400_000, 'notYetValid'],
    ['eleven years ahead', Date.now() + 4020 * 86_400_000, 'expired'],
    ['near the authority’s end', Date.now() + 3600 * 86_400_000, 'ending'],
  ])('keeps the authority that devices trust, serves with it and says so: %s', async (_, at, problem) => {
    using folder = scratch()
    const before = await oldAuthority(folder.path)
    const offset = at - Date.now()
    const clock = { ...systemClock, now: () => Date.now() + offset }
    const { lines, logger } = logged()
    const station = await startTestStation({ tls: true, directory: folder.path, clock, logger })
    const file = (name: string): string => readFileSync(join(folder.path, 'tls', name), 'latin1')
    expect([file('ca.pem'), file('ca.key')]).toEqual([before.pem, before.key])
    const { tls, listeners } = await station.client.station.info()
    expect(tls.state).toBe('on')
    expect(tls.problems).toContainEqual({
      authority: 'ec',
      problem,
      file: null,
      detail: null,
      at: expect.stringMatching(/^20\d\d-/),
      served: true,
    })
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, authority: 'ec', problem }))
    const kept = join(folder.path, 'tls', 'kept')
    expect(readdirSync(kept).map((name) => readFileSync(join(kept, name), 'latin1'))).toContain(before.key)
    // A device that was given this authority, on a clock that is right, still connects.
    const shown = await run(findProgram('openssl') ?? '', [
      's_client',
      '-connect',
      `127.0.0.1:${new URL(listeners.mqtts ?? '').port}`,
      '-CAfile',
      join(folder.path, 'tls', 'ca.pem'),
    ])
    expect(shown.output).toContain('Verification: OK')
  })
})
