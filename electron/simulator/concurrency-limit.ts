import { unlessAborted } from './timers.ts'

/** Admits a limited number at a time; the others wait in the order of their calls. */
export interface Gate {
  /** Resolves with a function that releases the slot (idempotent); rejects with the signal's reason when it fires first. */
  enter(signal: AbortSignal): Promise<() => void>
}

/** @param width how many may be admitted at once, at least 1 */
export const createGate = (width: number): Gate => {
  let free = width
  const waiting = new Set<() => void>()

  const leave = (): void => {
    const next = waiting.values().next()
    if (next.done) free += 1
    else {
      waiting.delete(next.value)
      next.value()
    }
  }

  const pass = (): (() => void) => {
    let left = false
    return () => {
      if (left) return
      left = true
      leave()
    }
  }

  return {
    enter: async (signal) => {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return pass()
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      try {
        await unlessAborted(promise, signal)
      } catch (error) {
        // The slot may have become free at the same moment as the signal: then the next in line gets it.
        if (!waiting.delete(resolve)) leave()
        throw error
      }
      return pass()
    },
  }
}
