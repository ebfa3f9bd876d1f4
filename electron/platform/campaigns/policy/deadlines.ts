import type { CampaignDefinition } from '#shared/campaign/definition.ts'
import type { JobReason } from '#shared/reasons.ts'
import type { JobRecord } from '../jobs/job-machine.ts'

const MINUTE_MS = 60_000

/** The time limits of a campaign. */
type TimeLimits = Pick<CampaignDefinition, 'pushTimeoutMinutes' | 'timeoutMinutes' | 'stepTimeoutMinutes'>
type Timed = Pick<
  JobRecord,
  'state' | 'fromVersion' | 'notifiedAt' | 'startedAt' | 'updatedAt' | 'enteredAt' | 'acknowledgeBy' | 'patienceUntil'
>

interface Deadline {
  readonly at: number
  readonly reason: JobReason
  /** The values for the placeholders of the reason. */
  readonly text?: string | undefined
}

/** The reason of a failure when a step took too long. */
const stepReasons = { downloading: 'TIMEOUT_DOWNLOADING', installing: 'TIMEOUT_INSTALLING' } as const satisfies Record<
  string,
  JobReason
>

/** When a job fails if the device sends nothing more, in milliseconds since 1970, and why; undefined while it waits or after it has ended. */
export const deadlineOf = (
  job: Timed,
  { stepTimeoutMinutes, pushTimeoutMinutes, timeoutMinutes }: TimeLimits,
): Deadline | undefined => {
  switch (job.state) {
    case 'notified':
      return first(
        { at: (job.notifiedAt ?? job.updatedAt) + pushTimeoutMinutes * MINUTE_MS, reason: 'TIMEOUT_PUSH' },
        job.acknowledgeBy === null ? undefined : { at: job.acknowledgeBy, reason: 'PUSH_FAILED' },
      )
    case 'downloading':
    case 'installing': {
      const step = stepTimeoutMinutes[job.state]
      return first(
        // docs/protocols/README.md §8.4: the time starts at the first progress report.
        { at: (job.startedAt ?? job.updatedAt) + timeoutMinutes * MINUTE_MS, reason: 'TIMEOUT_PROGRESS' },
        step === undefined ? undefined : { at: job.enteredAt + step * MINUTE_MS, reason: stepReasons[job.state] },
        job.patienceUntil === null
          ? undefined
          : { at: job.patienceUntil, reason: 'ROLLED_BACK', text: job.fromVersion ?? undefined },
      )
    }
    default:
      return undefined
  }
}

const first = (one: Deadline, ...others: readonly (Deadline | undefined)[]): Deadline =>
  others.reduce<Deadline>((soonest, other) => (other !== undefined && other.at < soonest.at ? other : soonest), one)
