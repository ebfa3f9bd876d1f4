import { createSecretKey } from 'node:crypto'
import { DomainError } from '#shared/errors.ts'
import type { Protocol } from '#shared/protocols/index.ts'
import type { Broker } from '../broker/broker.ts'
import type { CampaignEngine } from '../campaigns/campaign-engine.ts'
import type { NoticeSender } from '../campaigns/delivery/notifier.ts'
import type { JobRow, JobStore } from '../campaigns/jobs/job-store.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { Artifacts } from '../deltas/artifact-selector.ts'
import type { DeviceIdentity, MqttDialect, UpgradeOffer } from '../dialects/dialect.ts'
import { signToken } from '../download/download-tokens.ts'
import { cachedDownloadUrl, type DownloadBase, downloadUrl } from '../download/download-url.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { deltaFileOf, deltaPosition } from './download-host.ts'

/** Address of the download server as seen by devices. */
export interface DownloadAddresses {
  /** Used in every URL instead of the address by which a device reached the station. */
  readonly publicHost: string | undefined
  /** A cache in front of the station, in the URLs of campaigns by its protocol. */
  readonly cache?: DownloadBase | undefined
  /** The listening port, known once the server listens. */
  readonly httpPort: () => number
  /** Undefined while HTTPS is not served. */
  readonly httpsPort: () => number | undefined
}

/** Whether devices can download over HTTPS, from the station or from a cache in front of it. */
export const servesHttps = ({ cache, httpsPort }: DownloadAddresses): boolean =>
  cache?.scheme === 'https' || httpsPort() !== undefined

interface Deps {
  readonly engine: CampaignEngine
  readonly packages: PackageService
  readonly settings: SettingsService
  readonly contents: Pick<Contents, 'isDamaged'>
  readonly jobs: JobStore
  readonly artifacts: Artifacts
  readonly dialects: Readonly<Partial<Record<Protocol, MqttDialect>>>
}

/**
 * The offer for a device that queries over HTTP, with addresses on the host by which it reached the station. Undefined when the package lost its
 * files, its delta is not ready, or HTTPS is not served.
 */
export type OfferTo = (job: JobRow, reachedHost: string) => UpgradeOffer | undefined

/** Builds the notice of a job in its device's dialect, with a download URL for this job only, and sends it. */
export const createNoticeSender = (
  { store, clock }: PlatformContext,
  deps: Deps,
  options: { readonly broker: () => Broker; readonly key: Uint8Array; readonly addresses: DownloadAddresses },
): NoticeSender & { readonly offerTo: OfferTo } => {
  const key = createSecretKey(options.key)
  const urlOf = (
    job: JobRow,
    scheme: 'http' | 'https',
    { position, name }: { readonly position: number; readonly name: string },
    reachedHost: string | undefined,
  ): string => {
    const expiresAt = clock.steady() + deps.settings.get().downloadUrlSeconds * 1000
    const token = signToken(key, { jobId: job.id, file: position, expiresAt })
    const { cache } = options.addresses
    if (cache?.scheme === scheme) return cachedDownloadUrl(cache, { token, fileName: name })
    return downloadUrl({
      scheme,
      // A device can always reach the address by which it connected to the station; on a computer with several networks no other rule works.
      host: options.addresses.publicHost ?? reachedHost ?? options.broker().localAddressOf(job.deviceId) ?? '127.0.0.1',
      port: (scheme === 'https' ? options.addresses.httpsPort() : undefined) ?? options.addresses.httpPort(),
      token,
      fileName: name,
    })
  }

  const dialectOf = (protocol: Protocol): MqttDialect => {
    const dialect = deps.dialects[protocol]
    if (!dialect) throw new Error(`no dialect for ${protocol}`)
    return dialect
  }

  // Read for every notice and answer: the few columns of which they consist.
  const identityOf = store.sql.prepare<[number], DeviceIdentity & { readonly protocol: Protocol }>(`
    SELECT p.key AS productKey, d.name AS deviceName, d.access_token AS accessToken, p.protocol AS protocol
    FROM devices d CROSS JOIN products p ON p.id = d.product_id WHERE d.id = ?`)
  const recipient = (deviceId: number): { identity: DeviceIdentity; dialect: MqttDialect } => {
    const found = identityOf.get(deviceId)
    if (!found) throw new DomainError('NOT_FOUND', { what: 'device', id: deviceId })
    return { identity: found, dialect: dialectOf(found.protocol) }
  }

  // A damaged file is not offered until an operator uploads it again.
  const isDamaged = ({ sha256 }: { readonly sha256: string }): boolean => deps.contents.isDamaged(sha256)

  /** The files to download: those of the package, or a delta with the image that it produces. */
  const contentOf = (
    job: JobRow,
    scheme: 'http' | 'https',
    reachedHost: string | undefined,
  ): Pick<UpgradeOffer, 'files' | 'diff'> | undefined => {
    const [file, ...others] = deps.packages.files(job.packageId).map(({ position, name, size, md5, sha256 }) => ({
      ...{ name, size, md5, sha256 },
      url: urlOf(job, scheme, { position, name }, reachedHost),
    }))
    // The device may have reported another version since the job was read.
    const choice = deps.artifacts.of(deps.jobs.byId(job.id) ?? job)
    if (!file || choice.kind === 'wait' || choice.kind === 'none') return undefined
    if (choice.kind === 'full') return [file, ...others].some(isDamaged) ? undefined : { files: [file, ...others] }
    const delta = deltaFileOf(choice.diff)
    if (!delta || isDamaged(delta)) return undefined
    const { format, fromVersion } = choice.diff
    const url = urlOf(job, scheme, { position: deltaPosition(choice.diff.id), name: delta.name }, reachedHost)
    const { size, md5, sha256 } = file
    return { files: [{ ...delta, url }], diff: { format, fromVersion, full: { size, md5, sha256 } } }
  }

  /** Undefined when the package lost its files, its delta is not ready, or the campaign uses HTTPS and it is not served. */
  const offerOf = (job: JobRow, reachedHost?: string): UpgradeOffer | undefined => {
    const pack = deps.packages.row(job.packageId)
    const campaign = deps.engine.campaignRow(job.campaignId)
    const scheme = campaign.transport === 'https' ? 'https' : 'http'
    // Plain HTTP never replaces HTTPS: the devices wait until HTTPS is served again.
    if (scheme === 'https' && !servesHttps(options.addresses)) return undefined
    const content = contentOf(job, scheme, reachedHost)
    return (
      content && {
        messageId: clock.now(),
        module: job.module,
        version: job.toVersion,
        ...content,
        delivery: campaign.transport === 'mqtt' ? 'mqtt' : 'url',
        streamId: job.id,
        campaignTag: campaign.id,
        policy: campaign.definition.policy,
        signMethod: pack.signMethod,
        tags: campaign.definition.tags,
        customInfo: pack.customInfo,
      }
    )
  }

  return {
    async notify(job) {
      const topic = options.broker().noticeTopicOf(job.deviceId)
      const offer = topic === undefined ? undefined : offerOf(job)
      if (topic === undefined || !offer) return false
      const { identity, dialect } = recipient(job.deviceId)
      const downlink = dialect.notice?.(identity, offer, topic, options.broker().connectOf?.(job.deviceId))
      return downlink ? options.broker().send(job.deviceId, downlink) : false
    },
    answer(deviceId, query, job) {
      const { identity, dialect } = recipient(deviceId)
      if (!dialect.answer) return Promise.resolve(false)
      const connect = options.broker().connectOf?.(deviceId)
      return options.broker().reply(deviceId, dialect.answer(identity, query, job && offerOf(job), connect))
    },
    rulesOf: (job) => dialectOf(job.protocol).rules,
    offerTo: offerOf,
  }
}
