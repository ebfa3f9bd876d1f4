import { join } from 'node:path'
import type { CertificateKind } from '../listeners/certificate-choice.ts'
import { type Certified, covers, crosses, type Damage, damageOf, isIssuedBy, isPair } from './certificate-check.ts'
import { anyThere, closeDirectory, readText, reasonOf, saveCertificate, saveCertified } from './certificate-files.ts'

interface AuthorityOptions {
  /** Names and addresses in the server certificates; see `machineAddresses`. */
  readonly addresses: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** By key type; a type is absent while it is damaged. */
type ByKind<T> = { readonly [kind in CertificateKind]?: T | undefined }

/** All certificates that are served and distributed, PEM: at least one server certificate. */
export interface Certificates {
  /** Early stations have only the EC authority; the RSA authority is the one to distribute. Their keys are needed only to issue. */
  readonly authorities: ByKind<Pick<Certified, 'certPem'>>
  readonly servers: ByKind<Certified>
  /** The EC authority, cross-signed by the RSA one. */
  readonly crossPem?: string | undefined
}

/** A file of an authority that cannot be used. */
export interface AuthorityFault {
  readonly authority: CertificateKind
  /** `ca-rsa.key` */
  readonly file: string
  readonly damage: Damage
  /** The system's error message, if there is one. */
  readonly detail: string | null
}

export interface Loaded {
  /** Undefined when there is nothing to serve with. */
  readonly certificates: Certificates | undefined
  readonly faults: readonly AuthorityFault[]
  /** Authorities that were newly created because none existed. */
  readonly made: readonly CertificateKind[]
  /** Whether a server certificate has changed. */
  readonly renewed: boolean
  /** Why a server certificate could not be saved; it is issued again at the next start. */
  readonly unsaved: string | undefined
}

/** File names without their extensions. */
const authorityName = { ec: 'ca', rsa: 'ca-rsa' } as const
const serverName = { ec: 'server', rsa: 'server-rsa' } as const
const CROSS = 'ca-cross'
const pair = (name: string): string[] => [`${name}.pem`, `${name}.key`]

export const authorityFiles = (kind: CertificateKind): readonly string[] => pair(authorityName[kind])

const kinds = ['ec', 'rsa'] as const

/** Files that exist only where an authority was in use. A station from before the RSA authority has only the files of the EC one. */
const traces = {
  ec: [...pair(serverName.ec), ...pair(authorityName.rsa), ...pair(serverName.rsa), `${CROSS}.pem`],
  rsa: [...pair(serverName.rsa), `${CROSS}.pem`],
} as const satisfies Record<CertificateKind, readonly string[]>

/**
 * The station's own certificate authorities, in `directory` (0700, keys 0600): `ca.pem` and `ca.key` (EC P-256), `ca-rsa.pem` and
 * `ca-rsa.key` (RSA 2048). They are created when missing and never overwritten. Each issues one server certificate, `server.*` and
 * `server-rsa.*`, and there is `ca-cross.pem`; these are reissued when the machine's addresses change, or 30 days before they
 * expire. An authority that cannot be used is reported and left as it is; the certificates it issued before still serve, and the
 * other authority is not affected. An expired authority is still used.
 * @throws the system's error when the directory itself cannot be used.
 */
export const loadAuthorities = async (directory: string, { addresses, now }: AuthorityOptions): Promise<Loaded> => {
  await closeDirectory(
    directory,
    kinds.flatMap((kind) => [`${authorityName[kind]}.key`, `${serverName[kind]}.key`]),
  )
  const examined = { ec: await examine(directory, 'ec'), rsa: await examine(directory, 'rsa') }
  const made: CertificateKind[] = []
  const faults = kinds.flatMap((kind) => examined[kind].fault ?? [])
  const whole: { [kind in CertificateKind]?: Certified } = {}
  for (const kind of kinds) {
    const { certified, fault } = examined[kind]
    if (fault) continue
    const authority = certified ?? (await make(kind, now))
    if (!certified) {
      try {
        await saveCertified(directory, authorityName[kind], authority)
      } catch (error) {
        // An authority that the next start would not find must not be given to devices.
        const file = `${authorityName[kind]}.key`
        faults.push({ authority: kind, file, damage: 'unwritable', detail: reasonOf(error) })
        continue
      }
      made.push(kind)
    }
    whole[kind] = authority
  }
  const { servers, crossPem, renewed, unsaved } = await serveWith(directory, whole, addresses, now)
  const certPemOf = (kind: CertificateKind): Pick<Certified, 'certPem'> | undefined => {
    const [{ certPem }, server] = [examined[kind], servers[kind]]
    if (whole[kind] || certPem === undefined || !server) return whole[kind]
    return isIssuedBy(server.certPem, certPem) ? { certPem } : undefined
  }
  const authorities = { ec: certPemOf('ec'), rsa: certPemOf('rsa') }
  const certificates = servers.ec || servers.rsa ? { authorities, servers, crossPem } : undefined
  return { certificates, faults, made, renewed, unsaved }
}

/** Loaded on demand: the X.509 library takes longer to load than everything else here, and most starts do not need it. */
const issuing = () => import('./issue-certificates.ts')

const make = async (kind: CertificateKind, now: number): Promise<Certified> =>
  (await issuing()).issueAuthority(kind, now)

/** Creates a new authority in place of an existing one; the caller has kept copies. @throws the system's error. */
export const replaceAuthority = async (directory: string, kind: CertificateKind, now: number): Promise<void> =>
  saveCertified(directory, authorityName[kind], await make(kind, now))

interface Examined {
  readonly certified?: Certified
  readonly fault?: AuthorityFault
  /** The certificate of an authority whose key is at fault. */
  readonly certPem?: string
}

/** An authority on disk: usable, at fault, or (neither) not created yet. */
const examine = async (directory: string, kind: CertificateKind): Promise<Examined> => {
  const name = authorityName[kind]
  const fault = (ending: 'pem' | 'key', damage: Damage, detail: string | null = null): Examined => ({
    fault: { authority: kind, file: `${name}.${ending}`, damage, detail },
  })
  const pem = await readText(join(directory, `${name}.pem`))
  const key = await readText(join(directory, `${name}.key`))
  if ('unreadable' in pem) return fault('pem', 'unreadable', pem.unreadable)
  // A key without its certificate is the result of an interrupted creation, unless something of the authority is in use.
  if ('absent' in pem) {
    if ('unreadable' in key) return fault('key', 'unreadable', key.unreadable)
    return (await anyThere(directory, traces[kind])) ? fault('pem', 'missing') : {}
  }
  const certified = { certPem: pem.text, keyPem: 'text' in key ? key.text : '' }
  const found = damageOf(certified, kind)
  if (!found) return { certified }
  if (found.part === 'pem') return fault('pem', found.damage)
  const ofKey =
    'unreadable' in key
      ? fault('key', 'unreadable', key.unreadable)
      : fault('key', 'absent' in key ? 'missing' : found.damage)
  return { ...ofKey, certPem: pem.text }
}

const readServer = async (directory: string, kind: CertificateKind): Promise<Certified | undefined> => {
  const pem = await readText(join(directory, `${serverName[kind]}.pem`))
  const key = await readText(join(directory, `${serverName[kind]}.key`))
  return 'text' in pem && 'text' in key ? { certPem: pem.text, keyPem: key.text } : undefined
}

/**
 * The existing server certificates while they are valid, and new ones otherwise. When an authority is damaged, its existing
 * certificate stays, whatever addresses it names, because nothing can replace it.
 */
const serveWith = async (
  directory: string,
  whole: ByKind<Certified>,
  addresses: readonly string[],
  now: number,
): Promise<Pick<Certificates, 'servers' | 'crossPem'> & Pick<Loaded, 'renewed' | 'unsaved'>> => {
  let renewed = false
  let unsaved: string | undefined
  const save = async (saving: Promise<void>): Promise<void> => {
    renewed = true
    await saving.catch((error: unknown) => {
      unsaved = reasonOf(error)
    })
  }
  const serverOf = async (kind: CertificateKind): Promise<Certified | undefined> => {
    const old = await readServer(directory, kind)
    const authority = whole[kind]
    if (!authority) return old && isPair(old, kind) ? old : undefined
    if (old && covers(old, authority, kind, addresses, now)) return old
    const server = await (await issuing()).issueServer(kind, authority, addresses, now)
    await save(saveCertified(directory, serverName[kind], server))
    return server
  }
  const [ec, rsa] = await Promise.all([serverOf('ec'), serverOf('rsa')])
  const crossOf = async (): Promise<string | undefined> => {
    const old = await readText(join(directory, `${CROSS}.pem`))
    if (!whole.rsa || !whole.ec) return ec && 'text' in old && isIssuedBy(ec.certPem, old.text) ? old.text : undefined
    if ('text' in old && crosses(old.text, whole.rsa, whole.ec, now)) return old.text
    const crossPem = await (await issuing()).issueCross(whole.rsa, whole.ec, now)
    await save(saveCertificate(directory, CROSS, crossPem))
    return crossPem
  }
  return { servers: { ec, rsa }, crossPem: await crossOf(), renewed, unsaved }
}
