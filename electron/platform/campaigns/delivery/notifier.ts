import type { JobReason } from '#shared/reasons.ts'
import type { Presence } from '../../devices/presence.ts'
import type { DialectRules, Query } from '../../dialects/dialect.ts'
import type { PlatformContext } from '../../store/platform-context.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { JobSignal } from '../jobs/job-machine.ts'
import type { JobRow, JobStore } from '../jobs/job-store.ts'
import type { InFlightNotices } from './in-flight-notices.ts'

/** What the dispatcher needs of the sending side. */
export interface NoticeSender {
  /** Tells a job's device of it, in its dialect; false when it does not listen, or the package lost its file. */
  notify(job: JobRow): Promise<boolean>
  /** Answers a device that asked, with a job or with nothing; false when it is not connected. */
  answer(deviceId: number, query: Query, job: JobRow | undefined): Promise<boolean>
  /** What the protocol of a job's device demands. */
  rulesOf(job: JobRow): DialectRules
}

export type Notifier = ReturnType<typeof createNotifier>

/** Hands single notices to devices and writes down what became of them. */
export const createNotifier = (
  { store, clock, logger }: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly inFlight: InFlightNotices
    readonly presence: Presence
    readonly sender: NoticeSender
  },
) => {
  /** Applies what happened to the job as it is by then. */
  const signal = (jobId: number, what: JobSignal): Promise<void> =>
    store.write(() => {
      const job = deps.jobs.byId(jobId)
      if (job) deps.engine.apply(job, what)
    })
  const fail = (jobId: number, reason: JobReason): Promise<void> =>
    signal(jobId, { kind: 'failure', reason, text: undefined })

  /**
   * Until when the device has to take note of a notice that goes out now: one that does not say so has not (docs/protocols/iot-engine.md §5.6). It stands
   * with the job, so that a restart ends no wait. What was acknowledged need not be again when it is repeated after a reconnect.
   */
  const acknowledgeBy = (job: JobRow): number | null => {
    const { acknowledgeMs } = deps.sender.rulesOf(job)
    if (acknowledgeMs === undefined) return null
    const { id, notifiedAt } = job
    if (notifiedAt !== null && deps.jobs.hasEvent(id, 'acknowledged', notifiedAt)) return null
    return clock.now() + acknowledgeMs
  }

  /**
   * Notes that a device is being notified, before it is: if we die in between, or the device is quicker than our own note, its
   * reports must find a job that knows of it. Call within `store.write`.
   */
  const note = (job: JobRow): void =>
    void deps.engine.apply(job, { kind: 'telling', acknowledgeBy: acknowledgeBy(job) })

  return {
    signal,
    fail,
    note,

    /**
     * Sends the notice of a job that holds its place. Never throws.
     * @param again it is open already, and is notified once more: that is noted first.
     */
    async notify(job: JobRow, again: boolean): Promise<void> {
      const { id: jobId } = job
      try {
        if (again) await store.write(() => note(deps.jobs.byId(jobId) ?? job))
        if (await deps.sender.notify(job)) await signal(jobId, { kind: 'notified' })
        else {
          await signal(jobId, { kind: 'untold' })
          // What was begun is not undone by a device that has just gone: it is notified again when it is back.
          const { offlineFails } = deps.sender.rulesOf(job)
          if (offlineFails && job.state === 'pending' && !deps.presence.isOnline(job.deviceId))
            await fail(jobId, 'DEVICE_OFFLINE')
        }
      } catch (error) {
        logger.error({ err: error, jobId }, 'a notice could not be sent; it is tried again when the device reconnects')
      } finally {
        deps.inFlight.end(jobId)
      }
    },
  }
}
