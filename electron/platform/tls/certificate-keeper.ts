import { X509Certificate } from 'node:crypto'
import type { AuthorityProblem } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { Logger } from '../basics/logger.ts'
import type { CertificateKind } from '../listeners/certificate-choice.ts'
import {
  type AuthorityFault,
  authorityFiles,
  type Certificates,
  type Loaded,
  loadAuthorities,
  replaceAuthority,
} from './authority.ts'
import { keepCopies, reasonOf, setAsideUnreadable } from './certificate-files.ts'
import { timelinessOf } from './validity.ts'

interface KeeperOptions {
  /** The directory of the certificates; see `loadAuthorities`. */
  readonly directory: string
  /** Current names and addresses. */
  readonly addresses: () => readonly string[]
  readonly clock: Clock
  readonly logger: Logger
}

type Use = (certificates: Certificates) => Promise<void>

/** The station's current certificates. */
export interface CertificateKeeper {
  /** The certificates to serve with; undefined while there are none: then nothing is served over TLS. */
  readonly current: Certificates | undefined
  /** The names and addresses of the server certificates. */
  readonly addresses: readonly string[]
  /** Current problems of the authorities, for the operator. */
  problems(): readonly AuthorityProblem[]
  /**
   * Creates new authorities in place of these, on an operator's decision; copies of the old ones stay in `kept/`. Resolves when
   * the new ones are in use, if the other authorities allow it.
   * @throws the system's error when they cannot be saved.
   */
  replace(kinds: readonly CertificateKind[]): Promise<void>
  /** Passes on every changed set of certificates, and checks for one once a minute. Until `stop`. */
  follow(use: Use): void
  stop(): void
}

const LOOK_MS = 60_000
/** Certificates expire even without any other change, so they are checked again after this time. */
const AGE_MS = 86_400_000

/** Loads or creates the certificates for the current addresses. Never throws for files on the disk: a fault there is reported as a problem. */
export const createCertificateKeeper = async (options: KeeperOptions): Promise<CertificateKeeper> => {
  const { directory, clock, logger } = options
  let addresses = options.addresses()
  let lookedAt = clock.now()
  let current: Certificates | undefined
  let faults: readonly AuthorityFault[] = []
  let use: Use = async () => undefined
  let cancel = (): void => {}
  let stopped = false
  /** Serialized: a check must not read files that a replacement is writing. */
  let work: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const turn = work.then(task)
    work = turn.catch(() => undefined)
    return turn
  }

  const isServed = (kind: CertificateKind): boolean => current?.servers[kind] !== undefined

  const problems = (): AuthorityProblem[] => {
    const now = clock.now()
    const late = (['rsa', 'ec'] as const).flatMap((authority): AuthorityProblem[] => {
      const loaded = current?.authorities[authority]
      if (!loaded) return []
      const { validFromDate, validToDate } = new X509Certificate(loaded.certPem)
      const problem = timelinessOf(validFromDate, validToDate, now)
      if (problem === 'good') return []
      const at = (problem === 'notYetValid' ? validFromDate : validToDate).toISOString()
      return [{ authority, problem, file: null, detail: null, at, served: isServed(authority) }]
    })
    const broken = faults.map(
      ({ authority, damage, file, detail }): AuthorityProblem => ({
        authority,
        problem: damage,
        file: file || null,
        detail,
        at: null,
        served: isServed(authority),
      }),
    )
    return [...broken, ...late]
  }

  const keepAll = async (): Promise<void> => keepCopies(directory, [...authorityFiles('ec'), ...authorityFiles('rsa')])

  const logMade = ({ made, renewed, unsaved }: Loaded): void => {
    if (made.length > 0) logger.info({ authorities: made }, 'certificate authorities were made for this station')
    if (renewed) logger.info({ addresses }, 'server certificates were made for this machine')
    if (unsaved !== undefined)
      logger.warn({ reason: unsaved }, 'a server certificate could not be kept; the next start makes another')
  }

  const logProblems = async (): Promise<void> => {
    const now = problems()
    for (const { authority, problem, file, detail, at, served } of now)
      logger.warn(
        { authority, problem, file, detail, at },
        sentences[problem] ?? damaged(served, current !== undefined),
      )
    if (now.length > 0)
      await keepAll().catch((error: unknown) =>
        logger.warn({ reason: reasonOf(error) }, 'no copies of the certificate authorities could be kept'),
      )
  }

  /** Certificates that were loaded before replace those that are damaged now, until the station stops. */
  const withLoadedBefore = (loaded: Loaded): Certificates | undefined => {
    const { certificates: read } = loaded
    if (!current || loaded.faults.length === 0) return read
    const isFaulty = (kind: CertificateKind): boolean => loaded.faults.some(({ authority }) => authority === kind)
    const of = (kind: CertificateKind) => (isFaulty(kind) || !read ? current : read)
    return {
      authorities: { ec: of('ec')?.authorities.ec, rsa: of('rsa')?.authorities.rsa },
      servers: { ec: of('ec')?.servers.ec, rsa: of('rsa')?.servers.rsa },
      crossPem: of('ec')?.crossPem,
    }
  }

  /** Reads everything again. Returns whether the certificates to serve with have changed. */
  const load = async (): Promise<boolean> => {
    addresses = options.addresses()
    lookedAt = clock.now()
    const faultsBefore = textOf(faults)
    const servedBefore = JSON.stringify(current)
    const loaded = await loadAuthorities(directory, { addresses, now: lookedAt }).catch(
      (error: unknown): Loaded => ({
        certificates: undefined,
        faults: [{ authority: 'rsa', file: '', damage: 'unreadable', detail: reasonOf(error) }],
        made: [],
        renewed: false,
        unsaved: undefined,
      }),
    )
    faults = loaded.faults
    current = withLoadedBefore(loaded)
    logMade(loaded)
    if (faults.length === 0 || textOf(faults) !== faultsBefore) await logProblems()
    return current !== undefined && JSON.stringify(current) !== servedBefore
  }

  const look = async (): Promise<void> => {
    const now = options.addresses()
    const same = now.length === addresses.length && now.every((address) => addresses.includes(address))
    // While there is a problem, an operator may be restoring the files.
    if (same && faults.length === 0 && Math.abs(clock.now() - lookedAt) < AGE_MS) return
    if ((await load()) && !stopped && current) await use(current)
  }

  const arm = (): void => {
    cancel = clock.after(LOOK_MS, () => {
      inTurn(look)
        .catch((error: unknown) => logger.error({ err: error }, 'other certificates could not be taken into use'))
        .finally(() => {
          if (!stopped) arm()
        })
    })
  }

  await load()
  return {
    get current() {
      return current
    },
    get addresses() {
      return addresses
    },
    problems,
    replace: (kinds) =>
      inTurn(async () => {
        await keepAll()
        await setAsideUnreadable(directory, kinds.flatMap(authorityFiles), clock.now())
        for (const kind of kinds) await replaceAuthority(directory, kind, clock.now())
        if ((await load()) && current) await use(current)
      }),
    follow(next) {
      use = next
      arm()
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}

const textOf = (faults: readonly AuthorityFault[]): string =>
  faults.map(({ file, damage }) => `${file} ${damage}`).join()

const WAYS = 'put the file back from a backup, or make a new authority in the settings'
const damaged = (served: boolean, anything: boolean): string => {
  if (served)
    return `a certificate authority is damaged; the server certificate that it issued before is served on, but cannot be renewed: ${WAYS}`
  return anything
    ? `a certificate authority cannot be used; devices that need its certificate cannot use HTTPS and MQTTS, all others can: ${WAYS}`
    : `a certificate authority cannot be used, so there is no HTTPS and no MQTTS: ${WAYS}`
}
const sentences: Readonly<Partial<Record<AuthorityProblem['problem'], string>>> = {
  ending: 'a certificate authority will end soon: make a new one in the settings and bring it to the devices',
  expired: 'a certificate authority has expired, or the clock of this machine is wrong; it stays in use',
  notYetValid: 'a certificate authority is not valid yet: the clock of this machine is wrong; it stays in use',
}
