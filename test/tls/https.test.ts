import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { createEmbeddedBroker } from '../../electron/platform/broker/embedded-broker.ts'
import { createCertificateKeeper } from '../../electron/platform/tls/certificate-keeper.ts'
import { identitiesOf } from '../../electron/platform/tls/certificates-to-listeners.ts'
import { findProgram, run } from '../broker/programs.ts'
import { recordingLogger, TestPlatform } from '../broker/test-platform.ts'
import { startBench } from '../download/fixture.ts'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

const curl = findProgram('curl')
const mosquitto = findProgram('mosquitto_sub')
const needs = curl && mosquitto ? '' : ' (needs the Debian packages curl and mosquitto-clients)'

const prepare = async () => {
  const station = await startTestStation({ tls: true })
  const product = await station.client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  const { secret } = await station.client.devices.create({ productId: product.id, name: 'dev1', secret: 'hunter2' })
  const bytes = Buffer.from(Array.from({ length: 9000 }, (_, n) => n & 0xff))
  const pack = await station.addPackage({ productId: product.id, name: 'gw 2.0.0', version: '2.0.0', bytes })
  const connectIt = () => connectDevice({ mqttUrl: station.mqttUrl, productKey: 'gw', name: 'dev1', secret })
  return { station, pack, bytes, connectIt }
}

describe('the certificate for devices', () => {
  it('is handed out as PEM and DER without a token, and to operators with its fingerprint and validity', async () => {
    const { station } = await prepare()
    const pem = await (await fetch(`${station.ready.http}/ca.pem`)).text()
    const der = Buffer.from(await (await fetch(`${station.ready.http}/ca.crt`)).arrayBuffer())
    const { status, body } = await station.rest('GET', '/station/ca')
    expect(status).toBe(200)
    const certificate = new X509Certificate(pem)
    expect(certificate.ca).toBe(true)
    expect(certificate.raw.equals(der)).toBe(true)
    expect(body).toMatchObject({
      pem,
      fingerprint: certificate.fingerprint256,
      validFrom: certificate.validFromDate.toISOString(),
      validTo: certificate.validToDate.toISOString(),
      addresses: expect.arrayContaining(['127.0.0.1', 'localhost']),
    })
    const head = await fetch(`${station.ready.http}/ca.crt`, { method: 'HEAD' })
    expect(head.headers.get('content-type')).toBe('application/x-x509-ca-cert')
    expect((await fetch(`${station.ready.http}/ca.pem`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${station.ready.http}/ca.pemx`)).status).toBe(404)
  })

  it('is not there with --no-tls, and a campaign by https is refused in words', async () => {
    const station = await startTestStation()
    const product = await station.client.products.create({ name: 'Gateway', protocol: 'sagoo' })
    await station.client.devices.create({ productId: product.id, name: 'dev1' })
    const pack = await station.addPackage({ productId: product.id, name: 'gw', version: '2.0.0' })
    expect((await fetch(`${station.ready.http}/ca.pem`)).status).toBe(404)
    const campaign = { packageId: pack.id, name: 'all', protocol: 'https' }
    for (const answer of [await station.rest('GET', '/station/ca'), await station.rest('POST', '/campaigns', campaign)])
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'TLS_OFF', message: expect.stringContaining('--no-tls') },
      })
  })
})

describe.skipIf(!curl || !mosquitto)(`programs nobody here wrote, given the certificate${needs}`, () => {
  it('upgrade by https: the notice names it, and curl fetches whole and in ranges', async () => {
    using folder = scratch()
    const { station, pack, bytes, connectIt } = await prepare()
    const ca = join(folder.path, 'ca.pem')
    writeFileSync(ca, await (await fetch(`${station.ready.http}/ca.pem`)).text())
    const device = await connectIt()
    await device.listen()
    await device.inform('1.0.0')
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', protocol: 'https' })
    const { url } = (await device.notice()).data
    expect(new URL(url).origin).toBe(station.ready.https)
    const whole = join(folder.path, 'whole')
    expect((await run(curl ?? '', ['-sS', '--fail', '--cacert', ca, '-o', whole, url])).code).toBe(0)
    const part = await run(curl ?? '', ['-sS', '--cacert', ca, '-r', '48-57', '-w', ' %{http_code}', url])
    expect(part.output).toBe(`${bytes.subarray(48, 58).toString()} 206`)
    // Without the certificate nobody is believed.
    expect((await run(curl ?? '', ['-sS', url])).code).toBe(60)
    await device.progress(100)
    await device.inform('2.0.0')
    const done = () => station.client.campaigns.get({ id: campaign.id })
    expect(await until(done, ({ status }) => status === 'finished')).toMatchObject({ counts: { succeeded: 1 } })
  })

  it('connect by mqtts', async () => {
    using folder = scratch()
    const { station } = await prepare()
    const ca = join(folder.path, 'ca.pem')
    writeFileSync(ca, await (await fetch(`${station.ready.http}/ca.pem`)).text())
    const { port } = new URL(station.ready.mqtts ?? '')
    const login = ['-u', 'dev1&gw', '-P', 'hunter2', '-t', '/ota/device/upgrade/gw/dev1']
    const listening = await run(mosquitto ?? '', ['-h', '127.0.0.1', '-p', port, '--cafile', ca, ...login, '-E', '-d'])
    expect(listening.output).toContain('SUBACK')
    expect(listening.code).toBe(0)
  })
})

/** The names and addresses a server shows a certificate for. */
const shown = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.subjectAltName ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })

it('follows the machine’s addresses while it runs: https and mqtts show the new certificate, of the same authority', async () => {
  using folder = scratch()
  const { logger } = recordingLogger()
  let addresses = ['127.0.0.1']
  let due = (): void => {}
  let cancelled = false
  const clock = {
    now: () => Date.now(),
    steady: () => Date.now(),
    after: (_ms: number, then: () => void) => {
      due = then
      return () => {
        cancelled = true
      }
    },
  }
  const keeper = await createCertificateKeeper({ directory: folder.path, addresses: () => addresses, clock, logger })
  const { current } = keeper
  if (!current) throw new Error('no certificates')
  const identities = identitiesOf(current, true)
  await using bench = await startBench({ tls: identities })
  const broker = createEmbeddedBroker({
    host: new TestPlatform([]),
    limits: { packetBytes: 1000, failedLogins: 10 },
    listen: { host: '127.0.0.1', mqttPort: 0, tls: { port: 0, identities } },
    clock: systemClock,
    logger,
  })
  await broker.start()
  onTestFinished(() => broker.stop())
  const mqttsPort = Number(new URL(broker.urls.mqtts ?? '').port)
  let uses = 0
  keeper.follow(async (certificates) => {
    const next = identitiesOf(certificates, true)
    bench.server.use(next)
    await broker.useIdentities(next)
    uses += 1
  })
  expect([await shown(bench.port), await shown(mqttsPort)]).toEqual(Array(2).fill('IP Address:127.0.0.1'))

  addresses = ['127.0.0.1', '10.9.8.7']
  due()
  await until(
    () => uses,
    (made) => made === 1,
  )
  const both = 'IP Address:127.0.0.1, IP Address:10.9.8.7'
  expect([await shown(bench.port), await shown(mqttsPort)]).toEqual([both, both])
  expect(keeper.current?.authorities).toEqual(current.authorities)
  expect(keeper.addresses).toEqual(addresses)
  keeper.stop()
  expect(cancelled).toBe(true)
})
