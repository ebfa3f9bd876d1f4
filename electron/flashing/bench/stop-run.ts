import type { Clock } from '../../platform/basics/clock.ts'
import type { Link } from '../transport.ts'

/** A family that ignores the signal loses its link after this time. */
const PATIENCE_MS = 300
/** Work that then still goes on is abandoned, so that its slot is free. */
const LIMIT_MS = 1500

/** Waits for the work. Once the signal fires, its link is closed after a moment, and the work is abandoned after another. */
export const untilStopped = async <T>(
  work: Promise<T>,
  signal: AbortSignal,
  clock: Clock,
  link: () => Link | undefined,
): Promise<T> => {
  const gone = Promise.withResolvers<never>()
  const takeBack: (() => void)[] = []
  const stop = (): void => {
    takeBack.push(
      clock.after(
        PATIENCE_MS,
        () =>
          void link()
            ?.close()
            .catch(() => undefined),
      ),
    )
    takeBack.push(clock.after(LIMIT_MS, () => gone.reject(signal.reason)))
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, gone.promise])
  } finally {
    signal.removeEventListener('abort', stop)
    for (const cancel of takeBack) cancel()
  }
}
