import { and, eq, sql } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import { type CampaignStatus, campaignTransitions } from '#shared/states/campaign.ts'
import { isOpenJob, openJobStates } from '#shared/states/job.ts'
import { mayMove } from '#shared/states/table.ts'
import type { PlatformContext } from '../context.ts'
import type { Presence } from '../devices/presence.ts'
import type { PackageService } from '../packages/packages.ts'
import { campaigns } from '../store/schema.ts'
import { type JobSignal, stepJob } from './job-machine.ts'
import type { JobRow, JobStore } from './job-store.ts'

export type CampaignEngine = ReturnType<typeof createCampaignEngine>

/**
 * Moves jobs, and campaigns with them. Every decision is made inside the transaction that records it, from what the store
 * says at that moment: there is no second copy of the truth to restore after a crash.
 */
export const createCampaignEngine = (
  { store, events, clock, logger }: PlatformContext,
  rooms: { readonly jobs: JobStore; readonly packages: PackageService; readonly presence: Presence },
) => {
  const { db } = store

  // Asked for every report of every device: prepared once.
  const rowById = db
    .select()
    .from(campaigns)
    .where(eq(campaigns.id, sql.placeholder('id')))
    .prepare()
  const campaignRow = (id: number): typeof campaigns.$inferSelect => {
    const found = rowById.get({ id })
    if (!found) throw new DomainError('NOT_FOUND', { what: 'campaign', id })
    return found
  }

  /** Applies a signal; call within `store.write`. @returns the job as it now is, or undefined when nothing changed. */
  const apply = (job: JobRow, signal: JobSignal): JobRow | undefined => {
    const step = stepJob(job, signal, { now: clock.now(), successCriterion: job.successCriterion })
    if (!step.changed) {
      if (step.ignored)
        logger.debug({ jobId: job.id, signal: signal.kind, move: step.ignored }, 'a signal had no move and was ignored')
      return undefined
    }
    rooms.jobs.save(job, step.job, step.happening)
    const moved = { ...job, ...step.job }
    if (step.job.state !== job.state) settleCampaign(moved)
    events.emit('job', job.id)
    return moved
  }

  /** A campaign is finished when nothing of it is open, and runs again when something is. */
  const settleCampaign = (job: JobRow): void => {
    const campaign = campaignRow(job.campaignId)
    if (openOf(campaign) === 0) finish(campaign)
    else if (isOpenJob(job.state) && campaign.status === 'finished')
      setStatus(campaign.id, 'running', { finishedAt: null })
    if (campaign.kind === 'verify') settleVerification(campaign.packageId)
    events.emit('campaign', job.campaignId)
  }

  const openOf = (campaign: typeof campaigns.$inferSelect): number =>
    openJobStates.reduce((sum, state) => sum + campaign[state], 0)

  const finish = (campaign: typeof campaigns.$inferSelect): void => {
    if (mayMove(campaignTransitions, campaign.status, 'finished'))
      setStatus(campaign.id, 'finished', { finishedAt: clock.now() })
    if (campaign.kind === 'verify') settleVerification(campaign.packageId)
  }

  /** What the verifying campaigns of a package have shown together: one success proves it, whatever became of the others. */
  const settleVerification = (packageId: number): void => {
    const verifying = db
      .select()
      .from(campaigns)
      .where(and(eq(campaigns.packageId, packageId), eq(campaigns.kind, 'verify')))
      .all()
    const shown = (): 'verified' | 'failed' | 'unverified' | undefined => {
      if (verifying.some((campaign) => campaign.succeeded > 0)) return 'verified'
      if (verifying.some((campaign) => openOf(campaign) > 0)) return undefined
      return verifying.some((campaign) => campaign.failed > 0) ? 'failed' : 'unverified'
    }
    const to = shown()
    if (to && rooms.packages.setVerification(packageId, to)) events.emit('package', packageId)
  }

  const setStatus = (id: number, status: CampaignStatus, change: Partial<typeof campaigns.$inferInsert> = {}): void => {
    db.update(campaigns)
      .set({ status, ...change })
      .where(eq(campaigns.id, id))
      .run()
    events.emit('campaign', id)
  }

  /** The job a report means: of its module, or the device's only open one where the report names none. */
  const reportedJob = (deviceId: number, module: string | undefined): JobRow | undefined => {
    const open = rooms.jobs.openOfDevice(deviceId)
    if (module !== undefined) return open.find((job) => job.module === module)
    return open.length === 1 ? open[0] : open.find((job) => job.module === 'default')
  }

  return {
    campaignRow,
    apply,
    setStatus,
    finish,

    /**
     * What a reported version means: for the module's open job, and for one that counts as failed although the device runs
     * its target (it burned longer than we believed in it). Call within `store.write`.
     */
    versionReported(deviceId: number, module: string, version: string): void {
      const signal = { kind: 'version', version, sessionStartedAt: rooms.presence.of(deviceId)?.connectedAt } as const
      const open = rooms.jobs.openOfDevice(deviceId).find((job) => job.module === module)
      if (open) apply(open, signal)
      if (open?.toVersion === version) return
      const disproved = rooms.jobs.failedTo(deviceId, module, version)
      if (disproved) apply(disproved, signal)
    },

    /** What a progress or failure report means; one that names another campaign moves nothing. Call within `store.write`. */
    reported(
      deviceId: number,
      module: string | undefined,
      signal: Extract<JobSignal, { kind: 'progress' | 'installing' | 'failure' }>,
      campaignId?: number,
    ): void {
      const job = reportedJob(deviceId, module)
      // Of an upgrade that it has not been told of yet a device cannot speak: that is late news of an earlier attempt.
      const told = job !== undefined && (job.state !== 'pending' || job.notifiedAt !== null)
      if (told && (campaignId === undefined || campaignId === job.campaignId)) apply(job, signal)
      else
        logger.debug(
          { deviceId, module, signal: signal.kind },
          'a report is about no upgrade under way and was ignored',
        )
    },

    /** A device fetches a job's file. Resolves when that is on disk. */
    fetching: (jobId: number): Promise<void> =>
      store.write(() => {
        const job = rooms.jobs.byId(jobId)
        if (job) apply(job, { kind: 'fetching' })
      }),

    /** Applies a person's signal to one job. @throws NOT_FOUND, ILLEGAL_MOVE. */
    command: (jobId: number, signal: Extract<JobSignal, { kind: 'cancel' | 'retry' }>): Promise<JobRow> =>
      store.write(() => {
        const job = rooms.jobs.byId(jobId)
        if (!job) throw new DomainError('NOT_FOUND', { what: 'job', id: jobId })
        if (signal.kind === 'retry') refuseRetry(job)
        const moved = apply(job, signal)
        if (!moved) throw new DomainError('ILLEGAL_MOVE', { from: job.state, to: signal.kind })
        return moved
      }),
  }

  /** A retry needs its device free and its campaign alive. */
  function refuseRetry(job: JobRow): void {
    if (job.campaignStatus === 'cancelled') throw new DomainError('ILLEGAL_MOVE', { from: 'cancelled', to: 'retry' })
    const other = rooms.jobs.openOfDevice(job.deviceId).find((open) => open.module === job.module)
    if (other && other.id !== job.id)
      throw new DomainError('CAMPAIGN_OPEN', { campaign: campaignRow(other.campaignId).name })
  }
}
