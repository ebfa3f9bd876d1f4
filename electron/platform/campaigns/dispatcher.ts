import type { PlatformContext } from '../context.ts'
import type { Presence } from '../devices/presence.ts'
import type { Downlink, MessageId } from '../dialects/dialect.ts'
import type { CampaignEngine } from './engine.ts'
import type { JobRow, JobStore } from './job-store.ts'

/** Jobs looked at in one go while a whole campaign is offered. */
const BATCH = 500
/** Milliseconds a device that has just subscribed may take to report its version before it is offered what waits for it. */
const REPORT_GRACE_MS = 1000

/** What the dispatcher needs of the sending side. */
export interface NoticeSender {
  /** Writes the notice of a job in the device's dialect; undefined when its package is gone or the device is. */
  notice(job: JobRow): Downlink | undefined
  /** False when the device does not listen. */
  send(deviceId: number, downlink: Downlink): Promise<boolean>
  /** Answers a device that asked, with a job or with nothing. */
  answer(deviceId: number, messageId: MessageId, job: JobRow | undefined): Promise<boolean>
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
  let stopped = false

  /** Whether the campaign allows telling the device (again): nothing new unless it runs; what was begun may be told again. */
  const offerable = (job: JobRow): boolean => {
    if (job.state === 'installing') return false
    return job.state === 'pending' ? job.campaignStatus === 'running' : job.campaignStatus !== 'cancelled'
  }

  const offer = async (jobId: number): Promise<void> => {
    const job = rooms.jobs.byId(jobId)
    if (stopped || !job?.push || !offerable(job) || inFlight.has(jobId)) return
    inFlight.add(jobId)
    try {
      const downlink = rooms.sender.notice(job)
      if (downlink && (await rooms.sender.send(job.deviceId, downlink))) await told(jobId)
    } catch (error) {
      logger.error({ err: error, jobId }, 'a notice could not be sent; it is tried again when the device reconnects')
    } finally {
      inFlight.delete(jobId)
    }
  }

  const told = (jobId: number): Promise<void> =>
    store.write(() => {
      const job = rooms.jobs.byId(jobId)
      if (job) rooms.engine.apply(job, { kind: 'notified' })
    })

  const offerDevice = async (deviceId: number, states: readonly JobRow['state'][]): Promise<void> => {
    for (const job of rooms.jobs.openOfDevice(deviceId)) if (states.includes(job.state)) await offer(job.id)
  }

  const endGrace = (deviceId: number): void => {
    graces.get(deviceId)?.()
    graces.delete(deviceId)
  }

  return {
    offer,

    /** Offers every pending job of a campaign whose device listens. */
    async offerCampaign(campaignId: number): Promise<void> {
      let after = 0
      for (;;) {
        const batch = rooms.jobs.idsFrom(campaignId, ['pending'], after, BATCH)
        await Promise.all(batch.filter((job) => rooms.presence.of(job.deviceId)?.listening).map((job) => offer(job.id)))
        const last = batch.at(-1)
        if (!last || stopped) return
        after = last.id
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
    async deviceAsks(deviceId: number, module: string | undefined, messageId: MessageId): Promise<void> {
      const waiting = rooms.jobs.openOfDevice(deviceId).filter(offerable)
      const job =
        waiting.find((open) => open.module === (module ?? 'default')) ?? (module === undefined ? waiting[0] : undefined)
      if ((await rooms.sender.answer(deviceId, messageId, job)) && job) await told(job.id)
    },

    deviceLeft: endGrace,

    /** Nothing is sent any more. */
    stop(): void {
      stopped = true
      for (const cancel of graces.values()) cancel()
      graces.clear()
    },
  }
}
