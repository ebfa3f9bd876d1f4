/** Time, handed in so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /**
   * The same, as it would be had nobody set the clock since the program began. Durations go by it: by `now()` they would end at
   * once, or never, when the clock is set.
   */
  steady(): number
  /** Calls `then` once after that many milliseconds; the answer takes it back. */
  after(ms: number, then: () => void): () => void
}

/** The machine's own time. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Whole milliseconds, as times are stored.
  steady: () => Math.floor(performance.timeOrigin + performance.now()),
  after(ms, then) {
    const timer = setTimeout(then, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** A clock for rooms that measure durations only: its `now` is the steady time. */
export const onSteadyTime = (clock: Clock): Clock => ({
  now: () => clock.steady(),
  steady: () => clock.steady(),
  after: (ms, then) => clock.after(ms, then),
})
