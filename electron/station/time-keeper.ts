import { z } from 'zod'
import type { Clock } from '../platform/basics/clock.ts'
import type { Logger } from '../platform/basics/logger.ts'
import { type TimeJump, watchTime } from '../platform/basics/time-watch.ts'
import type { Platform } from '../platform/platform.ts'
import { isoTime } from '../platform/store/pagination.ts'

/** Milliseconds between two stored times: a clock that was set back by less than this while the station was down is not noticed. */
const NOTE_MS = 10 * 60_000
/** How long a jump is shown. */
const SHOWN_MS = 24 * 3_600_000

const SEEN = 'time-seen'
const Seen = z.number()

/** The last jump of time, as the screen shows it. */
type ShownJump = { readonly at: string; readonly ms: number; readonly asleep: boolean }

export type TimeKeeper = ReturnType<typeof createTimeKeeper>

/**
 * Watches the clock for the platform: a clock that is set, a computer that slept, a clock that is behind the last run of the station.
 * Each jump is logged, written to the audit log, and shown for a day.
 */
export const createTimeKeeper = (platform: Platform, clock: Clock, logger: Logger) => {
  let last: { readonly jump: TimeJump; readonly wall: number; readonly steady: number } | undefined
  let cancelNote: () => void = () => undefined
  let stopWatch: () => void = () => undefined
  let lookNow: () => void = () => undefined

  const failed = (error: unknown): void =>
    logger.error({ err: error }, 'a jump of the clock could not be stored; open jobs may time out early or late')

  const jumped = async (jump: TimeJump): Promise<void> => {
    last = { jump, wall: clock.now(), steady: clock.steady() }
    logger.warn(
      { seconds: Math.round(jump.ms / 1000), asleepSeconds: Math.round(jump.asleepMs / 1000) },
      'time jumped: the clock was set or the computer slept; open jobs keep the time they had left',
    )
    await platform.timeJumped(jump).catch(failed)
    await note()
  }

  const note = async (): Promise<void> => {
    cancelNote()
    cancelNote = clock.after(NOTE_MS, () => void note())
    // A full disk must not stop the watch; the next time is stored in ten minutes.
    await platform.settings.keep(SEEN, clock.now()).catch(() => undefined)
  }

  return {
    /** Compares the clock with the station's last run and watches it from now on. Call it before the platform does overdue work. */
    async start(): Promise<void> {
      const seen = Seen.safeParse(platform.settings.kept(SEEN))
      if (seen.success && clock.now() < seen.data) await jumped({ ms: clock.now() - seen.data, asleepMs: 0 })
      const watch = watchTime(clock, (jump) => void jumped(jump))
      stopWatch = watch.stop
      lookNow = watch.look
      platform.onDue(watch.look)
      await note()
    },

    /** Checks at once: the computer has woken up. */
    look: (): void => lookNow(),

    /** The last jump, while it is shown. */
    shown(): ShownJump | null {
      if (!last || clock.steady() - last.steady > SHOWN_MS) return null
      return { at: isoTime(last.wall), ms: last.jump.ms, asleep: last.jump.asleepMs > 0 }
    },

    stop(): void {
      cancelNote()
      stopWatch()
    },
  }
}
