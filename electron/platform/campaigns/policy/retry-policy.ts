import type { z } from 'zod'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { Retry, RetryClass } from '#shared/schema.ts'

/** The step that failed; reasons that another try cannot mend, and timeouts, are in no class. */
const classes: Readonly<Partial<Record<JobReason, RetryClass>>> = {
  UPGRADE_FAILED: 'upgrade',
  UPGRADE_BROKE_OFF: 'upgrade',
  UPGRADE_EXPIRED: 'upgrade',
  OUT_OF_MEMORY: 'upgrade',
  LOW_BATTERY: 'upgrade',
  WEAK_SIGNAL: 'upgrade',
  // The notice did not get through: nothing has been tried yet.
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
 * When a job that has just failed is to be tried again, in milliseconds since 1970; undefined: it has failed for good. The platform retries
 * only where the device does not do so itself (its protocol carries the wish).
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
