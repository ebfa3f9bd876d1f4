import { stat } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import type { Protocol } from '#shared/protocols/index.ts'
import { isOpenJob } from '#shared/states/job.ts'
import type { CampaignEngine } from '../campaigns/campaign-engine.ts'
import type { JobRow, JobStore } from '../campaigns/jobs/job-store.ts'
import type { RolloutStore } from '../campaigns/rollout-store.ts'
import type { VersionReports } from '../campaigns/version-reports.ts'
import type { BlobStore } from '../content/blob-store.ts'
import { ContentDamagedError, type Contents } from '../content/verified-contents.ts'
import type { Artifacts } from '../deltas/artifact-selector.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { Presence } from '../devices/presence.ts'
import type { ProductService } from '../devices/product-service.ts'
import type { DeviceHttp, HttpTask } from '../dialects/http-dialect.ts'
import type { ImageCache } from '../download/image-cache.ts'
import type { OfferTo } from '../offers/notice-builder.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { deviceVersions } from '../store/schema.ts'
import type { createHttpPresence } from './http-presence.ts'
import type { JobTokens } from './job-tokens.ts'

/** The platform interface for HTTP dialects, limited to the products of one protocol. */
export const createDeviceHttp = (
  { store, events, clock }: PlatformContext,
  deps: {
    readonly products: ProductService
    readonly devices: DeviceService
    readonly presence: Presence
    readonly packages: PackageService
    readonly blobs: BlobStore
    readonly images: Pick<ImageCache, 'peek'>
    readonly contents: Pick<Contents, 'admit' | 'isDamaged'>
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly rolloutStore: RolloutStore
    readonly reportVersions: VersionReports
    readonly tokens: JobTokens
    readonly httpPresence: ReturnType<typeof createHttpPresence>
    readonly artifacts: Artifacts
    readonly offerTo: OfferTo
  },
  protocol: Protocol,
): DeviceHttp => {
  const isDamaged = ({ sha256 }: { readonly sha256: string | null }): boolean =>
    sha256 !== null && deps.contents.isDamaged(sha256)

  /** The file for a job's device, and the base version of a delta; undefined when the file is absent or not ready. */
  const artifactOf = (job: JobRow) => {
    const [file] = deps.packages.files(job.packageId)
    const choice = deps.artifacts.of(job)
    if (choice.kind === 'diff') {
      const { fileName: name, size, md5, sha256, fromVersion: base } = choice.diff
      return name === null || size === null || md5 === null || sha256 === null
        ? undefined
        : { name, size, md5, sha256, base }
    }
    // A job that has ended can only be queried.
    return file && (choice.kind === 'full' || !isOpenJob(job.state)) ? { ...file, base: null } : undefined
  }

  /** Undefined when its package lost its file, or its delta is still being built. */
  const taskOf = (job: JobRow): HttpTask | undefined => {
    const file = artifactOf(job)
    // A pending job waits until the file is uploaded again; a job that has begun is refused at the download.
    if (job.state === 'pending' && file && isDamaged(file)) return undefined
    return (
      file && {
        id: job.id,
        deviceId: job.deviceId,
        module: job.module,
        state: job.state,
        attempt: job.attempt,
        held: job.state === 'pending' ? !deps.rolloutStore.mayBegin(job) : job.campaignStatus !== 'running',
        version: job.toVersion,
        base: file.base,
        size: file.size,
        md5: file.md5,
        hints: deps.engine.campaignRow(job.campaignId).definition,
      }
    )
  }

  const task = (id: number): HttpTask | undefined => {
    const job = deps.jobs.byId(id)
    return job && taskOf(job)
  }

  return {
    now: () => clock.now(),

    product(key) {
      const product = deps.products.byKey(key)
      return product?.protocol === protocol ? { ...product, modules: deps.products.modules(product.id) } : undefined
    },

    device: (product, name) => deps.devices.byName(product.id, name),

    async register(product, name) {
      const made = await deps.devices.selfRegister(product.id, { name })
      if (made?.isNew) events.emit('device', made.device.id)
      return made?.device
    },

    seen: (device) => deps.httpPresence.seen(device.id, device.productId),

    versions: (device) => store.db.select().from(deviceVersions).where(eq(deviceVersions.deviceId, device.id)).all(),

    report: (device, versions) => deps.reportVersions(device.id, versions),

    awaits: (device, module, version) => deps.engine.awaits(device.id, module, version),

    tasks: (device) => deps.jobs.openOfDevice(device.id).flatMap((job) => taskOf(job) ?? []),

    task,

    newest(device, modules) {
      const [job] = modules
        .flatMap((module) => deps.jobs.newestOf(device.id, module) ?? [])
        .sort((left, right) => right.id - left.id)
      return job && { state: job.state, version: job.toVersion, reason: job.errorCode }
    },

    offer({ id }, { ownAddress }) {
      const job = deps.jobs.byId(id)
      return job && deps.offerTo(job, new URL(`http://${ownAddress}`).hostname.replace(/^\[|\]$/g, ''))
    },

    reported: (device, { module, campaignTag, ...signal }) =>
      store.write(() => deps.engine.reported(device.id, module, signal, campaignTag)),

    issueToken: ({ id, attempt }, lifetimeMs) => {
      const now = clock.steady()
      return deps.tokens.issue(id, attempt, now, now + lifetimeMs)
    },

    token(text) {
      const token = deps.tokens.find(text)
      const found = token && task(token.jobId)
      return found && { task: found, valid: token.attempt === found.attempt && clock.steady() < token.expiresAt }
    },

    signal: ({ id, attempt }, signal) =>
      store.write(() => {
        const job = deps.jobs.byId(id)
        // The signal concerns an earlier attempt, so it must not change the retry that has started since.
        if (job?.attempt !== attempt) return false
        const begins = job.state === 'pending' && (signal.kind === 'notified' || signal.kind === 'fetching')
        // Notifying a device fixes what it receives; nothing begins until its delta is ready.
        const tells = signal.kind === 'notified' || signal.kind === 'fetching'
        const settled = tells ? deps.engine.decide(job) : job
        if (begins && !settled) return false
        // Another device may have taken the last place since this one was checked.
        if (begins && (!deps.rolloutStore.mayBegin(job) || deps.rolloutStore.take(job.campaignId, 1).granted < 1))
          return false
        deps.engine.apply(settled ?? job, signal)
        return true
      }),

    async file({ id }) {
      const job = deps.jobs.byId(id)
      const file = job && artifactOf(job)
      if (!file) return 'missing'
      const { name, sha256, size } = file
      // Read and checked: a device that asks for a thousand pieces does not have the disk asked each time.
      if (!isDamaged(file) && deps.images.peek(sha256))
        return { taskId: id, name, path: deps.blobs.path(sha256), size, sha256 }
      const damaged = await deps.contents.admit({ sha256, size }).then(
        () => false,
        (error: unknown) => {
          if (error instanceof ContentDamagedError) return true
          throw error
        },
      )
      const path = deps.blobs.path(sha256)
      const onDisk = await stat(path).catch(() => undefined)
      if (!onDisk) return 'missing'
      return !damaged && onDisk.size === size ? { taskId: id, name, path, size, sha256 } : 'wrong size'
    },
  }
}
