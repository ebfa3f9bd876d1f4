import type { Clock } from './clock.ts'

/** Milliseconds between two looks. */
const LOOK_MS = 1000
/** A look that comes this much late was not late by load: the computer slept. */
const ASLEEP_MS = 30_000
/** Less than this is no jump: time servers correct by less all the time. */
const JUMP_MS = 5000

/** What was seen at one look. */
export interface TimeLook {
  /** Wall time less steady time, as it was when the last jump was told. */
  readonly offset: number
  /** Steady time of the look. */
  readonly at: number
}

/** A jump of time: the clock was set, or the computer slept. */
export interface TimeJump {
  /** By how much wall time went on without the station; below 0: it was set back. */
  readonly ms: number
  /** The part of it in which the computer slept. */
  readonly asleepMs: number
}

/**
 * What happened to time between two looks.
 * @param wall wall time now, milliseconds since 1970. @param steady steady time now.
 * @returns the look to compare the next one with, and the jump, if there was one.
 */
export const lookAtTime = (
  before: TimeLook,
  wall: number,
  steady: number,
): { readonly look: TimeLook; readonly jump?: TimeJump } => {
  const passed = steady - before.at
  // Some systems count sleep as steady time, others as a leap of the wall clock.
  const asleepMs = passed - LOOK_MS > ASLEEP_MS ? Math.round(passed - LOOK_MS) : 0
  const offset = wall - steady
  // Steady time has fractions of a millisecond, stored times have none.
  const ms = Math.round(offset - before.offset) + asleepMs
  if (Math.abs(ms) < JUMP_MS && asleepMs === 0) return { look: { offset: before.offset, at: steady } }
  const look = { offset, at: steady }
  return Math.abs(ms) < JUMP_MS ? { look } : { look, jump: { ms, asleepMs } }
}

/**
 * Looks at the time once a second and tells of each jump.
 * @param jumped called once a jump. @returns how to look at once (after a resume), and how to stop.
 */
export const watchTime = (
  clock: Clock,
  jumped: (jump: TimeJump) => void,
): { readonly look: () => void; readonly stop: () => void } => {
  let seen: TimeLook = { offset: clock.now() - clock.steady(), at: clock.steady() }
  let cancel: () => void = () => undefined
  const look = (): void => {
    cancel()
    const { look: next, jump } = lookAtTime(seen, clock.now(), clock.steady())
    seen = next
    cancel = clock.after(LOOK_MS, look)
    if (jump) jumped(jump)
  }
  cancel = clock.after(LOOK_MS, look)
  return { look, stop: () => cancel() }
}
