import { and, eq } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import type { JobReason } from '#shared/reasons.ts'
import { openJobStates } from '#shared/states/job.ts'
import type { Artifacts, DecisionMemo, JobArtifact } from '../deltas/artifact-selector.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { campaigns } from '../store/schema.ts'
import type { InFlightNotices, WakeUps } from './delivery/in-flight-notices.ts'
import {
  type JobContext,
  type JobHappening,
  type JobRecord,
  type JobSignal,
  type JobStep,
  stepJob,
} from './jobs/job-machine.ts'
import type { JobRow, JobStore } from './jobs/job-store.ts'
import type { Savings } from './jobs/savings.ts'
import { deadlineOf } from './policy/deadlines.ts'
import { artifactAfter } from './policy/delta-fallback.ts'
import { retryTime } from './policy/retry-policy.ts'
import type { CampaignRow, RolloutStore } from './rollout-store.ts'

const MINUTE_MS = 60_000
const DEFAULT_MODULE = 'default'

export type CampaignEngine = ReturnType<typeof createCampaignEngine>

/**
 * Changes the state of jobs, and of campaigns with them. Every decision is made inside the transaction that records it, from the
 * current state of the store, so there is no second copy of the state to restore after a crash.
 */
export const createCampaignEngine = (
  { store, events, clock, logger }: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly packages: PackageService
    readonly rolloutStore: RolloutStore
    readonly inFlight: InFlightNotices
    readonly wakeUps: WakeUps
    readonly artifacts: Artifacts
    readonly savings: Savings
    readonly settings: Pick<SettingsService, 'get'>
  },
) => {
  const { db } = store
  const { rolloutStore, inFlight } = deps
  const campaignRow = rolloutStore.row

  const contextOf = (job: JobRow): JobContext => ({
    now: clock.now(),
    successCriterion: job.successCriterion,
    patienceMs: deps.settings.get().rollbackMinutes * MINUTE_MS,
  })

  /** Applies a signal; call within `store.write`. @returns the changed job, or undefined when nothing changed. */
  const apply = (job: JobRow, signal: JobSignal): JobRow | undefined => {
    const step = stepJob(job, signal, contextOf(job))
    if (!step.changed) {
      if (step.ignored)
        logger.debug({ jobId: job.id, signal: signal.kind, move: step.ignored }, 'a signal had no move and was ignored')
      return undefined
    }
    const campaign = campaignRow(job.campaignId)
    const moved = tryAgain(save(job, step, campaign), signal, campaign)
    if (moved.state !== 'pending') inFlight.releasePlace(job.id)
    if (job.state === 'failed' && moved.state === 'succeeded') rolloutStore.provenLate(job)
    const gaveItsPlace = moved.patienceUntil !== null && job.patienceUntil === null
    if (moved.state !== job.state || moved.attempt !== job.attempt || gaveItsPlace) {
      if (unsettled) unsettled.add(job.campaignId)
      else settleAfter(campaign)
    }
    events.emit('job', job.id)
    return moved
  }

  /** What a campaign does after jobs of it have moved. */
  const settleAfter = (campaign: CampaignRow): void => {
    // A cancelled campaign needs no further decision.
    if (campaign.status !== 'cancelled') rolloutStore.settle(campaign.id)
    if (campaign.kind === 'verify') settleVerification(campaign.packageId)
    events.emit('campaign', campaign.id)
    if (rolloutStore.isLimited(campaign)) deps.wakeUps.placeFreed(campaign.id)
  }

  /** Campaigns of which jobs have moved in the course of `together`. */
  let unsettled: Set<number> | undefined

  /**
   * Runs work that applies signals to many jobs, and decides about their campaigns once at its end, from all of the moves; call within
   * `store.write`. For signals of which none depends on what the campaign decides after the one before.
   */
  const together = <T>(work: () => T): T => {
    if (unsettled) return work()
    const moved = new Set<number>()
    unsettled = moved
    let done: T
    try {
      done = deps.jobs.together(work)
    } finally {
      unsettled = undefined
    }
    for (const id of moved) settleAfter(campaignRow(id))
    return done
  }

  const save = (
    job: JobRow,
    { job: after, happening }: Extract<JobStep, { changed: true }>,
    campaign: CampaignRow,
  ): JobRow => {
    const deadlineAt = deadlineOf(after, campaign.definition)?.at ?? null
    const record = withReported(job, after)
    const saved = deps.jobs.save(job, record, happening && withDelta(job, happening), deadlineAt)
    for (const at of [deadlineAt, after.retryAt]) if (at !== null) deps.wakeUps.dueAt(at)
    const artifact = artifactAfter(job, record)
    if (after.state === 'succeeded' && job.state !== 'succeeded' && job.artifact === 'diff')
      deps.savings.add(job.campaignId, deps.artifacts.fullSize(job.packageId) - (job.artifactSize ?? 0))
    return artifact === undefined ? saved : deps.jobs.saveArtifact(saved, artifact)
  }

  /** The history names the delta of which the device was notified. */
  const withDelta = (job: JobRow, happening: JobHappening): JobHappening => {
    if (happening.what !== 'notice' || job.artifact !== 'diff') return happening
    const told = deps.artifacts.of(job)
    return told.kind === 'diff' ? { ...happening, detail: told.diff.fileName } : happening
  }

  /** A retry starts from the version that the device reports then, because the station did not follow the device in between. */
  const withReported = (job: JobRow, after: JobRecord): JobRecord =>
    after.attempt === job.attempt
      ? after
      : { ...after, fromVersion: deps.jobs.reportedVersion(job.deviceId, job.module) ?? after.fromVersion }

  /**
   * Decides which artifact a job that is about to be notified gets, from the version its device reports now; call within
   * `store.write`.
   * @returns the job with its artifact; undefined when the device is not to be notified now.
   */
  const decide = (job: JobRow, memo?: DecisionMemo): JobRow | undefined => {
    if (job.mode === 'full' || job.artifact !== null) return job
    const decided = deps.artifacts.decided(job, memo)
    if (!decided) return undefined
    const artifact: JobArtifact = { ...decided, fullNext: job.fullNext }
    return deps.jobs.saveArtifact(job, artifact)
  }

  /** Ends a job whose device would wait for a delta that never comes; call within `store.write`. @returns whether it ended. */
  const endWithoutDelta = (job: JobRow): boolean => {
    if (job.mode !== 'diff' || job.artifact !== null || (job.state !== 'pending' && job.state !== 'notified'))
      return false
    const choice = deps.artifacts.choiceFor(job)
    if (choice.kind !== 'none') return false
    const reason = choice.note === 'DIFF_FAILED' ? 'DIFF_NOT_MADE' : 'NO_DIFF'
    return apply(job, { kind: 'failure', reason, text: job.fromVersion ?? undefined }) !== undefined
  }

  /** A failure that the campaign retries is retried in the same transaction, so that the job holds its device without a gap. */
  const tryAgain = (job: JobRow, signal: JobSignal, campaign: CampaignRow): JobRow => {
    const isNews = signal.kind === 'failure' || signal.kind === 'version'
    if (job.state !== 'failed' || !isNews || campaign.status === 'cancelled') return job
    const { errorCode, autoRetries, protocol } = job
    const now = clock.now()
    const at = retryTime(campaign.definition.retry, { reason: errorCode as JobReason, autoRetries, protocol, now })
    if (at === undefined) return job
    const step = stepJob(job, { kind: 'retry', at }, { ...contextOf(job), now })
    return step.changed ? save(job, step, campaign) : job
  }

  const openOf = (campaign: CampaignRow): number => openJobStates.reduce((sum, state) => sum + campaign[state], 0)

  /** The joint result of all verifying campaigns of a package: one success verifies the package, whatever the others' results are. */
  const settleVerification = (packageId: number): void => {
    const verifying = db
      .select()
      .from(campaigns)
      .where(and(eq(campaigns.packageId, packageId), eq(campaigns.kind, 'verify')))
      .all()
    const shown = (): 'verified' | 'failed' | 'unverified' | undefined => {
      if (verifying.some((campaign) => campaign.succeeded > 0)) return 'verified'
      if (verifying.some((campaign) => openOf(campaign) > 0 || campaign.making !== null)) return undefined
      return verifying.some((campaign) => campaign.failed > 0) ? 'failed' : 'unverified'
    }
    const to = shown()
    if (to && deps.packages.setVerification(packageId, to)) events.emit('package', packageId)
  }

  /**
   * Finds the job that a report means, among the jobs of which the device was notified: the job of the campaign that the report
   * names, otherwise the job of its module, otherwise the only open job, because some firmware sends a fixed or arbitrary module
   * name. A name that belongs to another module of the product means that module.
   */
  const reportedJob = (deviceId: number, module: string | undefined, campaignId?: number): JobRow | undefined => {
    // A device cannot report on an upgrade of which it was not notified yet: that is a late report of an earlier attempt.
    const told = deps.jobs.openOfDevice(deviceId).filter((job) => job.state !== 'pending' || job.notifiedAt !== null)
    if (campaignId !== undefined) return told.find((job) => job.campaignId === campaignId)
    const named = told.find((job) => job.module === (module ?? DEFAULT_MODULE))
    const [only, ...others] = told
    if (named !== undefined && (module !== undefined || others.length > 0)) return named
    const isAnothers = module !== undefined && deps.jobs.isModule(deviceId, module)
    return others.length > 0 || isAnothers ? undefined : only
  }

  return {
    campaignRow,
    apply,
    together,
    settleVerification,
    decide,
    endWithoutDelta,

    /**
     * Applies a reported version to the module's open job, and to a job that counts as failed although the device now runs its
     * target (the installation took longer than the timeout). Call within `store.write`.
     */
    versionReported(deviceId: number, module: string, version: string): void {
      const open = deps.jobs.openOfDevice(deviceId).find((job) => job.module === module)
      const signal = { kind: 'version', version } as const
      const after = open && (apply(open, signal) ?? open)
      if (after) endWithoutDelta(after)
      // A skipped job, of which the device was never notified, did not cause the target version: an earlier job did.
      if (open?.toVersion === version && after?.state !== 'skipped') return
      const disproved = deps.jobs.disprovedBy(deviceId, module, version)
      if (disproved) apply(disproved, signal)
    },

    /** Whether a job of the module waits for that version, or counts as failed to reach it: only then does the report matter to a job. */
    awaits: (deviceId: number, module: string, version: string): boolean =>
      deps.jobs.openOfDevice(deviceId).some((job) => job.module === module && job.toVersion === version) ||
      deps.jobs.disprovedBy(deviceId, module, version) !== undefined,

    /**
     * Applies a progress or failure report; a report that names another campaign changes nothing. Call within `store.write`.
     * @returns the module of the job to which the report was applied, when the report named another.
     */
    reported(
      deviceId: number,
      module: string | undefined,
      signal: Extract<JobSignal, { kind: 'progress' | 'installing' | 'failure' }>,
      campaignId?: number,
    ): string | undefined {
      const job = reportedJob(deviceId, module, campaignId)
      if (!job) {
        logger.debug(
          { deviceId, module, signal: signal.kind },
          'a report is about no upgrade under way and was ignored',
        )
        return undefined
      }
      apply(job, signal)
      if (module === undefined || module === job.module) return undefined
      logger.debug({ deviceId, jobId: job.id, module }, 'a report names another module than its upgrade')
      return job.module
    },

    /** Records that a device fetches a job's file. Resolves when that is on disk. */
    fetching: (jobId: number): Promise<void> =>
      store.write(() => {
        const job = deps.jobs.byId(jobId)
        // A device that was not notified again fetches the file of its earlier notice: that does not begin a new attempt.
        if (job && (job.state !== 'pending' || job.notifiedAt !== null)) apply(job, { kind: 'fetching' })
      }),

    /** Applies an operator's signal to one job. @throws NOT_FOUND, ILLEGAL_MOVE. */
    command: (jobId: number, signal: Extract<JobSignal, { kind: 'cancel' | 'retry' }>): Promise<JobRow> =>
      store.write(() => {
        const job = deps.jobs.byId(jobId)
        if (!job) throw new DomainError('NOT_FOUND', { what: 'job', id: jobId })
        if (signal.kind === 'retry') refuseRetry(job)
        rolloutStore.touched(job.campaignId)
        const moved = apply(job, signal)
        if (!moved) throw new DomainError('ILLEGAL_MOVE', { of: 'job', from: job.state, to: signal.kind })
        return moved
      }),
  }

  /** A retry needs a free device and a campaign that has not ended. */
  function refuseRetry(job: JobRow): void {
    if (job.campaignStatus === 'cancelled')
      throw new DomainError('ILLEGAL_MOVE', { of: 'campaign', from: 'cancelled', to: 'retry' })
    const other = deps.jobs.openOfDevice(job.deviceId).find((open) => open.module === job.module)
    if (other && other.id !== job.id)
      throw new DomainError('CAMPAIGN_OPEN', { campaign: campaignRow(other.campaignId).name })
  }
}
