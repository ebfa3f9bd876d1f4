import { join } from 'node:path'
import type { Logger } from 'pino'
import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'
import type { AuthorityKind, StationAuthority, StationInfo } from '#shared/schema.ts'
import type { StationOptions } from '../options.ts'
import type { Clock } from '../platform/basics/clock.ts'
import { StartFailure } from '../platform/basics/start-failure.ts'
import type { Broker } from '../platform/broker/broker.ts'
import type { DownloadServer } from '../platform/download/server.ts'
import type { Identities } from '../platform/listeners/server-certificates.ts'
import type { SettingsService } from '../platform/settings/settings.ts'
import { type CertificateKeeper, createCertificateKeeper } from '../platform/tls/certificate-keeper.ts'
import { describeAuthority, unusable } from '../platform/tls/certificate-routes.ts'
import { identitiesOf } from '../platform/tls/certificates-to-listeners.ts'
import { machineAddresses } from '../platform/tls/machine-addresses.ts'
import { listening } from './listen.ts'

interface TlsPortDeps {
  readonly options: StationOptions
  /** Left out: `--no-tls`. */
  readonly keeper: CertificateKeeper | undefined
  readonly settings: SettingsService
  readonly broker: Broker
  readonly makeHttps: (identities: Identities) => DownloadServer
  /** Called when HTTPS opens after the start. */
  readonly httpsServed: () => Promise<void>
  readonly logger: Logger
}

/** The device-facing ports over TLS; they open as soon as there is a certificate: at the start, or later. */
interface SecurePorts {
  /** The port of HTTPS; undefined while it is closed. */
  readonly httpsPort: number | undefined
  /**
   * Opens HTTPS and gives the broker the certificate for MQTTS; from then on both follow certificates and settings. @throws StartFailure.
   */
  open(): Promise<void>
  stop(): Promise<void>
  state(): StationInfo['tls']
  /** @throws TLS_OFF, CA_UNUSABLE. */
  authority(): StationAuthority
  /** @throws TLS_OFF, CA_UNUSABLE, TLS_PORT. */
  replaceAuthorities(kinds: readonly AuthorityKind[]): Promise<StationAuthority>
  /** Why devices cannot use HTTPS; undefined where they can. */
  refusal(): DomainError | undefined
}

/** Loads or creates the certificates; undefined with `--no-tls`. */
export const loadCertificates = async (
  options: StationOptions,
  logger: Logger,
  clock: Clock,
): Promise<CertificateKeeper | undefined> => {
  if (!options.tls) return undefined
  const extra = options.publicHost === undefined ? [] : [options.publicHost]
  return createCertificateKeeper({
    directory: join(options.data, 'tls'),
    addresses: () => [...machineAddresses(), ...extra],
    clock,
    logger,
  })
}

export const createSecurePorts = ({ options, keeper, settings, broker, logger, ...deps }: TlsPortDeps): SecurePorts => {
  const { host, httpsPort } = options
  let https: DownloadServer | undefined
  let stopped = false

  const identities = (): Identities | undefined =>
    keeper?.current && identitiesOf(keeper.current, settings.get().staticRsa)

  const openHttps = async (now: Identities): Promise<void> => {
    const server = deps.makeHttps(now)
    await listening(() => server.start(), { option: '--https-port', host, port: httpsPort })
    https = server
  }

  /** Serves with the present certificates; opens ports that were closed without one. */
  const apply = async (): Promise<void> => {
    const now = identities()
    if (!now || stopped) return
    if (https) https.use(now)
    else await openHttps(now)
    await listening(() => broker.useIdentities(now), { option: '--mqtts-port', host, port: options.mqttsPort })
  }

  const needed = (): CertificateKeeper => {
    if (!keeper) throw new DomainError('TLS_OFF')
    return keeper
  }

  return {
    get httpsPort() {
      return https?.port
    },
    async open() {
      await apply()
      keeper?.follow(async () => {
        const opens = https === undefined
        await apply()
        if (opens) await deps.httpsServed()
      })
      settings.onChange(() => {
        apply().catch((error: unknown) => logger.error({ err: error }, 'a changed setting could not be applied to TLS'))
      })
    },
    async stop() {
      stopped = true
      keeper?.stop()
      await https?.stop()
    },
    state: () => {
      if (!keeper) return { state: 'off', problems: [] }
      return { state: keeper.current ? 'on' : 'unusable', problems: [...keeper.problems()] }
    },
    authority: () => describeAuthority(needed()),
    async replaceAuthorities(kinds) {
      try {
        await needed().replace(kinds)
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error
        const { code, data } = error
        throw new DomainError('TLS_PORT', { system: phrase(`startFailures.${code}`, data) })
      }
      return describeAuthority(needed())
    },
    refusal: () => {
      if (https) return undefined
      return keeper ? unusable(keeper.problems()) : new DomainError('TLS_OFF')
    },
  }
}
