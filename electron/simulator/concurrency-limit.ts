import { unlessAborted } from './timers.ts'

/** Lets so many through at a time; the others wait in the order they came. */
export interface Gate {
  /** Resolves with the function that makes room again (idempotent); rejects with the signal's reason when it fires first. */
  enter(signal: AbortSignal): Promise<() => void>
}

/** @param width how many may be inside at once, at least 1 */
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
        // Our turn may have come in the same moment as the signal: then it is the next one's.
        if (!waiting.delete(resolve)) leave()
        throw error
      }
      return pass()
    },
  }
}
