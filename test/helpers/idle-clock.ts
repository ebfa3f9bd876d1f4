import { onTestFinished } from 'vitest'
import type { Clock } from '../../electron/platform/basics/clock.ts'

/**
 * Time that passes only when nothing else is left to do: as soon as the event loop has come to rest, the next timer is due. An hour of
 * timeouts takes a moment, in the order in which it would have taken an hour. For what lives in this process alone; it stands still when the test
 * is over, or a simulated unit would go on for ever.
 */
export const createIdleClock = (start = Date.UTC(2026, 0, 1)): Clock => {
  let now = start
  let waiting = false
  const timers = new Set<{ readonly at: number; readonly then: () => void }>()

  let over = false
  onTestFinished(() => {
    over = true
    timers.clear()
  })

  const turn = () => {
    if (waiting || over || timers.size === 0) return
    waiting = true
    // Two turns: what a microtask of the first one starts by `setImmediate` goes first.
    setImmediate(() =>
      setImmediate(() => {
        waiting = false
        const next = [...timers].reduce<{ readonly at: number; readonly then: () => void } | undefined>(
          (first, timer) => (first && first.at <= timer.at ? first : timer),
          undefined,
        )
        if (next) {
          timers.delete(next)
          now = Math.max(now, next.at)
          next.then()
        }
        turn()
      }),
    )
  }

  return {
    now: () => now,
    steady: () => now,
    after(ms, then) {
      const timer = { at: now + ms, then }
      timers.add(timer)
      turn()
      return () => void timers.delete(timer)
    },
  }
}
