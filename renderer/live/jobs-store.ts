import { createStore } from 'zustand/vanilla'
import type { Job } from '#shared/schema.ts'
import { client } from '../api/client.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { follow } from './follow-events.ts'
import { emptyJobs, type JobsState, jobsOf, mergeJobs } from './merge-events.ts'

interface CampaignJobs extends JobsState {
  /** Whether every page has been read. */
  complete: boolean
  failure: Failure | undefined
}

/** The live jobs of one campaign. `start` follows and reads them; it returns the function that ends it. */
export const createJobsStore = (campaignId: number) => {
  const store = createStore<CampaignJobs>(() => ({ ...emptyJobs, complete: false, failure: undefined }))
  const merge = (jobs: readonly Job[]) => store.setState((state) => mergeJobs(state, jobs))

  const readAll = async (isStale: () => boolean): Promise<void> => {
    try {
      let cursor: string | undefined
      do {
        const page = await client.campaigns.jobs({ id: campaignId, limit: 1000, cursor })
        if (isStale()) return
        merge(page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      store.setState({ complete: true, failure: undefined })
    } catch (error) {
      if (!isStale()) store.setState({ failure: failureOf(error) })
    }
  }

  let reading = 0
  const read = () => {
    reading += 1
    const mine = reading
    void readAll(() => mine !== reading)
  }

  // An event may arrive before the page with its job is read; the page decides the job's place in the order.
  const takeKnown = (jobs: readonly Job[]) => {
    const { byId, complete } = store.getState()
    merge(complete ? jobs : jobs.filter((job) => byId.has(job.id)))
  }

  return {
    store,
    read,
    merge,
    start: () => {
      const stop = follow({
        types: ['job'],
        campaignId,
        onOpen: read,
        onEvents: (events) => takeKnown(jobsOf(events)),
      })
      return () => {
        reading += 1
        stop()
      }
    },
  }
}
