/** A token bucket as it is kept: so many at that moment. */
export interface Bucket {
  readonly tokens: number
  /** Milliseconds since 1970. */
  readonly at: number
}

const MINUTE_MS = 60_000
/** Sums of fractions end a hair below the whole. */
const HAIR = 1e-6

/** What may go at once, a second's worth: a hall of 10,000 a minute need not wake the station for every single device. */
const burstOf = (perMinute: number): number => Math.max(1, Math.floor(perMinute / 60))
/** With the burst taken into account no minute, wherever it begins, sees more than `perMinute`. */
const perMs = (perMinute: number): number => (perMinute - burstOf(perMinute) + 1) / MINUTE_MS

/** The bucket as it is by now; full where there is none yet. A clock that was put back refills nothing. */
export const refill = (bucket: Bucket | undefined, perMinute: number, now: number): Bucket => {
  const burst = burstOf(perMinute)
  if (!bucket) return { tokens: burst, at: now }
  const passed = Math.max(0, now - bucket.at)
  return { tokens: Math.min(burst, bucket.tokens + passed * perMs(perMinute)), at: now }
}

/** Whole tokens in it. */
export const available = (bucket: Bucket): number => Math.floor(bucket.tokens + HAIR)

/** When there is enough to go on with: a token, or half of what may go at once, lest the station wake for every device of thousands. */
export const nextTokens = (bucket: Bucket, perMinute: number): number => {
  const missing = Math.max(1, Math.floor(burstOf(perMinute) / 2)) - bucket.tokens
  return bucket.at + Math.max(1, Math.ceil(missing / perMs(perMinute)))
}

export const take = (bucket: Bucket, count: number): Bucket => ({
  ...bucket,
  tokens: Math.max(0, bucket.tokens - count),
})
