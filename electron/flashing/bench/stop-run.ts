import type { Clock } from '../../platform/clock.ts'
import type { SerialLink } from '../link.ts'

/** A family that does not heed the signal loses its link after so long. */
const PATIENCE_MS = 300
/** What then still does not end is left behind, so that its slot is free. */
const LIMIT_MS = 1500

/** Waits for the work; once the signal fires, only a moment longer, then its link is closed, then it is left behind. */
export const untilStopped = async <T>(
  work: Promise<T>,
  signal: AbortSignal,
  clock: Clock,
  link: () => SerialLink | undefined,
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
