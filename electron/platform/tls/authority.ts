import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Certified, covers, mayIssue, read } from './check.ts'
import { writeWhole } from './files.ts'

export interface AuthorityOptions {
  /** Names and addresses the server certificate is for; see `machineAddresses`. */
  readonly addresses: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Authority {
  /** What devices are given to trust. */
  readonly caPem: string
  readonly serverKeyPem: string
  readonly serverCertPem: string
  /** What had to be made: a new authority means that devices which trusted the one before must be given this. */
  readonly issued: 'nothing' | 'server' | 'authority'
}

/**
 * The station's own certificate authority, in `directory`: `ca.pem`, `ca.key`, `server.pem`, `server.key` (the directory 0700, keys
 * 0600). Made at the first start, for ten years. The server certificate follows the machine's addresses and is made again when they
 * change, or 30 days before it ends.
 * @throws the system's error when the files cannot be read or written; unusable contents are replaced.
 */
export const loadOrCreateAuthority = async (
  directory: string,
  { addresses, now }: AuthorityOptions,
): Promise<Authority> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const save = async (name: string, made: Certified) => {
    await writeWhole(join(directory, `${name}.key`), made.keyPem, 0o600)
    await writeWhole(join(directory, `${name}.pem`), made.certPem, 0o644)
  }
  const answer = (ca: Certified, server: Certified, issued: Authority['issued']): Authority => ({
    caPem: ca.certPem,
    serverKeyPem: server.keyPem,
    serverCertPem: server.certPem,
    issued,
  })

  const oldCa = await read(directory, 'ca')
  const oldServer = await read(directory, 'server')
  const known = oldCa && mayIssue(oldCa, now) ? oldCa : undefined
  if (known && oldServer && covers(oldServer, known, addresses, now)) return answer(known, oldServer, 'nothing')

  // Issuing needs a library that takes longer to load than all the rest here; most starts do without.
  const { issueAuthority, issueServer } = await import('./issue.ts')
  const ca = known ?? (await issueAuthority(now))
  if (!known) await save('ca', ca)
  const server = await issueServer(ca, addresses, now)
  await save('server', server)
  return answer(ca, server, known ? 'server' : 'authority')
}
