import type { Clock } from '../../electron/platform/basics/clock.ts'

/** Time that stands still between the test's own steps, but for a millisecond at every look, so that nothing happens twice at once. */
export interface TestClock extends Clock {
  /** Goes on by that many milliseconds; what falls due on the way is called in its order. */
  advance(ms: number): void
  /** Sets the clock of the wall by that many milliseconds; nothing falls due by it, and no time passes. */
  set(ms: number): void
  /** How many timers wait. */
  readonly waiting: () => number
}

export const createTestClock = (start = Date.UTC(2026, 0, 1)): TestClock => {
  let now = start
  let setBy = 0
  const timers = new Set<{ readonly at: number; readonly then: () => void }>()
  return {
    now: () => ++now + setBy,
    steady: () => ++now,
    set(ms) {
      setBy += ms
    },
    waiting: () => timers.size,
    after(ms, then) {
      const timer = { at: now + ms, then }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const until = now + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.then()
      }
      now = Math.max(now, until)
    },
  }
}
