import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { CertificateKind } from '../listeners/certificate-choice.ts'
import { FIRST_MOMENT, RENEW_BEFORE } from './validity.ts'

/** A certificate and its private key (PKCS #8), PEM. */
export interface Certified {
  readonly certPem: string
  readonly keyPem: string
}

/** The fault in an authority's file, which makes it unusable. */
export type Damage =
  | 'missing'
  | 'unreadable'
  | 'notACertificate'
  | 'notAnAuthority'
  | 'wrongKind'
  | 'notAKey'
  | 'otherKey'
  | 'unwritable'

const isOfKind = (key: KeyObject, kind: CertificateKind): boolean =>
  kind === 'ec'
    ? key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    : key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048

const attempt = <T>(make: () => T): T | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}

/**
 * Whether an authority's certificate and key can be used, whatever the time is.
 * @returns undefined when they can, otherwise which of the two is at fault, and why.
 */
export const damageOf = (
  { certPem, keyPem }: Certified,
  kind: CertificateKind,
): { readonly part: 'pem' | 'key'; readonly damage: Damage } | undefined => {
  const certificate = attempt(() => new X509Certificate(certPem))
  if (!certificate) return { part: 'pem', damage: 'notACertificate' }
  if (!certificate.ca) return { part: 'pem', damage: 'notAnAuthority' }
  if (!isOfKind(certificate.publicKey, kind)) return { part: 'pem', damage: 'wrongKind' }
  const key = attempt(() => createPrivateKey(keyPem))
  if (!key) return { part: 'key', damage: 'notAKey' }
  return certificate.checkPrivateKey(key) ? undefined : { part: 'key', damage: 'otherKey' }
}

/** Whether a server's certificate and key belong together and are of that key type; names are not checked. */
export const isPair = ({ certPem, keyPem }: Certified, kind: CertificateKind): boolean => {
  const certificate = attempt(() => new X509Certificate(certPem))
  const key = attempt(() => createPrivateKey(keyPem))
  return certificate !== undefined && key !== undefined && isOfKind(key, kind) && certificate.checkPrivateKey(key)
}

/** Whether a certificate is signed by the key of another one. */
export const isIssuedBy = (certPem: string, authorityPem: string): boolean => {
  const certificate = attempt(() => new X509Certificate(certPem))
  const authority = attempt(() => new X509Certificate(authorityPem))
  return certificate !== undefined && authority !== undefined && certificate.verify(authority.publicKey)
}

/** Valid from the earliest time of any device's clock until some time from now, like certificates issued today. */
const lastsLong = (certificate: X509Certificate, now: number): boolean =>
  certificate.validFromDate.getTime() <= FIRST_MOMENT.getTime() &&
  now < certificate.validToDate.getTime() - RENEW_BEFORE

/** Whether a server certificate is issued by the authority, of its key type, not about to expire, and for exactly these names and addresses. */
export const covers = (
  { certPem, keyPem }: Certified,
  ca: Certified,
  kind: CertificateKind,
  addresses: readonly string[],
  now: number,
): boolean => {
  if (!isPair({ certPem, keyPem }, kind)) return false
  const certificate = new X509Certificate(certPem)
  if (!lastsLong(certificate, now) || !certificate.verify(new X509Certificate(ca.certPem).publicKey)) return false
  const named = certificate.subjectAltName?.split(', ').length ?? 0
  return (
    named === new Set(addresses).size &&
    addresses.every((address) => (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(address)))
  )
}

/** Whether a certificate is the EC authority's, signed by the RSA authority, and not about to expire. */
export const crosses = (crossPem: string, rsa: Certified, ec: Certified, now: number): boolean => {
  const cross = attempt(() => new X509Certificate(crossPem))
  if (!cross?.ca || !lastsLong(cross, now)) return false
  const subject = new X509Certificate(ec.certPem)
  return (
    cross.subject === subject.subject &&
    cross.publicKey.equals(subject.publicKey) &&
    cross.verify(new X509Certificate(rsa.certPem).publicKey)
  )
}
