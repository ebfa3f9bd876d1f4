import type { Clock } from './clock.ts'

/** Milliseconds between two checks. */
const LOOK_MS = 1000
/** A check that is this late (ms) was not delayed by load: the computer slept. */
const ASLEEP_MS = 30_000
/** A smaller change (ms) is not a jump: time synchronisation makes such corrections regularly. */
const JUMP_MS = 5000

/** Result of one check. */
interface TimeLook {
  /** Wall time minus steady time when the last jump was reported. */
  readonly offset: number
  /** Steady time of the check. */
  readonly at: number
}

/** A jump of time: the clock was set, or the computer slept. */
export interface TimeJump {
  /** Milliseconds that wall time advanced without the station; negative when the clock was set back. */
  readonly ms: number
  /** The part of it during which the computer slept. */
  readonly asleepMs: number
}

/**
 * Compares two checks of the time.
 * @param wall wall time now, milliseconds since 1970. @param steady steady time now.
 * @returns the check to compare the next one with, and the jump, if there was one.
 */
export const lookAtTime = (
  before: TimeLook,
  wall: number,
  steady: number,
): { readonly look: TimeLook; readonly jump?: TimeJump } => {
  const passed = steady - before.at
  // Some systems count sleep as steady time, others as a jump of the wall clock.
  const asleepMs = passed - LOOK_MS > ASLEEP_MS ? Math.round(passed - LOOK_MS) : 0
  const offset = wall - steady
  // Steady time has fractions of a millisecond, stored times have none.
  const ms = Math.round(offset - before.offset) + asleepMs
  if (Math.abs(ms) < JUMP_MS && asleepMs === 0) return { look: { offset: before.offset, at: steady } }
  const look = { offset, at: steady }
  return Math.abs(ms) < JUMP_MS ? { look } : { look, jump: { ms, asleepMs } }
}

/**
 * Checks the time once a second and reports each jump.
 * @param jumped called once per jump. @returns functions to check at once (after a resume) and to stop.
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
