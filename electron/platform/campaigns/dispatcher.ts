import type { JobReason } from '#shared/reasons.ts'
import type { PlatformContext } from '../context.ts'
import type { Presence } from '../devices/presence.ts'
import type { Ask, DialectRules } from '../dialects/dialect.ts'
import type { CampaignEngine } from './engine.ts'
import type { JobSignal } from './job-machine.ts'
import type { JobRow, JobStore } from './job-store.ts'

/** Jobs looked at in one go while a whole campaign is offered. */
const BATCH = 500
/** Milliseconds a device that has just subscribed may take to report its version before it is offered what waits for it. */
const REPORT_GRACE_MS = 1000

/** What the dispatcher needs of the sending side. */
export interface NoticeSender {
  /** Tells a job's device of it, in its dialect; false when it does not listen, or the package lost its file. */
  tell(job: JobRow): Promise<boolean>
  /** Answers a device that asked, with a job or with nothing; false when it is not connected. */
  answer(deviceId: number, ask: Ask, job: JobRow | undefined): Promise<boolean>
  /** What the protocol of a job's device demands. */
  rulesOf(job: JobRow): DialectRules
}

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Tells devices of their jobs, when a job is there and the device listens: at the start of a campaign, when a device
 * connects, and when it reports its version. Which pending job may go next is decided here alone (a rollout's rate and
 * groups have their place in `offerable`).
 */
export const createDispatcher = (
  { store, clock, logger }: PlatformContext,
  rooms: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly presence: Presence
    readonly sender: NoticeSender
  },
) => {
  const inFlight = new Set<number>()
  const graces = new Map<number, () => void>()
  const unacknowledged = new Map<number, () => void>()
  let stopped = false

  /** Whether the campaign allows telling the device (again): nothing new unless it runs; what was begun may be told again. */
  const offerable = (job: JobRow): boolean => {
    if (job.state === 'installing') return false
    return job.state === 'pending' ? job.campaignStatus === 'running' : job.campaignStatus !== 'cancelled'
  }

  const offer = async (jobId: number): Promise<void> => {
    const job = stopped ? undefined : rooms.jobs.byId(jobId)
    if (!job?.push || !offerable(job) || inFlight.has(jobId)) return
    inFlight.add(jobId)
    try {
      const { offlineFails, acknowledgeMs } = rooms.sender.rulesOf(job)
      // Begun before the notice goes out: a quick device acknowledges before we hear that it was sent.
      if (acknowledgeMs !== undefined) awaitAcknowledgement(job, acknowledgeMs)
      if (!(await begin(job))) return endWait(jobId)
      if (await rooms.sender.tell(job)) await signal(jobId, { kind: 'notified' })
      else {
        endWait(jobId)
        await signal(jobId, { kind: 'untold' })
        // What was begun is not undone by a device that has just gone: it is told again when it is back.
        if (offlineFails && job.state === 'pending' && !rooms.presence.isOnline(job.deviceId))
          await fail(jobId, 'DEVICE_OFFLINE')
      }
    } catch (error) {
      logger.error({ err: error, jobId }, 'a notice could not be sent; it is tried again when the device reconnects')
    } finally {
      inFlight.delete(jobId)
    }
  }

  /**
   * Notes that a device is being told, before it is: if we die in between, or the device is quicker than our own note, its
   * reports must find a job that knows of it. False when the job may not be offered any more.
   */
  const begin = async ({ id, state }: JobRow): Promise<boolean> =>
    state !== 'pending' ||
    (await store.write(() => {
      const job = rooms.jobs.byId(id)
      if (!job || !offerable(job)) return false
      rooms.engine.apply(job, { kind: 'telling' })
      return true
    }))

  /** Applies what happened to the job as it is by then. */
  const signal = (jobId: number, what: JobSignal): Promise<void> =>
    store.write(() => {
      const job = rooms.jobs.byId(jobId)
      if (job) rooms.engine.apply(job, what)
    })
  const fail = (jobId: number, reason: JobReason): Promise<void> =>
    signal(jobId, { kind: 'failure', reason, words: undefined })

  const endWait = (jobId: number): void => {
    unacknowledged.get(jobId)?.()
    unacknowledged.delete(jobId)
  }

  /**
   * A device that does not say that it has taken note has not (device-protocols.md 5). What it does instead ends the wait as
   * well, and a notice that is repeated after a reconnect need not be acknowledged twice.
   */
  const awaitAcknowledgement = ({ id: jobId, notifiedAt }: JobRow, ms: number): void => {
    if (notifiedAt !== null && rooms.jobs.hasEvent(jobId, 'acknowledged', notifiedAt)) return
    endWait(jobId)
    unacknowledged.set(
      jobId,
      clock.after(ms, () => {
        unacknowledged.delete(jobId)
        if (rooms.jobs.byId(jobId)?.state !== 'notified') return
        fail(jobId, 'PUSH_FAILED').catch((error: unknown) =>
          logger.error({ err: error, jobId }, 'a push that failed could not be stored'),
        )
      }),
    )
  }

  const offerDevice = async (deviceId: number, states: readonly JobRow['state'][]): Promise<void> => {
    const open = stopped ? [] : rooms.jobs.openOfDevice(deviceId)
    for (const job of open) if (states.includes(job.state)) await offer(job.id)
  }

  const offerPending = async (campaignId: number): Promise<void> => {
    for (let after = 0; !stopped; ) {
      const batch = rooms.jobs.idsFrom(campaignId, ['pending'], after, BATCH)
      const last = batch.at(-1)
      if (!last) return
      const rules = rulesOfAny(batch)
      // Connected but not listening yet: it is told when it does.
      const due = (deviceId: number): boolean => rooms.presence.of(deviceId)?.listening ?? rules?.offlineFails ?? false
      await Promise.all(batch.filter((job) => due(job.deviceId)).map((job) => offer(job.id)))
      after = last.id
    }
  }

  /** A campaign's devices are of one product and so of one protocol; some may have been deleted meanwhile. */
  const rulesOfAny = (batch: readonly { readonly id: number }[]): DialectRules | undefined => {
    for (const { id } of batch) {
      const job = rooms.jobs.byId(id)
      if (job) return rooms.sender.rulesOf(job)
    }
    return undefined
  }

  const endGrace = (deviceId: number): void => {
    graces.get(deviceId)?.()
    graces.delete(deviceId)
  }

  return {
    offer,

    /** Offers every pending job of a campaign whose device listens; fails those of absent devices where the protocol says so. */
    async offerCampaign(campaignId: number): Promise<void> {
      try {
        await offerPending(campaignId)
      } catch (error) {
        logger.error(
          { err: error, campaignId },
          'a campaign could not be offered; its devices are told when they reconnect',
        )
      }
    },

    /**
     * A device listens now. What waits for it, and what it had not finished, is offered (again): its session is new, so an
     * earlier notice may be lost. Its version comes first where it reports one, as it may be on the target already.
     */
    deviceListening(deviceId: number): void {
      const states = ['pending', 'notified', 'downloading'] as const
      if (rooms.presence.of(deviceId)?.reported) {
        void offerDevice(deviceId, states)
        return
      }
      endGrace(deviceId)
      graces.set(
        deviceId,
        clock.after(REPORT_GRACE_MS, () => {
          graces.delete(deviceId)
          void offerDevice(deviceId, states)
        }),
      )
    },

    /** A device has reported its version (and that is on disk). */
    deviceReported(deviceId: number): void {
      const session = rooms.presence.of(deviceId)
      const first = session !== undefined && !session.reported
      if (session) session.reported = true
      if (!session?.listening) return
      endGrace(deviceId)
      void offerDevice(deviceId, first ? ['pending', 'notified', 'downloading'] : ['pending'])
    },

    /** A device asks whether there is an upgrade: also what no campaign pushes is offered now. */
    async deviceAsks(deviceId: number, ask: Ask): Promise<void> {
      const waiting = rooms.jobs
        .openOfDevice(deviceId)
        .filter((job) => offerable(job) && (ask.version === undefined || job.toVersion === ask.version))
      const job =
        waiting.find((open) => open.module === (ask.module ?? 'default')) ??
        (ask.module === undefined ? waiting[0] : undefined)
      const due = job && (await begin(job)) ? job : undefined
      if (!(await rooms.sender.answer(deviceId, ask, due)) || !due) return
      // Whoever asks and is answered needs no acknowledging.
      endWait(due.id)
      await signal(due.id, { kind: 'notified' })
    },

    /** A device has taken note of its notice. */
    async deviceAcknowledges(deviceId: number): Promise<void> {
      for (const job of rooms.jobs.openOfDevice(deviceId)) {
        if (!unacknowledged.has(job.id)) continue
        endWait(job.id)
        // The device may be quicker than our own note that it was told.
        await signal(job.id, { kind: 'notified' })
        await signal(job.id, { kind: 'acknowledged' })
      }
    },

    deviceLeft: endGrace,

    /** Nothing is sent any more. */
    stop(): void {
      stopped = true
      for (const cancel of [...graces.values(), ...unacknowledged.values()]) cancel()
      graces.clear()
      unacknowledged.clear()
    },
  }
}
