import type { Identities } from '../listeners/server-certificates.ts'
import type { Certificates } from './authority.ts'

/**
 * The certificates of the device ports: the EC certificate with the cross-signed authority behind it, so that clients that trust
 * either authority can verify it.
 */
export const identitiesOf = ({ servers, crossPem }: Certificates, staticRsa: boolean): Identities => ({
  ec: servers.ec && { key: servers.ec.keyPem, cert: `${servers.ec.certPem}${crossPem ?? ''}` },
  rsa: servers.rsa && { key: servers.rsa.keyPem, cert: servers.rsa.certPem },
  staticRsa,
})

/** All authority certificates, concatenated, for a client that trusts this station; undefined when there is none. */
export const authorityBundle = (certificates: Certificates | undefined): string | undefined => {
  const { rsa, ec } = certificates?.authorities ?? {}
  return [rsa, ec].map((authority) => authority?.certPem ?? '').join('') || undefined
}
