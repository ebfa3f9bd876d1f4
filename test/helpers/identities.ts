import type { Identities } from '../../electron/platform/listeners/server-certificates.ts'
import { identitiesOf } from '../../electron/platform/tls/certificates-to-listeners.ts'
import { issueAuthority, issueCross, issueServer } from '../../electron/platform/tls/issue-certificates.ts'

/** What a port serves TLS with, and what its clients trust. */
export interface TestIdentities {
  readonly identities: Identities
  /** The RSA authority, as `/ca.pem` hands it out. */
  readonly ca: string
  readonly ecCa: string
}

/** Two authorities and a server certificate of each, as a station makes them, kept nowhere. */
export const makeIdentities = async (
  addresses: readonly string[] = ['127.0.0.1', 'localhost'],
): Promise<TestIdentities> => {
  const now = Date.now()
  const [rsa, ec] = await Promise.all([issueAuthority('rsa', now), issueAuthority('ec', now)])
  const servers = {
    rsa: await issueServer('rsa', rsa, addresses, now),
    ec: await issueServer('ec', ec, addresses, now),
  }
  const crossPem = await issueCross(rsa, ec, now)
  return {
    identities: identitiesOf({ authorities: { rsa, ec }, servers, crossPem }, true),
    ca: rsa.certPem,
    ecCa: ec.certPem,
  }
}
