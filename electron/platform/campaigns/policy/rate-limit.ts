/** A token bucket: its number of tokens at a time. */
export interface Bucket {
  readonly tokens: number
  /** Milliseconds since 1970. */
  readonly at: number
}

const MINUTE_MS = 60_000
/** Sums of fractions may end slightly below the whole number. */
const HAIR = 1e-6

/** The burst, one second's worth: at 10,000 a minute the station need not wake up for every single device. */
const burstOf = (perMinute: number): number => Math.max(1, Math.floor(perMinute / 60))
/** The refill rate is reduced by the burst, so that no minute, wherever it begins, exceeds `perMinute`. */
const perMs = (perMinute: number): number => (perMinute - burstOf(perMinute) + 1) / MINUTE_MS

/** The bucket at the current time; full when there is none yet. A clock that was set back refills nothing. */
export const refill = (bucket: Bucket | undefined, perMinute: number, now: number): Bucket => {
  const burst = burstOf(perMinute)
  if (!bucket) return { tokens: burst, at: now }
  const passed = Math.max(0, now - bucket.at)
  return { tokens: Math.min(burst, bucket.tokens + passed * perMs(perMinute)), at: now }
}

/** The whole tokens in the bucket. */
export const available = (bucket: Bucket): number => Math.floor(bucket.tokens + HAIR)

/**
 * When there are enough tokens to continue: one token, or half of the burst, so that the station does not wake up for every one of
 * thousands of devices.
 */
export const nextTokens = (bucket: Bucket, perMinute: number): number => {
  const missing = Math.max(1, Math.floor(burstOf(perMinute) / 2)) - bucket.tokens
  return bucket.at + Math.max(1, Math.ceil(missing / perMs(perMinute)))
}

export const take = (bucket: Bucket, count: number): Bucket => ({
  ...bucket,
  tokens: Math.max(0, bucket.tokens - count),
})
