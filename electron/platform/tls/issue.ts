import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { Certified } from './check.ts'

const DAY = 86_400_000
/** Devices and browsers refuse server certificates of more than 398 days; a day of them lies in the past, for clocks behind ours. */
const SERVER_DAYS = 397
const CA_DAYS = 3652
const CLOCK_SKEW = DAY

/** EC P-256 with SHA-256: what TLS stacks of small devices know. */
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'

/** Positive, unique, at most 20 octets (RFC 5280 §4.1.2.2). */
const newSerial = (): string => {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0)
  return bytes.toString('hex')
}

const newKeys = async () => {
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { keys, keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` }
}

const validity = (now: number, days: number) => ({
  notBefore: new Date(now - CLOCK_SKEW),
  // RFC 5280 §4.1.2.5: both ends are included.
  notAfter: new Date(now - CLOCK_SKEW + days * DAY - 1000),
})

/** Makes a self-signed authority that can issue server certificates and nothing below itself. */
export const issueAuthority = async (now: number): Promise<Certified> => {
  const { keys, keyPem } = await newKeys()
  const serialNumber = newSerial()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // The serial tells the authorities of two stations apart in a device's store.
    name: `CN=OTA Bench CA ${serialNumber.slice(0, 8)}, O=OTA Bench`,
    ...validity(now, CA_DAYS),
    signingAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem }
}

/** Makes a server certificate for names and addresses; it never outlives its authority. */
export const issueServer = async (ca: Certified, addresses: readonly string[], now: number): Promise<Certified> => {
  const { keys, keyPem } = await newKeys()
  const issuer = new x509.X509Certificate(ca.certPem)
  const { notBefore, notAfter } = validity(now, SERVER_DAYS)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: 'CN=OTA Bench, O=OTA Bench',
    issuer: issuer.subject,
    notBefore,
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    signingAlgorithm,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(ca.keyPem), keyAlgorithm, false, [
      'sign',
    ]),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
      // RFC 9110 §4.3.4: clients look here and not at the common name.
      new x509.SubjectAlternativeNameExtension(
        [...new Set(addresses)].map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem }
}
