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
 * Tells devices of their jobs, when a job is there and the device listens: at the start of a campaign, when a device
 * connects, when it reports its version, when it asks, and when the rollout has room again.
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

  /** Its device was notified of it, or of its last attempt, may run the target by now, and would load it once more. */
  const wasTold = (job: JobRow): boolean =>
    (job.state !== 'pending' || jobs.isTriedAgainByItself(job)) && !deps.sender.rulesOf(job).noticeCalls

  /** Its device was notified, and has not said since it came back what the module runs. */
  const isUnsaid = (job: JobRow): boolean =>
    !deps.presence.of(job.deviceId)?.reported.includes(job.module) && wasTold(job)

  /** The same, and has time left to say it. */
  const isAwaited = (job: JobRow): boolean => versionGraces.isRunning(job.deviceId, 'told') && isUnsaid(job)

  const queue = createQueue(context, { ...deps, notifier, isAwaited })
  let stopped = false

  deps.wakeUps.campaignOpened = (campaignId) => {
    if (!stopped) void queue.offerCampaign(campaignId)
  }
  deps.wakeUps.placeFreed = (campaignId) => {
    if (!stopped && queue.hasReady(campaignId)) void queue.pump(campaignId)
  }

  /** It was notified of a delta, and runs another version than that is for. */
  const isOutdated = (job: JobRow): boolean => job.state === 'notified' && job.mode !== 'full' && job.artifact === null

  /** Offers the device's open jobs that are to be; what it installs it is not notified of again. */
  const offerDevice = async (deviceId: number, isMeant: (job: JobRow) => boolean): Promise<void> => {
    const open = stopped ? [] : jobs.openOfDevice(deviceId)
    for (const job of open) if (isMeant(job) || isOutdated(job)) await queue.offer(job.id)
  }

  /**
   * Waits for the version of a device that was notified before it is notified again: it may have restarted into the new one. A notice that it is still to
   * acknowledge may be acknowledged as much later.
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

  /** Whether a device that asks may hear of the job (again). */
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
     * A device listens now. What waits for it, and what it had not finished, is offered (again): its session is new, so an
     * earlier notice may be lost. Its version comes first where it reports one, as it may be on the target already: what it was never notified
     * of waits a second for it, what it was notified of as long as a restart takes.
     */
    deviceListening(deviceId: number): void {
      const reported = deps.presence.of(deviceId)?.reported ?? []
      const told = jobs.openOfDevice(deviceId).filter(isUnsaid)
      if (told.length > 0) awaitVersion(deviceId, told)
      const isReady = (job: JobRow): boolean => !isAwaited(job)
      if (reported.length > 0) void offerDevice(deviceId, isReady)
      else versionGraces.begin(deviceId, 'new', NEW_GRACE_MS, () => void offerDevice(deviceId, isReady))
    },

    /** A device has reported the version of a module (and that is on disk). */
    deviceReported(deviceId: number, module: string): void {
      const session = deps.presence.of(deviceId)
      if (!session) return
      const anew = !session.reported.includes(module)
      if (anew) session.reported.push(module)
      if (!session.listening) return
      versionGraces.end(deviceId, 'new')
      void offerDevice(deviceId, (job) => job.state === 'pending' || (anew && job.module === module))
    },

    /** A device asks whether there is an upgrade: also what no campaign pushes is offered now. */
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
        // Whoever asks and is answered needs no acknowledging.
        await signal(job.id, { kind: 'telling', acknowledgeBy: null })
        await signal(job.id, { kind: 'notified' })
      } finally {
        if (job && place === 'taken') inFlight.end(job.id)
      }
    },

    /** A device has taken note of its notice. */
    async deviceAcknowledges(deviceId: number): Promise<void> {
      for (const job of jobs.openOfDevice(deviceId)) {
        if (job.acknowledgeBy === null) continue
        // The device may be quicker than our own note that it was notified.
        await signal(job.id, { kind: 'notified' })
        await signal(job.id, { kind: 'acknowledged' })
      }
    },

    deviceLeft: versionGraces.endAll,

    /** Nothing is sent any more. */
    stop(): void {
      stopped = true
      queue.stop()
      versionGraces.stop()
    },
  }
}
