import { setTimeout as delay } from 'node:timers/promises'

/** The time and randomness of the virtual devices, injected so that tests control them. */
export interface Timers {
  /** Monotonic milliseconds; only differences are meaningful. */
  now(): number
  /** Resolves after that many milliseconds; rejects with the signal's reason when it fires first, and leaves no timer behind. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A random number from 0 (included) to 1 (excluded). */
  random(): number
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: () => Math.random(),
}

/**
 * Waits for a promise that may never settle after a stop (an acknowledgement of a closed connection).
 * Rejects with the signal's reason when it fires first.
 */
export const unlessAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  // A failure after the wait has ended has no listener.
  promise.catch(() => undefined)
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
