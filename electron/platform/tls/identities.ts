import type { Identities } from '../listeners/identities.ts'
import type { Certificates } from './authority.ts'

/** What device ports serve with: the EC certificate with the cross-signed authority behind it, so that holders of either can verify. */
export const identitiesOf = ({ servers, crossPem }: Certificates, staticRsa: boolean): Identities => ({
  ec: { key: servers.ec.keyPem, cert: `${servers.ec.certPem}${crossPem}` },
  rsa: { key: servers.rsa.keyPem, cert: servers.rsa.certPem },
  staticRsa,
})
