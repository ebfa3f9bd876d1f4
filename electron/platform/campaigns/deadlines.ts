import type { JobReason } from '#shared/reasons.ts'
import type { JobState } from '#shared/states/job.ts'

const MINUTE_MS = 60_000

/** When a job fails if nothing more is heard, in milliseconds since 1970; null while it waits or has ended. */
export const deadlineOf = (
  job: {
    readonly state: JobState
    readonly notifiedAt: number | null
    readonly startedAt: number | null
    readonly updatedAt: number
  },
  limits: { readonly pushTimeoutMinutes: number; readonly timeoutMinutes: number },
): number | null => {
  switch (job.state) {
    case 'notified':
      return (job.notifiedAt ?? job.updatedAt) + limits.pushTimeoutMinutes * MINUTE_MS
    case 'downloading':
    case 'installing':
      // Reference 004: 设备上报进度后开始计时.
      return (job.startedAt ?? job.updatedAt) + limits.timeoutMinutes * MINUTE_MS
    default:
      return null
  }
}

/** Why a job in a state has failed when its time is over. */
export const timeoutReason = (state: JobState): JobReason =>
  state === 'notified' ? 'TIMEOUT_PUSH' : 'TIMEOUT_PROGRESS'
