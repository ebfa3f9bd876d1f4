import type { PlatformContext } from '../../store/platform-context.ts'
import type { LateJoiners } from '../audience/late-joiners.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { Dispatcher } from '../delivery/dispatcher.ts'
import type { JobStore } from './job-store.ts'

/** Jobs looked at in one transaction. */
const BATCH = 200

/** Continues campaigns when the delta that their devices wait for is ready, failed or deleted. */
export const createDeltaWaits = (
  { store, events, logger }: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly engine: CampaignEngine
    readonly dispatcher: Dispatcher
    readonly joins: Pick<LateJoiners, 'reconsider'>
  },
) => {
  const campaignsOf = store.sql
    .prepare<[number], number>(
      "SELECT id FROM campaigns WHERE package_id = ? AND mode <> 'full' AND status = 'running'",
    )
    .pluck()

  /** Ends the jobs that would wait in vain; for the others the chosen artifact has changed. */
  const reconsider = async (campaignId: number, fromVersion: string): Promise<void> => {
    for (let after = 0; ; ) {
      const batch = deps.jobs.pendingFrom(campaignId, fromVersion, after, BATCH)
      const last = batch.at(-1)
      if (last === undefined) return
      after = last
      await store.write(() => {
        for (const id of batch) {
          const job = deps.jobs.byId(id)
          if (job && !deps.engine.endWithoutDelta(job)) events.emit('job', id)
        }
      })
    }
  }

  const reconsiderAll = async (packageId: number, fromVersion: string): Promise<void> => {
    for (const id of deps.jobs.deltaCampaigns(packageId)) await reconsider(id, fromVersion)
  }

  return {
    /** Handles a delta to a package that is ready, failed or deleted. */
    settled(packageId: number, fromVersion: string): void {
      reconsiderAll(packageId, fromVersion)
        .then(() => deps.joins.reconsider(packageId, fromVersion))
        .then(() => {
          for (const id of campaignsOf.all(packageId)) {
            events.emit('campaign', id)
            void deps.dispatcher.offerCampaign(id)
          }
        })
        .catch((error: unknown) =>
          logger.error({ err: error, packageId }, 'campaigns that wait for a patch could not be told that it is there'),
        )
    },
  }
}
