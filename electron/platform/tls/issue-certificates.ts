import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { CertificateKind } from '../listeners/certificate-choice.ts'
import type { Certified } from './certificate-check.ts'
import { validityAt } from './validity.ts'

/** Algorithms by key type, which TLS stacks of small devices support. RSA keys of 2048 bits are generated on a thread of the pool. */
const algorithms = {
  ec: { keys: { name: 'ECDSA', namedCurve: 'P-256' }, signing: { name: 'ECDSA', hash: 'SHA-256' } },
  rsa: {
    keys: {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    signing: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  },
} as const
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'

/** Positive, unique, at most 20 octets (RFC 5280 §4.1.2.2). */
const newSerial = (): string => {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0)
  return bytes.toString('hex')
}

const newKeys = async (kind: CertificateKind) => {
  const keys = await crypto.subtle.generateKey(algorithms[kind].keys, true, ['sign', 'verify'])
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { keys, keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` }
}

const signingKeyOf = (kind: CertificateKind, { keyPem }: Certified) =>
  crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(keyPem), algorithms[kind].keys, false, ['sign'])

const pemOf = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`

const issuing = new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)
/** The RSA authority issues the cross-signed EC authority; both issue server certificates only. */
const PATH_LENGTH = { ec: 0, rsa: 1 } as const
const NAMES = { ec: 'OTA Bench CA', rsa: 'OTA Bench RSA CA' } as const

/** Creates a self-signed authority. @param now milliseconds since 1970. */
export const issueAuthority = async (kind: CertificateKind, now: number): Promise<Certified> => {
  const { keys, keyPem } = await newKeys(kind)
  const serialNumber = newSerial()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // The serial number distinguishes the authorities of two stations in a device's trust store.
    name: `CN=${NAMES[kind]} ${serialNumber.slice(0, 8)}, O=OTA Bench`,
    ...validityAt(now),
    signingAlgorithm: algorithms[kind].signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, PATH_LENGTH[kind], true),
      issuing,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certPem: pemOf(certificate), keyPem }
}

/** Signs the EC authority's name and key by the RSA authority, so that clients that trust only the RSA one can verify what the EC one issues. PEM. */
export const issueCross = async (rsa: Certified, ec: Certified, now: number): Promise<string> => {
  const issuer = new x509.X509Certificate(rsa.certPem)
  const subject = new x509.X509Certificate(ec.certPem)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: subject.subject,
    issuer: issuer.subject,
    ...validityAt(now),
    signingAlgorithm: algorithms.rsa.signing,
    publicKey: subject.publicKey,
    signingKey: await signingKeyOf('rsa', rsa),
    extensions: [
      new x509.BasicConstraintsExtension(true, PATH_LENGTH.ec, true),
      issuing,
      await x509.SubjectKeyIdentifierExtension.create(subject.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return pemOf(certificate)
}

/** In RSA key exchange the client encrypts to the certificate's key; BoringSSL enforces the key usage written here. */
const serverUse = {
  ec: x509.KeyUsageFlags.digitalSignature,
  rsa: x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
} as const

/** Issues a server certificate for names and addresses, with the key type of its authority. */
export const issueServer = async (
  kind: CertificateKind,
  ca: Certified,
  addresses: readonly string[],
  now: number,
): Promise<Certified> => {
  const { keys, keyPem } = await newKeys(kind)
  const issuer = new x509.X509Certificate(ca.certPem)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: 'CN=OTA Bench, O=OTA Bench',
    issuer: issuer.subject,
    ...validityAt(now),
    signingAlgorithm: algorithms[kind].signing,
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(kind, ca),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(serverUse[kind], true),
      new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
      // RFC 9110 §4.3.4: clients check this field and not the common name.
      new x509.SubjectAlternativeNameExtension(
        [...new Set(addresses)].map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { certPem: pemOf(certificate), keyPem }
}
