import type { JobReason } from '#shared/reasons.ts'
import type { Presence } from '../../devices/presence.ts'
import type { DialectRules, Query } from '../../dialects/dialect.ts'
import type { PlatformContext } from '../../store/platform-context.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { JobSignal } from '../jobs/job-machine.ts'
import type { JobRow, JobStore } from '../jobs/job-store.ts'
import type { InFlightNotices } from './in-flight-notices.ts'

/** The sending functions that the dispatcher needs. */
export interface NoticeSender {
  /** Notifies a job's device, in its dialect; false when the device does not listen, or the package has lost its file. */
  notify(job: JobRow): Promise<boolean>
  /** Answers a device that queried, with a job or with nothing; false when it is not connected. */
  answer(deviceId: number, query: Query, job: JobRow | undefined): Promise<boolean>
  /** The requirements of the protocol of a job's device. */
  rulesOf(job: JobRow): DialectRules
}

/** Delivered notices that are recorded in one transaction: a few milliseconds. */
const RECORDED_AT_ONCE = 200

export type Notifier = ReturnType<typeof createNotifier>

/** Sends single notices to devices and records the results. */
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
  /** Applies the result to the current state of the job. */
  const signal = (jobId: number, what: JobSignal): Promise<void> =>
    store.write(() => {
      const job = deps.jobs.byId(jobId)
      if (job) deps.engine.apply(job, what)
    })
  const fail = (jobId: number, reason: JobReason): Promise<void> =>
    signal(jobId, { kind: 'failure', reason, text: undefined })

  /**
   * The deadline for acknowledging a notice that is sent now; without an acknowledgement the device has not received it
   * (docs/protocols/iot-engine.md §5.6). It is stored with the job, so that a restart does not end the wait. A notice that was
   * acknowledged need not be acknowledged again when it is repeated after a reconnect.
   */
  const acknowledgeBy = (job: JobRow): number | null => {
    const { acknowledgeMs } = deps.sender.rulesOf(job)
    if (acknowledgeMs === undefined) return null
    const { id, notifiedAt } = job
    if (notifiedAt !== null && deps.jobs.hasEvent(id, 'acknowledged', notifiedAt)) return null
    return clock.now() + acknowledgeMs
  }

  /**
   * Records that a device is being notified before the notice is sent: if the station crashes in between, or the device answers
   * first, its reports must find a notified job. Call within `store.write`.
   */
  const note = (job: JobRow): void =>
    void deps.engine.apply(job, { kind: 'telling', acknowledgeBy: acknowledgeBy(job) })

  /** Jobs whose notice was delivered, and is recorded next. */
  let delivered: number[] = []
  let recorded: Promise<void> | undefined
  /** Records that a notice was delivered, together with those delivered meanwhile: one transaction and one decision about the campaign. */
  const recordDelivery = (jobId: number): Promise<void> => {
    if (delivered.length >= RECORDED_AT_ONCE) {
      delivered = []
      recorded = undefined
    }
    delivered.push(jobId)
    const batch = delivered
    recorded ??= store.write(() => {
      if (delivered === batch) {
        delivered = []
        recorded = undefined
      }
      deps.engine.together(() => {
        for (const id of batch) {
          const job = deps.jobs.byId(id)
          if (job) deps.engine.apply(job, { kind: 'notified' })
        }
      })
    }, true)
    // What one job fails at must not take the others along.
    return recorded.catch(() => signal(jobId, { kind: 'notified' }))
  }

  return {
    signal,
    fail,
    note,

    /**
     * Sends the notice of a job that has a place. Never throws.
     * @param again the job is already notified, and is notified once more: that is recorded first.
     */
    async notify(job: JobRow, again: boolean): Promise<void> {
      const { id: jobId } = job
      try {
        if (again) await store.write(() => note(deps.jobs.byId(jobId) ?? job))
        if (await deps.sender.notify(job)) await recordDelivery(jobId)
        else {
          await signal(jobId, { kind: 'untold' })
          // A job in progress is not reset when its device has just disconnected: the device is notified again when it reconnects.
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
