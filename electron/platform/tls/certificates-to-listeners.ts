import type { Identities } from '../listeners/server-certificates.ts'
import type { Certificates } from './authority.ts'

/** What device ports serve with: the EC certificate with the cross-signed authority behind it, so that holders of either can verify. */
export const identitiesOf = ({ servers, crossPem }: Certificates, staticRsa: boolean): Identities => ({
  ec: servers.ec && { key: servers.ec.keyPem, cert: `${servers.ec.certPem}${crossPem ?? ''}` },
  rsa: servers.rsa && { key: servers.rsa.keyPem, cert: servers.rsa.certPem },
  staticRsa,
})

/** Every authority's certificate, one after the other, for a client that trusts this station; undefined where there is none. */
export const authorityBundle = (certificates: Certificates | undefined): string | undefined => {
  const { rsa, ec } = certificates?.authorities ?? {}
  return [rsa, ec].map((authority) => authority?.certPem ?? '').join('') || undefined
}
