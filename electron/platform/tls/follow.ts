import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { type Authority, loadOrCreateAuthority } from './authority.ts'

export interface FollowOptions {
  /** Where the certificates lie; see `loadOrCreateAuthority`. */
  readonly directory: string
  /** Names and addresses as they are now. */
  readonly addresses: () => readonly string[]
  readonly clock: Clock
  readonly logger: Logger
}

/** The station's certificates, as they are now. */
export interface Certificates {
  readonly current: Authority
  /** What the server certificate is for. */
  readonly addresses: readonly string[]
  /** Looks once a minute whether the machine's addresses changed, and hands out the new server certificate. Until `stop`. */
  follow(use: (authority: Authority) => void): void
  stop(): void
}

const LOOK_MS = 60_000
/** Also without any change a certificate ends one day: it is looked at again after this time. */
const AGE_MS = 86_400_000

/** Loads or makes the certificates for the addresses of this moment. @throws the system's error when they cannot be kept. */
export const createCertificates = async (options: FollowOptions): Promise<Certificates> => {
  const { directory, clock, logger } = options
  let addresses = options.addresses()
  let lookedAt = clock.now()
  const load = async (): Promise<Authority> => {
    const authority = await loadOrCreateAuthority(directory, { addresses, now: lookedAt })
    if (authority.issued !== 'nothing')
      logger.info({ issued: authority.issued }, 'certificates were made for this machine')
    return authority
  }
  let current = await load()
  let cancel = (): void => {}
  let stopped = false

  const look = async (use: (authority: Authority) => void): Promise<void> => {
    const now = options.addresses()
    const same = now.length === addresses.length && now.every((address) => addresses.includes(address))
    if (same && clock.now() - lookedAt < AGE_MS) return
    addresses = now
    lookedAt = clock.now()
    const loaded = await load()
    if (stopped || loaded.issued === 'nothing') return
    current = loaded
    use(loaded)
  }

  const arm = (use: (authority: Authority) => void): void => {
    cancel = clock.after(LOOK_MS, () => {
      look(use)
        .catch((error: unknown) => logger.error({ err: error }, 'no certificate could be made for the new addresses'))
        .finally(() => {
          if (!stopped) arm(use)
        })
    })
  }

  return {
    get current() {
      return current
    },
    get addresses() {
      return addresses
    },
    follow: arm,
    stop() {
      stopped = true
      cancel()
    },
  }
}
