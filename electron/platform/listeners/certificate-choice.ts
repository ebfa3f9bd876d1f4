import { isTls13Suite, type servable } from './cipher-suites.ts'
import type { ClientHello } from './client-hello.ts'

/** The kind of key in a server certificate. */
export type CertificateKind = 'ec' | 'rsa'

const TLS_13 = 0x0304
const SECP256R1 = 23
/** ecdsa_secp256r1_sha256: in TLS 1.3 the only signature that a P-256 key makes (RFC 8446 §4.2.3). */
const ECDSA_P256_SHA256 = 0x0403
/** In TLS 1.2 hash and curve go together freely (RFC 5246 §7.4.1.4.1). SHA-1 is no longer signed with. */
const ecdsaSignatures: ReadonlySet<number> = new Set([0x0403, 0x0503, 0x0603])

/**
 * Which certificate a client is shown: the P-256 one where it can verify ECDSA, else the RSA one. A server of BoringSSL has one
 * certificate a context, so this is decided before it sees a byte.
 * @param can what the running library serves; a suite that only the client knows makes no handshake.
 */
export const certificateFor = (hello: ClientHello, can: ReturnType<typeof servable>): CertificateKind => {
  const { cipherSuites, versions, groups, signatureAlgorithms } = hello
  const offers = (suites: ReadonlySet<number>): boolean => cipherSuites.some((id) => suites.has(id))
  if (versions?.includes(TLS_13) && signatureAlgorithms?.includes(ECDSA_P256_SHA256) && cipherSuites.some(isTls13Suite))
    return 'ec'
  if (!offers(can.ecdsa)) return 'rsa'
  if (signatureAlgorithms && !signatureAlgorithms.some((algorithm) => ecdsaSignatures.has(algorithm))) return 'rsa'
  if (groups) return groups.includes(SECP256R1) ? 'ec' : 'rsa'
  // RFC 8422 §4 lets a server choose the curve then; BoringSSL does not do elliptic curves at all with such a client.
  return offers(can['static-rsa']) ? 'rsa' : 'ec'
}
