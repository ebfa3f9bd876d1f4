import type { SecureContextOptions } from 'node:tls'
import type { CertificateKind } from './certificate-choice.ts'
import { cipherList } from './cipher-suites.ts'

/** Private key and certificate chain, PEM; the server's own certificate first. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** Who we are to devices over TLS: at least one of both. */
export interface Identities {
  /** P-256, for all who can verify ECDSA; absent while it is damaged. */
  readonly ec?: Identity | undefined
  /** RSA, for all others; absent while it is damaged. */
  readonly rsa?: Identity | undefined
  /** Whether devices without elliptic curves are served: RSA key exchange of TLS 1.2, which has no forward secrecy. */
  readonly staticRsa: boolean
}

const otherKind = { ec: 'rsa', rsa: 'ec' } as const

/**
 * What a context of one certificate is made of: never two in one, as BoringSSL, Electron's library, keeps only the last. Where the certificate of
 * that kind is absent the other one serves: a client that cannot use it is refused in the handshake.
 */
export const contextOf = (identities: Identities, wanted: CertificateKind): SecureContextOptions => {
  const kind = identities[wanted] ? wanted : otherKind[wanted]
  const identity = identities[kind]
  if (!identity) throw new Error('there is no certificate to serve with')
  return { ...identity, ciphers: cipherList(kind, identities.staticRsa), minVersion: 'TLSv1.2' }
}
