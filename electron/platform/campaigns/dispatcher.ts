import type { PlatformContext } from '../context.ts'
import type { Presence } from '../devices/presence.ts'
import type { Ask } from '../dialects/dialect.ts'
import type { CampaignEngine } from './engine.ts'
import { createGraces } from './graces.ts'
import type { JobRow, JobStore } from './job-store.ts'
import { createNotifier, type NoticeSender } from './notifier.ts'
import { createQueue } from './queue.ts'
import type { Rollouts } from './rollouts.ts'
import type { Bells, Telling } from './telling.ts'

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Tells devices of their jobs, when a job is there and the device listens: at the start of a campaign, when a device
 * connects, when it reports its version, when it asks, and when the rollout has room again.
 */
export const createDispatcher = (
  context: PlatformContext,
  rooms: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly rollouts: Rollouts
    readonly telling: Telling
    readonly bells: Bells
    readonly presence: Presence
    readonly sender: NoticeSender
  },
) => {
  const { telling, rollouts, jobs } = rooms
  const notifier = createNotifier(context, rooms)
  const { signal } = notifier
  const queue = createQueue(context, { ...rooms, notifier })
  const graces = createGraces(context.clock)
  let stopped = false

  rooms.bells.opened = (campaignId) => {
    if (!stopped) void queue.offerCampaign(campaignId)
  }
  rooms.bells.room = (campaignId) => {
    if (!stopped && queue.hasReady(campaignId)) void queue.pump(campaignId)
  }

  /** It was told of a patch, and runs another version than that is for. */
  const isOutdated = (job: JobRow): boolean => job.state === 'notified' && job.mode !== 'full' && job.artifact === null

  const offerDevice = async (deviceId: number, states: readonly JobRow['state'][]): Promise<void> => {
    const open = stopped ? [] : jobs.openOfDevice(deviceId)
    for (const job of open) if (states.includes(job.state) || isOutdated(job)) await queue.offer(job.id)
  }

  /** Whether a device that asks may hear of the job (again). */
  const mayTell = (job: JobRow): boolean => {
    if (job.state === 'installing') return false
    return job.state === 'pending' ? rollouts.mayBegin(job) : job.campaignStatus !== 'cancelled'
  }

  return {
    offer: queue.offer,
    offerCampaign: queue.offerCampaign,
    pump: queue.pump,
    hasReady: queue.hasReady,

    /**
     * A device listens now. What waits for it, and what it had not finished, is offered (again): its session is new, so an
     * earlier notice may be lost. Its version comes first where it reports one, as it may be on the target already.
     */
    deviceListening(deviceId: number): void {
      const offerAll = (): void => void offerDevice(deviceId, ['pending', 'notified', 'downloading'])
      if (rooms.presence.of(deviceId)?.reported) offerAll()
      else graces.begin(deviceId, offerAll)
    },

    /** A device has reported its version (and that is on disk). */
    deviceReported(deviceId: number): void {
      const session = rooms.presence.of(deviceId)
      const first = session !== undefined && !session.reported
      if (session) session.reported = true
      if (!session?.listening) return
      graces.end(deviceId)
      void offerDevice(deviceId, first ? ['pending', 'notified', 'downloading'] : ['pending'])
    },

    /** A device asks whether there is an upgrade: also what no campaign pushes is offered now. */
    async deviceAsks(deviceId: number, ask: Ask): Promise<void> {
      const waiting = jobs
        .openOfDevice(deviceId)
        .filter((open) => mayTell(open) && (ask.version === undefined || open.toVersion === ask.version))
      const asked =
        waiting.find((open) => open.module === (ask.module ?? 'default')) ??
        (ask.module === undefined ? waiting[0] : undefined)
      const place = asked && (await queue.takePlace(asked))
      const job = place ? asked : undefined
      try {
        if (!(await rooms.sender.answer(deviceId, ask, job)) || !job) return
        // Whoever asks and is answered needs no acknowledging.
        await signal(job.id, { kind: 'telling', acknowledgeBy: null })
        await signal(job.id, { kind: 'notified' })
      } finally {
        if (job && place === 'taken') telling.end(job.id)
      }
    },

    /** A device has taken note of its notice. */
    async deviceAcknowledges(deviceId: number): Promise<void> {
      for (const job of jobs.openOfDevice(deviceId)) {
        if (job.acknowledgeBy === null) continue
        // The device may be quicker than our own note that it was told.
        await signal(job.id, { kind: 'notified' })
        await signal(job.id, { kind: 'acknowledged' })
      }
    },

    deviceLeft: graces.end,

    /** Nothing is sent any more. */
    stop(): void {
      stopped = true
      queue.stop()
      graces.stop()
    },
  }
}
