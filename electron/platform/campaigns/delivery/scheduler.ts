import type { PlatformContext } from '../../store/platform-context.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { JobStore } from '../jobs/job-store.ts'
import { deadlineOf } from '../policy/deadlines.ts'
import type { RolloutStore } from '../rollout-store.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { WakeUps } from './in-flight-notices.ts'

/** Jobs in one transaction: a few milliseconds. */
const BATCH = 100
/** How long a timer is set for at most: an appointment is by wall time, and the clock may be set meanwhile. */
const LONGEST_MS = 60_000
const AGAIN_MS = 60_000

export type Scheduler = ReturnType<typeof createScheduler>

/**
 * One timer for the earliest thing that falls due in the store: a start, a window, a token of the rate, another try, a deadline. All of it
 * stands there, so a restart goes on as if nothing had been.
 */
export const createScheduler = (
  { store, clock, logger }: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly rolloutStore: RolloutStore
    readonly dispatcher: Dispatcher
    readonly wakeUps: WakeUps
  },
) => {
  const firstWake = store.sql
    .prepare<[], number | null>('SELECT min(wake_at) FROM campaigns WHERE wake_at IS NOT NULL')
    .pluck()
  const wakeDue = store.sql
    .prepare<[number], number>('SELECT id FROM campaigns WHERE wake_at <= ? ORDER BY wake_at')
    .pluck()
  let armed: { readonly at: number; readonly cancel: () => void } | undefined
  let running = false
  let lookAtTime: () => void = () => undefined
  let stopped = false

  /** Sees to it that somebody looks by then. */
  const arm = (at: number): void => {
    if (stopped || (armed && armed.at <= at)) return
    armed?.cancel()
    const wait = Math.min(LONGEST_MS, Math.max(0, at - clock.now()))
    armed = {
      at,
      cancel: clock.after(wait, () => {
        armed = undefined
        run()
      }),
    }
  }
  const armNext = (): void => {
    const due = [deps.jobs.firstDue(), firstWake.get() ?? null].filter((at) => at !== null)
    if (due.length > 0) arm(Math.min(...due))
  }

  /** Batch by batch until nothing is due. @returns what was done in all. */
  const drain = async (work: () => number[]): Promise<number[]> => {
    const all: number[] = []
    for (;;) {
      const done = await store.write(work)
      all.push(...done)
      if (done.length < BATCH) return all
    }
  }

  /** A silent device must not hang a campaign. */
  const failOverdue = (): number[] => {
    const due = deps.jobs.overdue(clock.now(), BATCH)
    for (const id of due) {
      const job = deps.jobs.byId(id)
      const deadline = job && deadlineOf(job, deps.rolloutStore.row(job.campaignId).definition)
      if (job && deadline) deps.engine.apply(job, { kind: 'failure', reason: deadline.reason, text: deadline.text })
    }
    return due
  }

  const releaseRetries = (): number[] => {
    const due = deps.jobs.retriesDue(clock.now(), BATCH)
    for (const id of due) {
      const job = deps.jobs.byId(id)
      if (job) deps.engine.apply(job, { kind: 'due' })
    }
    return due
  }

  const wakeCampaigns = (): number[] => {
    const due = wakeDue.all(clock.now())
    for (const id of due) deps.rolloutStore.settle(id)
    return due
  }

  const turn = async (): Promise<void> => {
    await drain(failOverdue)
    const retried = await drain(releaseRetries)
    const woken = await store.write(wakeCampaigns)
    for (const id of woken) void deps.dispatcher.pump(id)
    for (const id of retried) void deps.dispatcher.offer(id)
  }

  /** One turn at a time; what falls due meanwhile is found by the next. */
  const run = (): void => {
    if (running || stopped) return
    lookAtTime()
    running = true
    void turn()
      .then(
        () => true,
        (error: unknown) => {
          if (!stopped) logger.error({ err: error }, 'what was due could not be done; it is tried again in a minute')
          return false
        },
      )
      .then((done) => {
        running = false
        if (stopped) return
        if (done) armNext()
        else arm(clock.now() + AGAIN_MS)
      })
  }

  deps.wakeUps.dueAt = arm

  return {
    /** Does what fell due while the station was down, and goes on from there. */
    start: run,
    /**
     * Calls this before anything is judged by its time. What it writes is written first, so that a clock that was set a moment ago
     * fails nobody.
     */
    onLook(look: () => void): void {
      lookAtTime = look
    },
    /** Looks at once: the clock was set, or the computer has woken up. */
    look(): void {
      armed?.cancel()
      armed = undefined
      run()
    },
    stop(): void {
      stopped = true
      armed?.cancel()
    },
  }
}
