import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findProgram, run } from '../broker/programs.ts'
import { startTestStation } from '../helpers/station.ts'
import { scratch } from '../launch/launched.ts'

const openssl = findProgram('openssl')
const curl = findProgram('curl')
const mosquitto = findProgram('mosquitto_sub')

/** A station over TLS, the two certificates it hands out as files, and its ports. */
const prepare = async (directory: string) => {
  const station = await startTestStation({ tls: true })
  const save = async (name: string): Promise<string> => {
    const path = join(directory, name)
    writeFileSync(path, await (await fetch(`${station.ready.http}/${name}`)).text())
    return path
  }
  const port = (url: string | null): string => new URL(url ?? '').port
  return {
    station,
    ca: await save('ca.pem'),
    ecCa: await save('ca-ec.pem'),
    ports: { https: port(station.ready.https), mqtts: port(station.ready.mqtts) },
  }
}

/** The suite that was agreed on with a server that proved itself; what went wrong, where it did not. */
const handshake = async (port: string, ca: string, ...options: readonly string[]): Promise<string> => {
  const fixed = ['-connect', `127.0.0.1:${port}`, '-CAfile', ca, '-verify_return_error', '-verify_ip', '127.0.0.1']
  const { output } = await run(openssl ?? '', ['s_client', ...fixed, ...options])
  const wrong = /verify error:[^\n]*|alert [^:\n]*/.exec(output)?.[0]
  if (wrong !== undefined || !output.includes('Verification: OK')) return wrong ?? output
  const suite = /^ *Cipher *: (\S+)$|Cipher is ([\w-]+)$/m.exec(output)
  return suite?.[1] ?? suite?.[2] ?? output
}

const UNKNOWN_AUTHORITY = expect.stringContaining('unable to get local issuer')
const REFUSED = expect.stringMatching(/alert handshake failure/)

describe.skipIf(!openssl)(`OpenSSL, told what it may do${openssl ? '' : ' (needs the Debian package openssl)'}`, () => {
  it('connects with old suites and new ones on both ports, and verifies by the certificate that is handed out', async () => {
    using folder = scratch()
    const { ca, ecCa, ports } = await prepare(folder.path)
    /** Options, and what comes of them for who has the certificate of today, and for who was given one before there was any of RSA. */
    const cases: [readonly string[], unknown, unknown][] = [
      [['-tls1_2', '-cipher', 'AES128-GCM-SHA256'], 'AES128-GCM-SHA256', UNKNOWN_AUTHORITY],
      [['-tls1_2', '-cipher', 'AES128-SHA'], 'AES128-SHA', UNKNOWN_AUTHORITY],
      [['-tls1_2', '-cipher', 'AES256-SHA'], 'AES256-SHA', UNKNOWN_AUTHORITY],
      [['-tls1_2', '-cipher', 'AES128-SHA256'], 'AES128-SHA256', UNKNOWN_AUTHORITY],
      [['-tls1_2', '-cipher', 'AES128-SHA:ECDHE-RSA-AES128-SHA'], 'ECDHE-RSA-AES128-SHA', UNKNOWN_AUTHORITY],
      [['-tls1_2', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384'], 'ECDHE-RSA-AES256-GCM-SHA384', UNKNOWN_AUTHORITY],
      [
        ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
        'ECDHE-ECDSA-AES128-GCM-SHA256',
        'ECDHE-ECDSA-AES128-GCM-SHA256',
      ],
      [['-tls1_2'], 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
      [['-tls1_2', '-groups', 'X25519'], 'ECDHE-RSA-AES128-GCM-SHA256', UNKNOWN_AUTHORITY],
      [['-tls1_3'], 'TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'],
      [['-tls1_3', '-sigalgs', 'rsa_pss_rsae_sha256'], 'TLS_AES_128_GCM_SHA256', UNKNOWN_AUTHORITY],
      [['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], expect.stringContaining('alert protocol version'), expect.anything()],
    ]
    for (const port of Object.values(ports))
      for (const [options, withRsa, withEc] of cases) {
        expect(await handshake(port, ca, ...options), options.join(' ')).toEqual(withRsa)
        expect(await handshake(port, ecCa, ...options), options.join(' ')).toEqual(withEc)
      }
  })

  it('gets no RSA key exchange once that is switched off, at once and not by an old session either; all else goes on', async () => {
    using folder = scratch()
    const { station, ca, ports } = await prepare(folder.path)
    const session = join(folder.path, 'session')
    const old = ['-tls1_2', '-cipher', 'AES128-SHA']
    expect(await handshake(ports.mqtts, ca, ...old, '-sess_out', session)).toBe('AES128-SHA')
    expect((await station.client.station.settings()).staticRsa).toBe(true)
    await station.client.station.updateSettings({ staticRsa: false })
    for (const port of Object.values(ports)) {
      expect(await handshake(port, ca, ...old)).toEqual(REFUSED)
      expect(await handshake(port, ca, ...old, '-sess_in', session)).toEqual(REFUSED)
      expect(await handshake(port, ca, '-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA')).toBe('ECDHE-RSA-AES128-SHA')
      expect(await handshake(port, ca)).toBe('TLS_AES_128_GCM_SHA256')
    }
    await station.client.station.updateSettings({ staticRsa: true })
    for (const port of Object.values(ports)) expect(await handshake(port, ca, ...old)).toBe('AES128-SHA')
  })
})

describe.skipIf(!curl || !mosquitto)(
  `programs without elliptic curves${curl && mosquitto ? '' : ' (needs the Debian packages curl and mosquitto-clients)'}`,
  () => {
    it('fetch and subscribe like any other', async () => {
      using folder = scratch()
      const { station, ca, ports } = await prepare(folder.path)
      const product = await station.client.products.create({ name: 'Meter', key: 'meter', protocol: 'sagoo' })
      await station.client.devices.create({ productId: product.id, name: 'old1', secret: 'hunter2' })
      const old = ['--tlsv1.2', '--tls-max', '1.2', '--ciphers', 'AES128-SHA']
      const fetched = await run(curl ?? '', ['-sS', '--cacert', ca, ...old, `https://127.0.0.1:${ports.https}/ca.pem`])
      expect(fetched.output).toContain('BEGIN CERTIFICATE')
      const login = ['-u', 'old1&meter', '-P', 'hunter2', '-t', '/ota/device/upgrade/meter/old1', '-E', '-d']
      const reached = ['-h', '127.0.0.1', '-p', ports.mqtts, '--cafile', ca]
      const listening = await run(mosquitto ?? '', [
        ...reached,
        '--tls-version',
        'tlsv1.2',
        '--ciphers',
        'AES128-SHA',
        ...login,
      ])
      expect(listening.output).toContain('SUBACK')
    })
  },
)
