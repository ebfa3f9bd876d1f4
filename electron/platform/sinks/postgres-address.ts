import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { codeOf, ReceiverFault } from './receiver.ts'

/** How to reach a PostgreSQL server. */
export interface PostgresAddress {
  /** Without its options of TLS. */
  readonly connectionString: string
  readonly ssl: false | ConnectionOptions
}

/**
 * The address in a URL with the options of TLS that libpq knows (PostgreSQL manual, 34.19): `sslmode` is `disable`, `require` (encrypted,
 * anybody's certificate), `verify-ca` or `verify-full`; `sslrootcert` names a file. Without `sslmode` a given authority means
 * `verify-full`, none means no TLS.
 * @throws ReceiverFault CERTIFICATE_UNREADABLE.
 */
export const postgresAddress = (url: string, ca: string | null): PostgresAddress => {
  const address = new URL(url)
  const file = address.searchParams.get('sslrootcert')
  const mode = address.searchParams.get('sslmode') ?? (ca === null && file === null ? 'disable' : 'verify-full')
  for (const name of ['sslmode', 'sslrootcert']) address.searchParams.delete(name)
  const connectionString = address.href
  switch (mode) {
    case 'require':
      return { connectionString, ssl: { rejectUnauthorized: false } }
    case 'verify-ca':
      return { connectionString, ssl: { ...authority(ca, file), checkServerIdentity: () => undefined } }
    case 'verify-full':
      return { connectionString, ssl: authority(ca, file) }
    default:
      return { connectionString, ssl: false }
  }
}

const authority = (ca: string | null, file: string | null): ConnectionOptions => {
  if (ca !== null) return { ca }
  if (file === null) return {}
  try {
    return { ca: readFileSync(file, 'utf8') }
  } catch (error) {
    throw new ReceiverFault('CERTIFICATE_UNREADABLE', { detail: `${file} ${codeOf(error) ?? ''}`.trim() })
  }
}
