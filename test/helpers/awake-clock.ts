import type { Clock } from '../../electron/platform/basics/clock.ts'

/** How often it looks whether the process runs, and how much later than asked for a look may come. */
const STEP_MS = 20

interface Timer {
  readonly at: number
  readonly then: () => void
}

/**
 * The machine's time, but only as far as this process gets to run: what it is kept from, by others or by its own work, does not
 * pass. So the time limits of a program under test end what hangs, as they do on an idle machine, and not what is slow.
 */
export const createAwakeClock = (): Clock => {
  const began = Date.now() - performance.now()
  const timers = new Set<Timer>()
  let lost = 0
  /** When the next look is due; undefined while nobody waits. */
  let lookAt: number | undefined
  let looking: NodeJS.Timeout | undefined

  const passed = (): number => {
    const real = performance.now()
    if (lookAt !== undefined && real - lookAt > STEP_MS) {
      lost += real - lookAt - STEP_MS
      lookAt = real - STEP_MS
    }
    return began + real - lost
  }

  const look = (): void => {
    const now = passed()
    const due = [...timers].filter(({ at }) => at <= now).sort((left, right) => left.at - right.at)
    try {
      for (const timer of due) if (timers.delete(timer)) timer.then()
    } finally {
      goOn()
    }
  }

  const goOn = (): void => {
    clearTimeout(looking)
    if (timers.size === 0) {
      lookAt = undefined
      return
    }
    const now = passed()
    const soonest = Math.min(...[...timers].map(({ at }) => at))
    const wait = Math.min(STEP_MS, Math.max(0, soonest - now))
    lookAt = performance.now() + wait
    looking = setTimeout(look, wait).unref()
  }

  return {
    now: () => Math.floor(passed()),
    steady: () => Math.floor(passed()),
    after(ms, then) {
      const timer = { at: passed() + ms, then }
      timers.add(timer)
      if (lookAt === undefined || ms < STEP_MS) goOn()
      return () => void timers.delete(timer)
    },
  }
}
