import type { SecureContextOptions } from 'node:tls'
import type { CertificateKind } from './certificate-choice.ts'
import { cipherList } from './cipher-suites.ts'

/** Private key and certificate chain, PEM; the server's own certificate first. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** The server certificates for devices: at least one of the two is present. */
export interface Identities {
  /** P-256, for clients that can verify ECDSA; absent while it is damaged. */
  readonly ec?: Identity | undefined
  /** RSA, for all other clients; absent while it is damaged. */
  readonly rsa?: Identity | undefined
  /** Whether to serve devices without elliptic curves by the RSA key exchange of TLS 1.2, which has no forward secrecy. */
  readonly staticRsa: boolean
}

const otherKind = { ec: 'rsa', rsa: 'ec' } as const

/**
 * Options of a context with one certificate. A context never has two, because BoringSSL (used by Electron) keeps only the last one.
 * If the wanted certificate is absent, the other one is used; a client that cannot use it is refused in the handshake.
 */
export const contextOf = (identities: Identities, wanted: CertificateKind): SecureContextOptions => {
  const kind = identities[wanted] ? wanted : otherKind[wanted]
  const identity = identities[kind]
  if (!identity) throw new Error('there is no certificate to serve with')
  return { ...identity, ciphers: cipherList(kind, identities.staticRsa), minVersion: 'TLSv1.2' }
}
