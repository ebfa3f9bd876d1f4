import type { Job, JobCounts } from '#shared/schema.ts'
import type { JobState } from '#shared/states/job.ts'
import type { JobsState } from '../../live/merge.ts'

export const jobFilters = ['all', 'failed', 'active', 'pending', 'succeeded', 'skipped', 'cancelled'] as const
export type JobFilter = (typeof jobFilters)[number]

const filterStates: Readonly<Record<Exclude<JobFilter, 'all'>, readonly JobState[]>> = {
  failed: ['failed'],
  active: ['notified', 'downloading', 'installing'],
  pending: ['pending'],
  succeeded: ['succeeded'],
  skipped: ['skipped'],
  cancelled: ['cancelled'],
}

/** How many jobs a filter shows, from the campaign's counts, which are complete before the rows are. */
export const countOf = (counts: JobCounts, filter: JobFilter): number =>
  filter === 'all'
    ? Object.values(counts).reduce((sum, count) => sum + count, 0)
    : filterStates[filter].reduce((sum, state) => sum + counts[state], 0)

/** The jobs that pass, in their fixed order; `search` is part of the device name, in any case. */
export const shownJobs = ({ byId, order }: JobsState, filter: JobFilter, search: string): Job[] => {
  const part = search.trim().toLowerCase()
  const states = filter === 'all' ? undefined : filterStates[filter]
  const shown: Job[] = []
  for (const id of order) {
    const job = byId.get(id)
    if (job === undefined) continue
    if (states !== undefined && !states.includes(job.state)) continue
    if (part !== '' && !job.deviceName.toLowerCase().includes(part)) continue
    shown.push(job)
  }
  return shown
}
