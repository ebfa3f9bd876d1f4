import type { Job, JobCounts } from '#shared/schema.ts'
import type { JobState } from '#shared/states/job.ts'
import type { JobsState } from '../../live/merge-events.ts'

export const jobFilters = ['all', 'failed', 'active', 'pending', 'retry', 'succeeded', 'skipped', 'cancelled'] as const
export type JobFilter = (typeof jobFilters)[number]

const filterStates: Readonly<Record<Exclude<JobFilter, 'all' | 'retry'>, readonly JobState[]>> = {
  failed: ['failed'],
  active: ['notified', 'downloading', 'installing'],
  pending: ['pending'],
  succeeded: ['succeeded'],
  skipped: ['skipped'],
  cancelled: ['cancelled'],
}

const waitsForRetry = (job: Pick<Job, 'state' | 'retryAt'>): boolean => job.state === 'pending' && job.retryAt !== null

/** Jobs that wait for a retry: a part of the pending ones, for which the campaign has no count. */
const retrying = ({ byId }: JobsState): number => {
  let count = 0
  for (const job of byId.values()) if (waitsForRetry(job)) count += 1
  return count
}

/** How many jobs a filter shows, by the campaign's counts, which are complete before the rows are. */
export const countOf = (counts: JobCounts, jobs: JobsState, filter: JobFilter): number => {
  if (filter === 'all') return Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (filter === 'retry') return counts.pending === 0 ? 0 : retrying(jobs)
  return filterStates[filter].reduce((sum, state) => sum + counts[state], 0)
}

/** The matching jobs in their fixed order; `search` is part of the device name, ignoring case. */
export const shownJobs = ({ byId, order }: JobsState, filter: JobFilter, search: string): Job[] => {
  const part = search.trim().toLowerCase()
  const states = filter === 'all' || filter === 'retry' ? undefined : filterStates[filter]
  const shown: Job[] = []
  for (const id of order) {
    const job = byId.get(id)
    if (job === undefined) continue
    if (filter === 'retry' && !waitsForRetry(job)) continue
    if (states !== undefined && !states.includes(job.state)) continue
    if (part !== '' && !job.deviceName.toLowerCase().includes(part)) continue
    shown.push(job)
  }
  return shown
}
