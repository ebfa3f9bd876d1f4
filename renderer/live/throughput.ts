/** The number of bytes downloaded up to a time (milliseconds since the epoch). */
export interface Sample {
  readonly at: number
  readonly bytes: number
}

const WINDOW_MS = 10_000

/** Adds a sample and removes those older than the window, except for one that marks the beginning of the window. */
export const withSample = (samples: readonly Sample[], sample: Sample): readonly Sample[] => {
  const from = samples.findLastIndex(({ at }) => at <= sample.at - WINDOW_MS)
  return [...samples.slice(Math.max(0, from)), sample]
}

/** Bytes per second over the last ten seconds; 0 until there are two samples. */
export const throughputOf = (samples: readonly Sample[]): number => {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.at <= first.at) return 0
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at))
}
