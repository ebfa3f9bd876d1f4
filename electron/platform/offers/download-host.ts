import type { Protocol } from '#shared/protocols/index.ts'
import type { CampaignEngine } from '../campaigns/campaign-engine.ts'
import type { JobRow, JobStore } from '../campaigns/jobs/job-store.ts'
import type { BlobStore } from '../content/blob-store.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { Artifacts, ReadyDelta } from '../deltas/artifact-selector.ts'
import type { ProtocolLog } from '../devices/protocol-log.ts'
import type { MqttDialect, OfferedFile } from '../dialects/dialect.ts'
import { type Artifact, DIFF_FILE, type DownloadClaim, type DownloadHost } from '../download/download-claim.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { TrafficVolume } from '../reports/traffic-volume.ts'
import type { PlatformContext } from '../store/platform-context.ts'

interface Deps {
  readonly engine: CampaignEngine
  readonly packages: PackageService
  readonly blobs: BlobStore
  readonly contents: Pick<Contents, 'isDamaged'>
  readonly jobs: JobStore
  readonly artifacts: Artifacts
  readonly dialects: Readonly<Partial<Record<Protocol, MqttDialect>>>
  readonly log: ProtocolLog
  readonly volume: TrafficVolume
}

/** A delta as a downloadable file; undefined until it is built. */
export const deltaFileOf = ({ fileName, size, md5, sha256 }: ReadyDelta): Omit<OfferedFile, 'url'> | undefined =>
  fileName === null || size === null || md5 === null || sha256 === null
    ? undefined
    : { name: fileName, size, md5, sha256 }

/** The file number of a delta in a token: the URL of one delta serves no other delta. */
export const deltaPosition = (diffId: number): number => DIFF_FILE + (diffId % DIFF_FILE)

/** Decides which file the download server sends for a job, and how a download changes that job. */
export const createDownloadHost = (
  { logger }: PlatformContext,
  deps: Deps,
): DownloadHost & { readonly isStreamOf: (jobId: number, deviceId: number) => boolean } => {
  const isOverMqtt = (job: JobRow): boolean => deps.engine.campaignRow(job.campaignId).transport === 'mqtt'

  /** The file offered to the device; undefined when there is none or it no longer exists. */
  const fileAt = (job: JobRow, position: number): Omit<OfferedFile, 'url'> | undefined => {
    const offered = job.artifact === 'diff' ? deps.artifacts.of(job) : undefined
    const delta = offered?.kind === 'diff' ? offered.diff : undefined
    if (position >= DIFF_FILE) return delta && deltaPosition(delta.id) === position ? deltaFileOf(delta) : undefined
    // Over MQTT a job has one stream, which is the offered file.
    if (delta && isOverMqtt(job)) return deltaFileOf(delta)
    return deps.packages.files(job.packageId)[position]
  }

  /** Rows keep their identity until they change, so an artifact is made once for as long as it is the same. */
  const made = new WeakMap<JobRow, Map<number, { readonly file: object; readonly artifact: Artifact }>>()
  const artifactOf = (job: JobRow, position: number, file: Omit<OfferedFile, 'url'>): Artifact => {
    const ofJob = made.get(job) ?? new Map()
    const known = ofJob.get(position)
    if (known?.file === file) return known.artifact
    const { name, size, sha256 } = file
    const artifact: Artifact = {
      jobId: job.id,
      ...{ name, size, sha256 },
      path: deps.blobs.path(sha256),
      ...(deps.dialects[job.protocol]?.rules.pieceCrc16 && { pieceCrc16: true }),
    }
    made.set(job, ofJob.set(position, { file, artifact }))
    return artifact
  }

  return {
    /** Whether the device may fetch the job's file block by block over MQTT. */
    isStreamOf(jobId, deviceId) {
      const job = deps.jobs.byId(jobId)
      return job?.deviceId === deviceId && isOverMqtt(job)
    },
    artifact({ jobId, file: position }: DownloadClaim): Artifact | 'gone' | 'damaged' {
      const job = deps.jobs.byId(jobId)
      if (!job || job.state === 'cancelled') return 'gone'
      const file = fileAt(job, position)
      if (!file) return 'gone'
      return deps.contents.isDamaged(file.sha256) ? 'damaged' : artifactOf(job, position, file)
    },
    fetching(jobId) {
      const job = deps.jobs.byId(jobId)
      // Devices download in thousands of pieces; the first one starts the download state.
      if (job?.state !== 'pending' && job?.state !== 'notified') return
      deps.engine
        .fetching(jobId)
        .catch((error: unknown) => logger.error({ err: error, jobId }, 'the start of a download could not be stored'))
    },
    served(jobId, { request, remoteAddress, range, status, bytes, complete }) {
      const job = deps.jobs.byId(jobId)
      if (!job) return
      deps.log.noteFrequent(job.deviceId, {
        direction: 'in',
        channel: request,
        kind: 'download',
        detail: () => [remoteAddress, range, `${status}`, `${bytes} B`].filter(Boolean).join(' · '),
        refused:
          status >= 400 ? `answered with ${status}` : complete ? undefined : 'the connection ended before the end',
      })
    },
    sent(jobId, bytes) {
      const job = deps.jobs.byId(jobId)
      if (job) deps.volume.add(job.campaignId, bytes)
    },
  }
}
