import { setTimeout as delay } from 'node:timers/promises'

/** Time and chance as the virtual devices know them, handed in so that tests own them. */
export interface Timers {
  /** Milliseconds that never run backwards; only differences mean something. */
  now(): number
  /** Resolves after so many milliseconds; rejects with the signal's reason when it fires first, leaving no timer behind. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A number from 0 up to, never reaching, 1. */
  random(): number
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: () => Math.random(),
}

/**
 * Waits for a promise that may never settle once we are told to stop (an acknowledgement of a closed connection).
 * Rejects with the signal's reason when it fires first.
 */
export const unlessAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  // Should it fail after we stopped waiting, nobody is there to hear.
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
