import { DomainError } from '#shared/errors.ts'
import { isOpenJob } from '#shared/states/job.ts'
import type { DecisionMemo } from '../../deltas/artifact-selector.ts'
import type { Presence } from '../../devices/presence.ts'
import type { PlatformContext } from '../../store/platform-context.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { JobRow, JobStore } from '../jobs/job-store.ts'
import type { RolloutStore } from '../rollout-store.ts'
import type { InFlightNotices } from './in-flight-notices.ts'
import type { NoticeSender, Notifier } from './notifier.ts'

/** Jobs examined at a time while a whole campaign is offered, and jobs notified at a time: some ten milliseconds. */
const BATCH = 200
/** Jobs notified at first, so that the first device need not wait for 200. */
const FIRST_BATCH = 10

/**
 * One queue per campaign, in memory, of the jobs that wait to be notified. Whether a job may be notified is read from the store
 * each time, within the limits of the rollout.
 */
export const createQueue = (
  { store, logger }: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly rolloutStore: RolloutStore
    readonly inFlight: InFlightNotices
    readonly presence: Presence
    readonly sender: NoticeSender
    readonly notifier: Notifier
    /** Whether the device is to report its version first: the job is offered when it has, or when its time is over. */
    readonly isAwaited: (job: JobRow) => boolean
  },
) => {
  const { inFlight, rolloutStore, notifier, engine } = deps
  /** Pending jobs, by campaign, whose device listens as far as is known. */
  const ready = new Map<number, Set<number>>()
  const pumping = new Set<number>()
  const again = new Set<number>()
  let stopped = false

  const queueOf = (campaignId: number): Set<number> => {
    const known = ready.get(campaignId)
    if (known) return known
    const made = new Set<number>()
    ready.set(campaignId, made)
    return made
  }
  const hasReady = (campaignId: number): boolean => (ready.get(campaignId)?.size ?? 0) > 0

  /** What to do with a queued job now: notify it, fail it because its device is absent, or neither. */
  const readiness = (job: JobRow | undefined, upTo: number): 'tell' | 'absent' | 'not now' => {
    if (job?.state !== 'pending' || job.retryAt !== null || !job.push || inFlight.has(job.id)) return 'not now'
    if (job.groupIndex > upTo || deps.isAwaited(job)) return 'not now'
    if (deps.presence.of(job.deviceId)?.listening) return 'tell'
    return deps.sender.rulesOf(job).offlineFails && !deps.presence.isOnline(job.deviceId) ? 'absent' : 'not now'
  }

  /**
   * Takes the next jobs of a campaign's queue that may be notified, and their places; call within `store.write`.
   * @returns also the number of jobs that were ended because a delta is missing.
   */
  const pick = (
    campaignId: number,
    queue: Set<number>,
    most: number,
  ): { told: JobRow[]; absent: JobRow[]; ended: number } => {
    const { allowed, upTo } = rolloutStore.settle(campaignId)
    const told: JobRow[] = []
    const absent: JobRow[] = []
    const memo: DecisionMemo = new Map()
    let ended = 0
    deps.jobs.preload([...queue.values().take(Math.min(allowed, most))])
    for (const jobId of queue) {
      if (told.length >= Math.min(allowed, most) || absent.length + ended >= BATCH) break
      queue.delete(jobId)
      const job = deps.jobs.byId(jobId)
      const what = readiness(job, upTo)
      if (!job || what === 'not now') continue
      if (what === 'absent') {
        absent.push(job)
        continue
      }
      // A job whose delta is still being generated is examined again when the delta is ready.
      const decided = engine.decide(job, memo)
      if (decided) told.push(decided)
      else if (engine.endWithoutDelta(job)) ended += 1
    }
    rolloutStore.take(campaignId, told.length)
    for (const job of told) {
      notifier.note(job)
      inFlight.begin(job.id, campaignId)
    }
    return { told, absent, ended }
  }

  /** Chooses again for a notified job whose device has since reported another version; undefined: nothing for now. */
  const decideAnew = (job: JobRow): Promise<JobRow | undefined> | JobRow =>
    job.mode === 'full' || job.artifact !== null
      ? job
      : store.write(() => {
          const current = deps.jobs.byId(job.id)
          if (!current || !isOpenJob(current.state)) return undefined
          const decided = engine.decide(current)
          if (!decided) engine.endWithoutDelta(current)
          return decided
        })

  /** Notifies a device of a job that has taken its place, and then the next devices. */
  const tell = async (job: JobRow): Promise<void> => {
    await notifier.notify(job, false)
    if (hasReady(job.campaignId)) void pump(job.campaignId)
  }

  /** Notifies as many of a campaign's queue as the rollout allows. */
  const pump = async (campaignId: number): Promise<void> => {
    if (pumping.has(campaignId)) {
      again.add(campaignId)
      return
    }
    pumping.add(campaignId)
    try {
      let most = FIRST_BATCH
      for (let more = true; more && !stopped; ) {
        again.delete(campaignId)
        const queue = ready.get(campaignId)
        if (!queue?.size) return
        const { told, absent, ended } = await store.write(() => pick(campaignId, queue, most))
        most = BATCH
        for (const job of told) void tell(job)
        await Promise.all(absent.map((job) => notifier.fail(job.id, 'DEVICE_OFFLINE')))
        more = told.length + absent.length + ended > 0 || again.has(campaignId)
      }
    } catch (error) {
      if (isGone(error)) ready.delete(campaignId)
      else if (!stopped)
        logger.error(
          { err: error, campaignId },
          'a campaign could not be offered; its devices are told when they reconnect',
        )
    } finally {
      pumping.delete(campaignId)
    }
  }

  /** Whether its campaign, or the station, ended meanwhile. */
  const isGone = (error: unknown): boolean => error instanceof DomainError && error.code === 'NOT_FOUND'

  /** Every job of a campaign that could be notified, or has failed because its device is absent, in order of creation. */
  const refill = async (campaignId: number): Promise<void> => {
    const [first] = deps.jobs.idsFrom(campaignId, ['pending'], 0, 1)
    const job = first && deps.jobs.byId(first.id)
    if (!job?.push) return
    const found: number[] = []
    if (deps.sender.rulesOf(job).offlineFails)
      for (let after = 0; !stopped; ) {
        const batch = deps.jobs.idsFrom(campaignId, ['pending'], after, BATCH)
        const last = batch.at(-1)
        if (!last) break
        // Connected but not listening yet: the device is notified when it listens.
        for (const { id, deviceId } of batch) if (deps.presence.of(deviceId)?.listening ?? true) found.push(id)
        after = last.id
        await breath()
      }
    else {
      const listening = deps.presence.listeningIds()
      for (let from = 0; from < listening.length && !stopped; from += BATCH) {
        found.push(...deps.jobs.pendingOf(campaignId, job.module, listening.slice(from, from + BATCH)))
        await breath()
      }
    }
    const queue = queueOf(campaignId)
    for (const id of found.sort((left, right) => left - right)) queue.add(id)
  }
  const breath = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve)
    })

  return {
    pump,
    /** Whether a device of the campaign is ready to be notified as soon as the rollout allows. */
    hasReady,

    /** Offers every pending job of a campaign whose device listens; fails those of absent devices where the protocol requires it. */
    async offerCampaign(campaignId: number): Promise<void> {
      try {
        await refill(campaignId)
      } catch (error) {
        if (!stopped && !isGone(error))
          logger.error({ err: error, campaignId }, 'the devices of a campaign could not be looked for')
      }
      await pump(campaignId)
    },

    /** Offers jobs that were just created, those of devices that listen: the first need not wait until the last exists. */
    offerMade(campaignId: number, made: readonly { readonly id: number; readonly deviceId: number }[]): void {
      const queue = queueOf(campaignId)
      for (const { id, deviceId } of made) if (deps.presence.of(deviceId)?.listening) queue.add(id)
      if (queue.size > 0) void pump(campaignId)
    },

    /** Notifies a device of its job, now or when the rollout allows it. */
    async offer(jobId: number): Promise<void> {
      const job = stopped ? undefined : deps.jobs.byId(jobId)
      if (!job?.push || job.state === 'installing' || inFlight.has(jobId) || deps.isAwaited(job)) return
      if (job.state === 'pending') {
        queueOf(job.campaignId).add(jobId)
        await pump(job.campaignId)
        return
      }
      if (!isOpenJob(job.state) || job.campaignStatus === 'cancelled') return
      inFlight.begin(jobId, undefined)
      const decided = await decideAnew(job)
      if (decided) await notifier.notify(decided, true)
      else inFlight.end(jobId)
    },

    /**
     * Takes a place for one job whose device queries. A job whose notice is `under way` already has one; the job gets none now
     * when the rollout has no free place.
     */
    takePlace: (job: JobRow): Promise<'taken' | 'under way' | undefined> =>
      store.write(() => {
        const current = deps.jobs.byId(job.id)
        if (!current) return undefined
        if (inFlight.has(job.id)) return 'under way'
        if (current.state !== 'pending')
          return isOpenJob(current.state) && engine.decide(current) !== undefined ? 'taken' : undefined
        if (!rolloutStore.mayBegin(current)) return undefined
        const decided = engine.decide(current)
        if (!decided || rolloutStore.take(current.campaignId, 1).granted < 1) return undefined
        notifier.note(decided)
        inFlight.begin(job.id, current.campaignId)
        return 'taken'
      }),

    /** Offers no further job. */
    stop(): void {
      stopped = true
    },
  }
}
