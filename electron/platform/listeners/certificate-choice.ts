import { isTls13Suite, type servable } from './cipher-suites.ts'
import type { ClientHello } from './client-hello.ts'

/** The kind of key in a server certificate. */
export type CertificateKind = 'ec' | 'rsa'

const TLS_13 = 0x0304
const SECP256R1 = 23
/** ecdsa_secp256r1_sha256: the only signature of a P-256 key in TLS 1.3 (RFC 8446 §4.2.3). */
const ECDSA_P256_SHA256 = 0x0403
/** TLS 1.2 allows any combination of hash and curve (RFC 5246 §7.4.1.4.1). SHA-1 signatures are no longer made. */
const ecdsaSignatures: ReadonlySet<number> = new Set([0x0403, 0x0503, 0x0603])

/**
 * Chooses the certificate for a client: the P-256 one if it can verify ECDSA, else the RSA one. A BoringSSL server has one
 * certificate per context, so the choice is made before the server sees any byte.
 * @param can the suites that the running library serves; a handshake needs a suite that both sides know.
 */
export const certificateFor = (hello: ClientHello, can: ReturnType<typeof servable>): CertificateKind => {
  const { cipherSuites, versions, groups, signatureAlgorithms } = hello
  const offers = (suites: ReadonlySet<number>): boolean => cipherSuites.some((id) => suites.has(id))
  if (versions?.includes(TLS_13) && signatureAlgorithms?.includes(ECDSA_P256_SHA256) && cipherSuites.some(isTls13Suite))
    return 'ec'
  if (!offers(can.ecdsa)) return 'rsa'
  if (signatureAlgorithms && !signatureAlgorithms.some((algorithm) => ecdsaSignatures.has(algorithm))) return 'rsa'
  if (groups) return groups.includes(SECP256R1) ? 'ec' : 'rsa'
  // RFC 8422 §4 allows the server to choose the curve then, but BoringSSL does not use elliptic curves with such a client.
  return offers(can['static-rsa']) ? 'rsa' : 'ec'
}
