import type { z } from 'zod'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { Retry, RetryClass } from '#shared/schema.ts'

/** The class of a failed step; timeouts, and reasons that a retry cannot fix, have no class. */
const classes: Readonly<Partial<Record<JobReason, RetryClass>>> = {
  UPGRADE_FAILED: 'upgrade',
  UPGRADE_BROKE_OFF: 'upgrade',
  UPGRADE_EXPIRED: 'upgrade',
  OUT_OF_MEMORY: 'upgrade',
  LOW_BATTERY: 'upgrade',
  WEAK_SIGNAL: 'upgrade',
  // The notice was not delivered, so nothing has been attempted yet.
  PUSH_FAILED: 'upgrade',
  DEVICE_OFFLINE: 'upgrade',
  DOWNLOAD_FAILED: 'download',
  DOWNLOAD_BROKE_OFF: 'download',
  REQUEST_TIMEOUT: 'download',
  NO_SPACE: 'download',
  VERIFICATION_FAILED: 'verification',
  CHECKSUM_WRONG: 'verification',
  BURNING_FAILED: 'burning',
  ROLLED_BACK: 'version',
  WRONG_VERSION: 'version',
}

export const classOf = (reason: JobReason): RetryClass | undefined => classes[reason]

/**
 * When a job that has just failed is retried, in milliseconds since 1970; undefined: it has finally failed. The station retries
 * only when the device does not do so itself (its protocol transmits the retry strategy).
 */
export const retryTime = (
  retry: z.output<typeof Retry> | undefined,
  {
    reason,
    autoRetries,
    protocol,
    now,
  }: { readonly reason: JobReason; readonly autoRetries: number; readonly protocol: Protocol; readonly now: number },
): number | undefined => {
  if (!retry || protocolFacts[protocol].features.hints || autoRetries >= retry.times) return undefined
  const kind = classOf(reason)
  if (!kind || (retry.on && !retry.on.includes(kind))) return undefined
  return now + retry.intervalMinutes * 60_000
}
