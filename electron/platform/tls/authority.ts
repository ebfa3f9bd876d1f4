import { join } from 'node:path'
import type { CertificateKind } from '../listeners/certificate-choice.ts'
import { type Certified, covers, crosses, type Damage, damageOf } from './certificate-check.ts'
import { anyThere, closeDirectory, readText, reasonOf, saveCertificate, saveCertified } from './certificate-files.ts'

export interface AuthorityOptions {
  /** Names and addresses the server certificates are for; see `machineAddresses`. */
  readonly addresses: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Everything that is served and handed out, PEM. */
export interface Certificates {
  /** By the kind of their keys. The EC one is the authority of stations that had no other; the RSA one is handed out. */
  readonly authorities: Readonly<Record<CertificateKind, Certified>>
  readonly servers: Readonly<Record<CertificateKind, Certified>>
  /** The EC authority, certified by the RSA one. */
  readonly crossPem: string
}

/** A file of an authority that cannot be used. */
export interface AuthorityFault {
  readonly authority: CertificateKind
  /** `ca-rsa.key` */
  readonly file: string
  readonly damage: Damage
  /** The system's own words, where it gave any. */
  readonly detail: string | null
}

export type Loaded =
  | {
      readonly kind: 'loaded'
      readonly certificates: Certificates
      /** Authorities that were made, as none had been there. */
      readonly made: readonly CertificateKind[]
      /** Whether a server certificate is another than before. */
      readonly renewed: boolean
      /** Why a server certificate could not be kept; it is made again at the next start. */
      readonly unsaved: string | undefined
    }
  | { readonly kind: 'unusable'; readonly faults: readonly AuthorityFault[] }

/** Names of the files, without their endings. */
const authorityName = { ec: 'ca', rsa: 'ca-rsa' } as const
const serverName = { ec: 'server', rsa: 'server-rsa' } as const
const CROSS = 'ca-cross'
const pair = (name: string): string[] => [`${name}.pem`, `${name}.key`]

export const authorityFiles = (kind: CertificateKind): readonly string[] => pair(authorityName[kind])

const kinds = ['ec', 'rsa'] as const

/** What exists only where an authority was in use. A station of before the RSA authority has the EC one's files alone. */
const traces = {
  ec: [...pair(serverName.ec), ...pair(authorityName.rsa), ...pair(serverName.rsa), `${CROSS}.pem`],
  rsa: [...pair(serverName.rsa), `${CROSS}.pem`],
} as const satisfies Record<CertificateKind, readonly string[]>

/**
 * The station's own certificate authorities, in `directory` (0700, keys 0600): `ca.pem` and `ca.key` (EC P-256), `ca-rsa.pem` and
 * `ca-rsa.key` (RSA 2048), made where there are none yet, and never written again. Of each one server certificate, `server.*` and
 * `server-rsa.*`, and `ca-cross.pem`; these are made anew when the machine's addresses change, or 30 days before they end.
 * An authority that cannot be used is reported and left as it is; one that is out of date is used.
 * @throws the system's error when the directory itself cannot be used.
 */
export const loadAuthorities = async (directory: string, { addresses, now }: AuthorityOptions): Promise<Loaded> => {
  await closeDirectory(
    directory,
    kinds.flatMap((kind) => [`${authorityName[kind]}.key`, `${serverName[kind]}.key`]),
  )
  const examined = { ec: await examine(directory, 'ec'), rsa: await examine(directory, 'rsa') }
  const faults = kinds.flatMap((kind) => {
    const { fault } = examined[kind]
    return fault ? [fault] : []
  })
  if (faults.length > 0) return { kind: 'unusable', faults }

  const made = kinds.filter((kind) => !examined[kind].certified)
  const [ec, rsa] = await Promise.all(kinds.map(async (kind) => examined[kind].certified ?? make(kind, now)))
  if (!ec || !rsa) throw new Error('unreachable')
  const authorities = { ec, rsa }
  for (const kind of made) {
    try {
      await saveCertified(directory, authorityName[kind], authorities[kind])
    } catch (error) {
      // One that the next start would not find must not be given to devices.
      const file = `${authorityName[kind]}.key`
      return { kind: 'unusable', faults: [{ authority: kind, file, damage: 'unwritable', detail: reasonOf(error) }] }
    }
  }
  return { kind: 'loaded', made, ...(await serveWith(directory, authorities, addresses, now)) }
}

/** Issuing needs a library that takes longer to load than all the rest here; most starts do without. */
const issuing = () => import('./issue-certificates.ts')

const make = async (kind: CertificateKind, now: number): Promise<Certified> =>
  (await issuing()).issueAuthority(kind, now)

/** Makes a new authority in place of one; the caller has kept copies. @throws the system's error. */
export const replaceAuthority = async (directory: string, kind: CertificateKind, now: number): Promise<void> =>
  saveCertified(directory, authorityName[kind], await make(kind, now))

interface Examined {
  readonly certified?: Certified
  readonly fault?: AuthorityFault
}

/** An authority as it lies there: usable, at fault, or (neither) not made yet. */
const examine = async (directory: string, kind: CertificateKind): Promise<Examined> => {
  const name = authorityName[kind]
  const fault = (ending: 'pem' | 'key', damage: Damage, detail: string | null = null): Examined => ({
    fault: { authority: kind, file: `${name}.${ending}`, damage, detail },
  })
  const pem = await readText(join(directory, `${name}.pem`))
  const key = await readText(join(directory, `${name}.key`))
  if ('unreadable' in pem) return fault('pem', 'unreadable', pem.unreadable)
  if ('unreadable' in key) return fault('key', 'unreadable', key.unreadable)
  // A key alone is one whose making was cut off, unless something of the authority's is in use.
  if ('absent' in pem) return (await anyThere(directory, traces[kind])) ? fault('pem', 'missing') : {}
  if ('absent' in key) return fault('key', 'missing')
  const certified = { certPem: pem.text, keyPem: key.text }
  const found = damageOf(certified, kind)
  return found ? fault(found.part, found.damage) : { certified }
}

const readServer = async (directory: string, kind: CertificateKind): Promise<Certified | undefined> => {
  const pem = await readText(join(directory, `${serverName[kind]}.pem`))
  const key = await readText(join(directory, `${serverName[kind]}.key`))
  return 'text' in pem && 'text' in key ? { certPem: pem.text, keyPem: key.text } : undefined
}

/** The server certificates that are there, where they still do, and new ones where not. */
const serveWith = async (
  directory: string,
  authorities: Certificates['authorities'],
  addresses: readonly string[],
  now: number,
): Promise<{ certificates: Certificates; renewed: boolean; unsaved: string | undefined }> => {
  let renewed = false
  let unsaved: string | undefined
  const save = async (saving: Promise<void>): Promise<void> => {
    renewed = true
    await saving.catch((error: unknown) => {
      unsaved = reasonOf(error)
    })
  }
  const serverOf = async (kind: CertificateKind): Promise<Certified> => {
    const old = await readServer(directory, kind)
    if (old && covers(old, authorities[kind], kind, addresses, now)) return old
    const server = await (await issuing()).issueServer(kind, authorities[kind], addresses, now)
    await save(saveCertified(directory, serverName[kind], server))
    return server
  }
  const crossOf = async (): Promise<string> => {
    const old = await readText(join(directory, `${CROSS}.pem`))
    const { rsa, ec } = authorities
    if ('text' in old && crosses(old.text, rsa, ec, now)) return old.text
    const crossPem = await (await issuing()).issueCross(rsa, ec, now)
    await save(saveCertificate(directory, CROSS, crossPem))
    return crossPem
  }
  const [ec, rsa, crossPem] = await Promise.all([serverOf('ec'), serverOf('rsa'), crossOf()])
  return { certificates: { authorities, servers: { ec, rsa }, crossPem }, renewed, unsaved }
}
