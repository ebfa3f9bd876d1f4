import type { Presence } from '../../devices/presence.ts'
import type { Query } from '../../dialects/dialect.ts'
import type { SettingsService } from '../../settings/settings.ts'
import type { PlatformContext } from '../../store/platform-context.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { JobRow, JobStore } from '../jobs/job-store.ts'
import type { RolloutStore } from '../rollout-store.ts'
import type { InFlightNotices, WakeUps } from './in-flight-notices.ts'
import { createNotifier, type NoticeSender } from './notifier.ts'
import { createQueue } from './offer-queue.ts'
import { createVersionGraces, NEW_GRACE_MS } from './version-grace.ts'

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Notifies devices of their jobs when a job exists and the device listens: at the start of a campaign, when a device connects,
 * when it reports its version, when it queries, and when the rollout allows more devices.
 */
export const createDispatcher = (
  context: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly rolloutStore: RolloutStore
    readonly inFlight: InFlightNotices
    readonly wakeUps: WakeUps
    readonly presence: Presence
    readonly sender: NoticeSender
    readonly settings: Pick<SettingsService, 'get'>
  },
) => {
  const { inFlight, rolloutStore, jobs } = deps
  const notifier = createNotifier(context, deps)
  const { signal } = notifier
  const versionGraces = createVersionGraces(context.clock)

  /** The device was notified of the job or of its last attempt, may already run the target, and would then download it again. */
  const wasTold = (job: JobRow): boolean =>
    (job.state !== 'pending' || jobs.isTriedAgainByItself(job)) && !deps.sender.rulesOf(job).noticeCalls

  /** The device was notified, and has not reported the module's version since it reconnected. */
  const isUnsaid = (job: JobRow): boolean =>
    !deps.presence.of(job.deviceId)?.reported.includes(job.module) && wasTold(job)

  /** As above, and the time to report it has not ended. */
  const isAwaited = (job: JobRow): boolean => versionGraces.isRunning(job.deviceId, 'told') && isUnsaid(job)

  const queue = createQueue(context, { ...deps, notifier, isAwaited })
  let stopped = false

  deps.wakeUps.campaignOpened = (campaignId) => {
    if (!stopped) void queue.offerCampaign(campaignId)
  }
  deps.wakeUps.jobsMade = (campaignId, made) => {
    if (!stopped) queue.offerMade(campaignId, made)
  }
  deps.wakeUps.placeFreed = (campaignId) => {
    if (!stopped && queue.hasReady(campaignId)) void queue.pump(campaignId)
  }

  /** The device was notified of a delta, and runs another version than the delta's base version. */
  const isOutdated = (job: JobRow): boolean => job.state === 'notified' && job.mode !== 'full' && job.artifact === null

  /** Offers the device's open jobs that are due; a job that is being installed is not notified again. */
  const offerDevice = async (deviceId: number, isMeant: (job: JobRow) => boolean): Promise<void> => {
    const open = stopped ? [] : jobs.openOfDevice(deviceId)
    for (const job of open) if (isMeant(job) || isOutdated(job)) await queue.offer(job.id)
  }

  /**
   * Waits for the version report of an already notified device before it is notified again, because it may have restarted into the
   * new version. The deadline to acknowledge an earlier notice is extended by the same time.
   */
  const awaitVersion = (deviceId: number, told: readonly JobRow[]): void => {
    const ms = deps.settings.get().reconnectGraceSeconds * 1000
    versionGraces.begin(deviceId, 'told', ms, () => void offerDevice(deviceId, isUnsaid))
    for (const job of told) {
      const { acknowledgeMs } = deps.sender.rulesOf(job)
      if (job.acknowledgeBy === null || acknowledgeMs === undefined) continue
      const acknowledgeBy = context.clock.now() + ms + acknowledgeMs
      signal(job.id, { kind: 'telling', acknowledgeBy }).catch((error: unknown) =>
        context.logger.error({ err: error, jobId: job.id }, 'the wait for an acknowledgement could not be prolonged'),
      )
    }
  }

  /** Whether the answer to a querying device may contain the job (again). */
  const mayTell = (job: JobRow): boolean => {
    if (job.state === 'installing') return false
    return job.state === 'pending' ? rolloutStore.mayBegin(job) : job.campaignStatus !== 'cancelled'
  }

  return {
    offer: queue.offer,
    offerCampaign: queue.offerCampaign,
    pump: queue.pump,
    hasReady: queue.hasReady,

    /**
     * The device listens now. Its waiting and unfinished jobs are offered (again), because its session is new and an earlier
     * notice may be lost. If the device reports its version, the report comes first, because it may already run the target: a job
     * that was never notified waits one second for it, a job that was notified waits as long as a restart takes.
     */
    deviceListening(deviceId: number): void {
      const reported = deps.presence.of(deviceId)?.reported ?? []
      const told = jobs.openOfDevice(deviceId).filter(isUnsaid)
      if (told.length > 0) awaitVersion(deviceId, told)
      const isReady = (job: JobRow): boolean => !isAwaited(job)
      if (reported.length > 0) void offerDevice(deviceId, isReady)
      else versionGraces.begin(deviceId, 'new', NEW_GRACE_MS, () => void offerDevice(deviceId, isReady))
    },

    /** A device has reported the version of a module (and the report is on disk). */
    deviceReported(deviceId: number, module: string): void {
      const session = deps.presence.of(deviceId)
      if (!session) return
      const anew = !session.reported.includes(module)
      if (anew) session.reported.push(module)
      if (!session.listening) return
      versionGraces.end(deviceId, 'new')
      void offerDevice(deviceId, (job) => job.state === 'pending' || (anew && job.module === module))
    },

    /** A device queries for an upgrade: jobs that no campaign pushes are offered now too. */
    async deviceQueries(deviceId: number, query: Query): Promise<void> {
      const waiting = jobs
        .openOfDevice(deviceId)
        .filter((open) => mayTell(open) && (query.version === undefined || open.toVersion === query.version))
      const asked =
        waiting.find((open) => open.module === (query.module ?? 'default')) ??
        (query.module === undefined ? waiting[0] : undefined)
      const place = asked && (await queue.takePlace(asked))
      const job = place ? asked : undefined
      try {
        if (!(await deps.sender.answer(deviceId, query, job)) || !job) return
        // A device that queries and is answered need not acknowledge.
        await signal(job.id, { kind: 'telling', acknowledgeBy: null })
        await signal(job.id, { kind: 'notified' })
      } finally {
        if (job && place === 'taken') inFlight.end(job.id)
      }
    },

    /** A device has acknowledged its notice. */
    async deviceAcknowledges(deviceId: number): Promise<void> {
      for (const job of jobs.openOfDevice(deviceId)) {
        if (job.acknowledgeBy === null) continue
        // The device may answer before the store records that it was notified.
        await signal(job.id, { kind: 'notified' })
        await signal(job.id, { kind: 'acknowledged' })
      }
    },

    deviceLeft: versionGraces.endAll,

    /** Sends no further notice. */
    stop(): void {
      stopped = true
      queue.stop()
      versionGraces.stop()
    },
  }
}
