import type { Protocol } from '#shared/protocols/index.ts'
import type { Broker } from './broker/broker.ts'
import type { CampaignEngine } from './campaigns/campaign-engine.ts'
import type { NoticeSender } from './campaigns/delivery/notifier.ts'
import type { JobRow, JobStore } from './campaigns/jobs/job-store.ts'
import type { PlatformContext } from './context.ts'
import type { Artifacts, Patch } from './deltas/artifacts.ts'
import type { DeviceService } from './devices/device-service.ts'
import type { ProductService } from './devices/product-service.ts'
import type { ProtocolLog } from './devices/protocol-log.ts'
import type { Dialect, OfferedFile, UpgradeOffer } from './dialects/dialect.ts'
import { type Artifact, DIFF_FILE, type DownloadClaim, type DownloadHost } from './download/download-claim.ts'
import { signToken } from './download/download-tokens.ts'
import { downloadUrl } from './download/download-url.ts'
import type { BlobStore } from './packages/blob-store.ts'
import type { PackageService } from './packages/package-service.ts'
import type { Contents } from './packages/verified-contents.ts'
import type { TrafficVolume } from './reports/traffic-volume.ts'
import type { SettingsService } from './settings.ts'

/** Where the download server is, as devices see it. */
export interface DownloadAddresses {
  /** Put into every URL instead of the address by which a device reached us. */
  readonly publicHost: string | undefined
  /** The port it listens on, known once it does. */
  readonly httpPort: () => number
  /** Undefined while HTTPS is not served. */
  readonly httpsPort: () => number | undefined
}

interface Deps {
  readonly products: ProductService
  readonly devices: DeviceService
  readonly packages: PackageService
  readonly settings: SettingsService
  readonly blobs: BlobStore
  readonly contents: Pick<Contents, 'isDamaged'>
  readonly jobs: JobStore
  readonly artifacts: Artifacts
  readonly dialects: Readonly<Partial<Record<Protocol, Dialect>>>
}

/** What a device that asks over HTTP is told, with addresses on the host by which it reached us; undefined when the package lost its files, its patch is not there, or HTTPS is not served. */
export type OfferTo = (job: JobRow, reachedHost: string) => UpgradeOffer | undefined

/** Turns a job into a notice in its device's dialect, with a download URL made for this job alone. */
export const createNoticeSender = (
  { clock }: PlatformContext,
  rooms: Deps & { readonly engine: CampaignEngine },
  options: { readonly broker: () => Broker; readonly key: Uint8Array; readonly addresses: DownloadAddresses },
): NoticeSender & { readonly offerTo: OfferTo } => {
  const urlOf = (
    job: JobRow,
    scheme: 'http' | 'https',
    { position, name }: { readonly position: number; readonly name: string },
    reachedHost: string | undefined,
  ): string => {
    const expiresAt = clock.steady() + rooms.settings.get().downloadUrlSeconds * 1000
    return downloadUrl({
      scheme,
      // The address by which the device reached us is one it can reach: on a laptop with three networks no other rule holds.
      host: options.addresses.publicHost ?? reachedHost ?? options.broker().localAddressOf(job.deviceId) ?? '127.0.0.1',
      port: (scheme === 'https' ? options.addresses.httpsPort() : undefined) ?? options.addresses.httpPort(),
      token: signToken(options.key, { jobId: job.id, file: position, expiresAt }),
      fileName: name,
    })
  }

  const recipient = (deviceId: number) => {
    const device = rooms.devices.row(deviceId)
    const product = rooms.products.row(device.productId)
    const dialect = rooms.dialects[product.protocol]
    if (!dialect) throw new Error(`no dialect for ${product.protocol}`)
    return { identity: { productKey: product.key, deviceName: device.name, accessToken: device.accessToken }, dialect }
  }

  // Until somebody uploads it again nobody is offered a file that cannot be handed out.
  const isDamaged = ({ sha256 }: { readonly sha256: string }): boolean => rooms.contents.isDamaged(sha256)

  /** What is fetched: the package's files, or a patch with the image it leads to. */
  const contentOf = (
    job: JobRow,
    scheme: 'http' | 'https',
    reachedHost: string | undefined,
  ): Pick<UpgradeOffer, 'files' | 'diff'> | undefined => {
    const [file, ...others] = rooms.packages.files(job.packageId).map(({ position, name, size, md5, sha256 }) => ({
      ...{ name, size, md5, sha256 },
      url: urlOf(job, scheme, { position, name }, reachedHost),
    }))
    // Its device may have reported another version since it was looked at.
    const choice = rooms.artifacts.of(rooms.jobs.byId(job.id) ?? job)
    if (!file || choice.kind === 'wait' || choice.kind === 'none') return undefined
    if (choice.kind === 'full') return [file, ...others].some(isDamaged) ? undefined : { files: [file, ...others] }
    const patch = deltaOf(choice.diff)
    if (!patch || isDamaged(patch)) return undefined
    const { format, fromVersion } = choice.diff
    const url = urlOf(job, scheme, { position: deltaPosition(choice.diff.id), name: patch.name }, reachedHost)
    const { size, md5, sha256 } = file
    return { files: [{ ...patch, url }], diff: { format, fromVersion, full: { size, md5, sha256 } } }
  }

  /** Undefined when the package lost its files, its patch is not there, or it goes out by HTTPS and that is not served. */
  const offerOf = (job: JobRow, reachedHost?: string): UpgradeOffer | undefined => {
    const pack = rooms.packages.row(job.packageId)
    const campaign = rooms.engine.campaignRow(job.campaignId)
    const scheme = campaign.protocol === 'https' ? 'https' : 'http'
    // Never in the clear instead: its devices wait until HTTPS is served again.
    if (scheme === 'https' && options.addresses.httpsPort() === undefined) return undefined
    const content = contentOf(job, scheme, reachedHost)
    return (
      content && {
        messageId: clock.now(),
        module: job.module,
        version: job.toVersion,
        ...content,
        delivery: campaign.protocol === 'mqtt' ? 'mqtt' : 'url',
        streamId: job.id,
        strategy: campaign.id,
        policy: campaign.policy,
        signMethod: pack.signMethod,
        tags: campaign.tags,
        customInfo: pack.customInfo,
      }
    )
  }

  return {
    async tell(job) {
      const topic = options.broker().noticeTopicOf(job.deviceId)
      const offer = topic === undefined ? undefined : offerOf(job)
      if (topic === undefined || !offer) return false
      const { identity, dialect } = recipient(job.deviceId)
      const downlink = dialect.notice?.(identity, offer, topic, options.broker().connectOf?.(job.deviceId))
      return downlink ? options.broker().send(job.deviceId, downlink) : false
    },
    answer(deviceId, ask, job) {
      const { identity, dialect } = recipient(deviceId)
      if (!dialect.answer) return Promise.resolve(false)
      const connect = options.broker().connectOf?.(deviceId)
      return options.broker().reply(deviceId, dialect.answer(identity, ask, job && offerOf(job), connect))
    },
    rulesOf: (job) => recipient(job.deviceId).dialect.rules,
    offerTo: offerOf,
  }
}

/** A patch as a file to fetch; undefined while there is none. */
const deltaOf = ({ fileName, size, md5, sha256 }: Patch): Omit<OfferedFile, 'url'> | undefined =>
  fileName === null || size === null || md5 === null || sha256 === null
    ? undefined
    : { name: fileName, size, md5, sha256 }

/** The place of a patch among the files of a token: an address that was handed out for one serves no other. */
const deltaPosition = (diffId: number): number => DIFF_FILE + (diffId % DIFF_FILE)

/** What the download server may hand out, and what a fetch means for the job. */
export const createDownloadHost = (
  { logger }: PlatformContext,
  rooms: Deps & { readonly engine: CampaignEngine; readonly log: ProtocolLog; readonly volume: TrafficVolume },
): DownloadHost => {
  /** The file a device was told to fetch; undefined: it is not to be had, or not any more. */
  const fileAt = (job: JobRow, position: number): Omit<OfferedFile, 'url'> | undefined => {
    const told = job.artifact === 'diff' ? rooms.artifacts.of(job) : undefined
    const patch = told?.kind === 'diff' ? told.diff : undefined
    if (position >= DIFF_FILE) return patch && deltaPosition(patch.id) === position ? deltaOf(patch) : undefined
    // Over MQTT there is one stream a job: what it was told.
    if (patch && rooms.engine.campaignRow(job.campaignId).protocol === 'mqtt') return deltaOf(patch)
    return rooms.packages.files(job.packageId)[position]
  }

  return {
    artifact({ jobId, file: position }: DownloadClaim): Artifact | 'gone' | 'damaged' {
      const job = rooms.jobs.byId(jobId)
      if (!job || job.state === 'cancelled') return 'gone'
      const file = fileAt(job, position)
      if (!file) return 'gone'
      const { name, size, sha256 } = file
      if (rooms.contents.isDamaged(sha256)) return 'damaged'
      return {
        jobId,
        ...{ name, size, sha256 },
        path: rooms.blobs.path(sha256),
        ...(rooms.dialects[job.protocol]?.rules.pieceCrc16 && { pieceCrc16: true }),
      }
    },
    fetching(jobId) {
      const job = rooms.jobs.byId(jobId)
      // Devices fetch in thousands of pieces; the first one tells.
      if (job?.state !== 'pending' && job?.state !== 'notified') return
      rooms.engine
        .fetching(jobId)
        .catch((error: unknown) => logger.error({ err: error, jobId }, 'the start of a download could not be stored'))
    },
    served(jobId, { request, remoteAddress, range, status, bytes, complete }) {
      const job = rooms.jobs.byId(jobId)
      if (!job) return
      rooms.log.note(job.deviceId, {
        direction: 'in',
        channel: request,
        kind: 'download',
        detail: [remoteAddress, range, `${status}`, `${bytes} B`].filter(Boolean).join(' · '),
        refused:
          status >= 400 ? `answered with ${status}` : complete ? undefined : 'the connection ended before the end',
        // Devices fetch in thousands of pieces.
        onlyLast: true,
      })
    },
    sent(jobId, bytes) {
      const job = rooms.jobs.byId(jobId)
      if (job) rooms.volume.add(job.campaignId, bytes)
    },
  }
}
