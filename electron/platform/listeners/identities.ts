import type { SecureContextOptions } from 'node:tls'
import type { CertificateKind } from './certificate-choice.ts'
import { cipherList } from './cipher-suites.ts'

/** Private key and certificate chain, PEM; the server's own certificate first. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** Who we are to devices over TLS. */
export interface Identities {
  /** P-256, for all who can verify ECDSA. */
  readonly ec: Identity
  /** RSA, for all others. */
  readonly rsa: Identity
  /** Whether devices without elliptic curves are served: RSA key exchange of TLS 1.2, which has no forward secrecy. */
  readonly staticRsa: boolean
}

/** What a context of one certificate is made of: never two in one, as BoringSSL, Electron's library, keeps only the last. */
export const contextOf = (identities: Identities, kind: CertificateKind): SecureContextOptions => {
  const { key, cert } = identities[kind]
  return { key, cert, ciphers: cipherList(kind, identities.staticRsa), minVersion: 'TLSv1.2' }
}
