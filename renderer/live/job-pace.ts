import type { Job } from '#shared/schema.ts'
import { isOpenJob } from '#shared/states/job.ts'

const WINDOW_MS = 60_000
/** With fewer ended jobs there is no estimate of the remaining time. */
const ENOUGH = 3

interface Pace {
  /** Devices that ended per minute, over the last minute or since the first start if that is shorter. */
  perMinute: number
  /** Milliseconds until the connected devices have finished; null when unknown. */
  leftMs: number | null
}

/**
 * The speed of a campaign. The remaining time ignores offline devices, because nobody knows when they connect.
 * @param now milliseconds since the epoch
 */
export const paceOf = (
  jobs: Iterable<Pick<Job, 'state' | 'online' | 'startedAt' | 'finishedAt'>>,
  now: number,
): Pace => {
  let ended = 0
  let waiting = 0
  let firstStart = Number.POSITIVE_INFINITY
  for (const job of jobs) {
    if (job.startedAt !== null) firstStart = Math.min(firstStart, Date.parse(job.startedAt))
    if (isOpenJob(job.state)) {
      if (job.online) waiting += 1
    } else if (job.startedAt !== null && job.finishedAt !== null && now - Date.parse(job.finishedAt) <= WINDOW_MS) {
      ended += 1
    }
  }
  const spanMs = Math.min(WINDOW_MS, now - firstStart)
  if (ended === 0 || spanMs <= 0) return { perMinute: 0, leftMs: null }
  const perMinute = (ended * 60_000) / Math.max(spanMs, 1000)
  return { perMinute, leftMs: ended >= ENOUGH && waiting > 0 ? (waiting / perMinute) * 60_000 : null }
}
