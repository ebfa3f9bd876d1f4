import type { PlatformContext } from '../../store/platform-context.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { JobStore } from '../jobs/job-store.ts'
import { deadlineOf } from '../policy/deadlines.ts'
import type { RolloutStore } from '../rollout-store.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { WakeUps } from './in-flight-notices.ts'

/** Jobs in one transaction: a few milliseconds. */
const BATCH = 100
/** The longest timer: due times are wall-clock times, and the clock may be set meanwhile. */
const LONGEST_MS = 60_000
const AGAIN_MS = 60_000

/**
 * One timer for the earliest due time in the store: a start, a window, a token of the rate limit, a retry, a deadline. All due
 * times are stored, so a restart loses none.
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

  /** Sets the timer to run at that time at the latest. */
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

  /** Processes batches until nothing is due. @returns the number of items processed. */
  const drain = async (work: () => number[]): Promise<number[]> => {
    const all: number[] = []
    for (;;) {
      const done = await store.write(work)
      all.push(...done)
      if (done.length < BATCH) return all
    }
  }

  /** A device without response must not block a campaign. */
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

  /** One run at a time; anything that becomes due meanwhile is found by the next. */
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
    /** Processes what became due while the station was down, then starts the timer. */
    start: run,
    /**
     * Registers a function that is called before any due time is evaluated. Its writes come first, so that a clock that has just
     * been set fails no job.
     */
    onLook(look: () => void): void {
      lookAtTime = look
    },
    /** Runs at once: the clock was set, or the computer has resumed from sleep. */
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
