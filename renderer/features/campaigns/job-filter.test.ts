import { describe, expect, it } from 'vitest'
import type { Job, JobCounts } from '#shared/schema.ts'
import { jobStates } from '#shared/states/job.ts'
import { emptyJobs, mergeJobs } from '../../live/merge-events.ts'
import { countOf, jobFilters, shownJobs } from './job-filter.ts'

const jobs = jobStates.map(
  (state, index) => ({ id: index + 1, state, deviceName: `GW-${state}`, retryAt: null }) as Job,
)
const state = mergeJobs(emptyJobs, jobs)
const counts = Object.fromEntries(jobStates.map((name, index) => [name, 10 ** index])) as JobCounts

describe('filters of the live table', () => {
  it('put every state into exactly one pill beside "all"', () => {
    const pills = jobFilters.filter((filter) => filter !== 'all')
    for (const job of jobs) {
      expect(pills.filter((filter) => shownJobs(state, filter, '').includes(job))).toHaveLength(1)
    }
  })

  it('count what they show', () => {
    for (const filter of jobFilters) {
      const shown = shownJobs(state, filter, '')
      expect(countOf(counts, state, filter)).toBe(shown.reduce((sum, job) => sum + counts[job.state], 0))
    }
  })

  it('show beside them the waiting ones that are to be tried again', () => {
    const again = { id: 99, state: 'pending', deviceName: 'GW-again', retryAt: '2026-11-21T10:00:00.000Z' } as Job
    const jobsThen = mergeJobs(state, [again])
    expect(shownJobs(jobsThen, 'retry', '')).toEqual([again])
    expect(shownJobs(jobsThen, 'pending', '')).toContain(again)
    expect(countOf(counts, jobsThen, 'retry')).toBe(1)
    expect(countOf(counts, state, 'retry')).toBe(0)
  })

  it('search part of the device name in any case, within the filter', () => {
    expect(shownJobs(state, 'all', ' gw-FAIL ').map((job) => job.state)).toEqual(['failed'])
    expect(shownJobs(state, 'succeeded', 'failed')).toEqual([])
  })
})
