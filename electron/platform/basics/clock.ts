/** Time as a dependency, so that tests control it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /**
   * The same, but unaffected by changes of the clock since the program started. Durations use it: with `now()` they would end at
   * once, or never, when the clock is set.
   */
  steady(): number
  /** Calls `then` once after that many milliseconds; the returned function cancels it. */
  after(ms: number, then: () => void): () => void
}

/** The system clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Whole milliseconds, because stored times are whole.
  steady: () => Math.floor(performance.timeOrigin + performance.now()),
  after(ms, then) {
    const timer = setTimeout(then, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** A clock for modules that only measure durations: its `now` is the steady time. */
export const onSteadyTime = (clock: Clock): Clock => ({
  now: () => clock.steady(),
  steady: () => clock.steady(),
  after: (ms, then) => clock.after(ms, then),
})
