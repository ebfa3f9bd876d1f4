import { DomainError } from '#shared/errors.ts'
import type { JobReason } from '#shared/reasons.ts'
import { isOpenJob } from '#shared/states/job.ts'
import type { PlatformContext } from '../context.ts'
import type { DecisionMemo } from '../deltas/artifacts.ts'
import type { Presence } from '../devices/presence.ts'
import type { Ask, DialectRules } from '../dialects/dialect.ts'
import type { CampaignEngine } from './engine.ts'
import type { JobSignal } from './job-machine.ts'
import type { JobRow, JobStore } from './job-store.ts'
import type { Rollouts } from './rollouts.ts'
import type { Bells, Telling } from './telling.ts'

/** Jobs looked at in one go while a whole campaign is offered, and told in one. */
const BATCH = 200
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
 * connects, when it reports its version, and when the rollout has room again. Who waits to be told stands in a queue per campaign,
 * in memory; whether he may be told is asked of the store each time.
 */
export const createDispatcher = (
  { store, clock, logger }: PlatformContext,
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
  const { telling, rollouts } = rooms
  const graces = new Map<number, () => void>()
  const unacknowledged = new Map<number, () => void>()
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

  /** What a job in the queue is by now: to be told, to fail because its device is absent, or nothing of both. */
  const readiness = (job: JobRow | undefined, upTo: number): 'tell' | 'absent' | 'not now' => {
    if (job?.state !== 'pending' || job.retryAt !== null || !job.push || telling.has(job.id)) return 'not now'
    if (job.groupIndex > upTo) return 'not now'
    if (rooms.presence.of(job.deviceId)?.listening) return 'tell'
    return rooms.sender.rulesOf(job).offlineFails && !rooms.presence.isOnline(job.deviceId) ? 'absent' : 'not now'
  }

  /** The next of a campaign's queue that may be told, their places taken; call within `store.write`. @returns how many had to be ended for want of a patch as well. */
  const pick = (campaignId: number, queue: Set<number>): { told: JobRow[]; absent: JobRow[]; ended: number } => {
    const { allowed, upTo } = rollouts.settle(campaignId)
    const told: JobRow[] = []
    const absent: JobRow[] = []
    const memo: DecisionMemo = new Map()
    let ended = 0
    for (const jobId of queue) {
      if (told.length >= Math.min(allowed, BATCH) || absent.length + ended >= BATCH) break
      queue.delete(jobId)
      const job = rooms.jobs.byId(jobId)
      const what = readiness(job, upTo)
      if (!job || what === 'not now') continue
      if (what === 'absent') {
        absent.push(job)
        continue
      }
      // One whose patch is still being made is looked for again when that is ready.
      const decided = rooms.engine.decide(job, memo)
      if (decided) told.push(decided)
      else if (rooms.engine.endWithoutPatch(job)) ended += 1
    }
    rollouts.take(campaignId, told.length)
    for (const job of told) {
      noteTelling(job)
      telling.begin(job.id, campaignId)
    }
    return { told, absent, ended }
  }

  /**
   * Notes that a device is being told, before it is: if we die in between, or the device is quicker than our own note, its
   * reports must find a job that knows of it. Call within `store.write`.
   */
  const noteTelling = (job: JobRow): void => void rooms.engine.apply(job, { kind: 'telling' })

  /** Tells as many of a campaign's queue as the rollout allows. */
  const pump = async (campaignId: number): Promise<void> => {
    if (pumping.has(campaignId)) {
      again.add(campaignId)
      return
    }
    pumping.add(campaignId)
    try {
      for (let more = true; more && !stopped; ) {
        again.delete(campaignId)
        const queue = ready.get(campaignId)
        if (!queue?.size) return
        const { told, absent, ended } = await store.write(() => pick(campaignId, queue))
        for (const job of told) void tell(job)
        await Promise.all(absent.map((job) => fail(job.id, 'DEVICE_OFFLINE')))
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

  /** Sends the notice of a job that holds its place; what was begun may be told again. */
  const tell = async (job: JobRow): Promise<void> => {
    const { id: jobId, campaignId } = job
    try {
      const { offlineFails, acknowledgeMs } = rooms.sender.rulesOf(job)
      // Begun before the notice goes out: a quick device acknowledges before we hear that it was sent.
      if (acknowledgeMs !== undefined) awaitAcknowledgement(job, acknowledgeMs)
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
      telling.end(jobId)
      if (job.state === 'pending' && ready.get(campaignId)?.size) void pump(campaignId)
    }
  }

  /** Tells a device of its job, now or when the rollout has room. */
  const offer = async (jobId: number): Promise<void> => {
    const job = stopped ? undefined : rooms.jobs.byId(jobId)
    if (!job?.push || job.state === 'installing' || telling.has(jobId)) return
    if (job.state === 'pending') {
      queueOf(job.campaignId).add(jobId)
      await pump(job.campaignId)
      return
    }
    if (!isOpenJob(job.state) || job.campaignStatus === 'cancelled') return
    telling.begin(jobId, undefined)
    const decided = await decideAnew(job)
    if (decided) await tell(decided)
    else telling.end(jobId)
  }

  /** A job that was told, and whose device has reported another version since, gets what fits that; undefined: nothing for now. */
  const decideAnew = (job: JobRow): Promise<JobRow | undefined> | JobRow =>
    job.mode === 'full' || job.artifact !== null
      ? job
      : store.write(() => {
          const current = rooms.jobs.byId(job.id)
          if (!current || !isOpenJob(current.state)) return undefined
          const decided = rooms.engine.decide(current)
          if (!decided) rooms.engine.endWithoutPatch(current)
          return decided
        })

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

  /** It was told of a patch, and runs another version than that is for. */
  const isOutdated = (job: JobRow): boolean => job.state === 'notified' && job.mode !== 'full' && job.artifact === null

  const offerDevice = async (deviceId: number, states: readonly JobRow['state'][]): Promise<void> => {
    const open = stopped ? [] : rooms.jobs.openOfDevice(deviceId)
    for (const job of open) if (states.includes(job.state) || isOutdated(job)) await offer(job.id)
  }

  /** Every job of a campaign that could be told, or has failed because its device is absent, in the order they were made. */
  const refill = async (campaignId: number): Promise<void> => {
    const [first] = rooms.jobs.idsFrom(campaignId, ['pending'], 0, 1)
    const job = first && rooms.jobs.byId(first.id)
    if (!job?.push) return
    const found: number[] = []
    if (rooms.sender.rulesOf(job).offlineFails)
      for (let after = 0; !stopped; ) {
        const batch = rooms.jobs.idsFrom(campaignId, ['pending'], after, BATCH)
        const last = batch.at(-1)
        if (!last) break
        // Connected but not listening yet: it is told when it does.
        for (const { id, deviceId } of batch) if (rooms.presence.of(deviceId)?.listening ?? true) found.push(id)
        after = last.id
        await breath()
      }
    else {
      const listening = rooms.presence.listeningIds()
      for (let from = 0; from < listening.length && !stopped; from += BATCH) {
        found.push(...rooms.jobs.pendingOf(campaignId, job.module, listening.slice(from, from + BATCH)))
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

  /** Offers every pending job of a campaign whose device listens; fails those of absent devices where the protocol says so. */
  const offerCampaign = async (campaignId: number): Promise<void> => {
    try {
      await refill(campaignId)
    } catch (error) {
      if (!stopped && !isGone(error))
        logger.error({ err: error, campaignId }, 'the devices of a campaign could not be looked for')
    }
    await pump(campaignId)
  }
  rooms.bells.opened = (campaignId) => {
    if (!stopped) void offerCampaign(campaignId)
  }
  rooms.bells.room = (campaignId) => {
    if (!stopped && ready.get(campaignId)?.size) void pump(campaignId)
  }

  /** Takes the place of one job whose device asks; false when the rollout has none for it now. */
  const takePlace = (job: JobRow): Promise<boolean> =>
    store.write(() => {
      const current = rooms.jobs.byId(job.id)
      if (!current || telling.has(job.id)) return false
      if (current.state !== 'pending') return isOpenJob(current.state) && rooms.engine.decide(current) !== undefined
      if (!rollouts.mayBegin(current)) return false
      const decided = rooms.engine.decide(current)
      if (!decided || rollouts.take(current.campaignId, 1).granted < 1) return false
      noteTelling(decided)
      telling.begin(job.id, current.campaignId)
      return true
    })

  /** Whether a device that asks may hear of the job (again). */
  const mayTell = (job: JobRow): boolean => {
    if (job.state === 'installing') return false
    return job.state === 'pending' ? rollouts.mayBegin(job) : job.campaignStatus !== 'cancelled'
  }

  const endGrace = (deviceId: number): void => {
    graces.get(deviceId)?.()
    graces.delete(deviceId)
  }

  return {
    offer,

    offerCampaign,
    pump,
    /** Whether a device of the campaign is there to be told as soon as the rollout allows. */
    hasReady: (campaignId: number): boolean => (ready.get(campaignId)?.size ?? 0) > 0,

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
        .filter((open) => mayTell(open) && (ask.version === undefined || open.toVersion === ask.version))
      const asked =
        waiting.find((open) => open.module === (ask.module ?? 'default')) ??
        (ask.module === undefined ? waiting[0] : undefined)
      const job = asked && (await takePlace(asked)) ? asked : undefined
      try {
        if (!(await rooms.sender.answer(deviceId, ask, job)) || !job) return
        // Whoever asks and is answered needs no acknowledging.
        endWait(job.id)
        await signal(job.id, { kind: 'notified' })
      } finally {
        if (job) telling.end(job.id)
      }
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
