import { and, eq, ne } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { Campaign, CampaignInput, Job } from '#shared/schema.ts'
import { type CampaignStatus, campaignTransitions } from '#shared/states/campaign.ts'
import { type JobState, openJobStates } from '#shared/states/job.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { upgradeable } from '#shared/states/verification.ts'
import type { DeltaStore } from '../deltas/delta-store.ts'
import type { ProductService } from '../devices/product-service.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { campaignDevices, campaignGroups, campaigns, packages } from '../store/schema.ts'
import type { Audience } from './audience/audience.ts'
import type { Target } from './audience/targeting.ts'
import type { CampaignEngine } from './campaign-engine.ts'
import type { CampaignViews } from './campaign-views.ts'
import type { Dispatcher } from './delivery/dispatcher.ts'
import type { BulkCancel, CancelReason } from './jobs/bulk-cancel.ts'
import type { BulkRetry } from './jobs/bulk-retry.ts'
import type { JobCreation } from './jobs/job-creation.ts'
import type { JobStore } from './jobs/job-store.ts'
import type { JobViews } from './jobs/job-views.ts'
import { type CampaignRequest, checkOptions, checkRequest, requestOf, rowOf } from './policy/campaign-request.ts'
import { checkDelivery } from './policy/delivery-check.ts'
import { splitOf } from './policy/groups.ts'
import type { RolloutStore } from './rollout-store.ts'

/** Jobs in progress that are cancelled at a time. */
const BATCH = 200

/** The operations of an operator on campaigns. */
export const createCampaignService = (
  { store, events, clock, logger }: PlatformContext,
  deps: {
    readonly products: ProductService
    readonly packages: PackageService
    readonly diffs: Pick<DeltaStore, 'hasAny'>
    readonly jobs: JobStore
    readonly jobViews: JobViews
    readonly campaignViews: CampaignViews
    readonly engine: CampaignEngine
    readonly rolloutStore: RolloutStore
    readonly audience: Audience
    readonly jobCreation: JobCreation
    readonly bulkCancel: BulkCancel
    readonly bulkRetry: BulkRetry
    readonly dispatcher: Dispatcher
    /** Whether devices can download by HTTPS. */
    readonly httpsRefusal: () => DomainError | undefined
  },
) => {
  const { db } = store
  const { rolloutStore } = deps
  const { get, list, snapshots } = deps.campaignViews

  /** Checks that a delta-only campaign has a delta to send. @throws DIFF_SEVERAL_FILES, DIFF_MISSING. */
  const checkDeltas = ({ id, name }: { readonly id: number; readonly name: string }): void => {
    if (deps.packages.files(id).length > 1) throw new DomainError('DIFF_SEVERAL_FILES', { package: name })
    if (!deps.diffs.hasAny(id)) throw new DomainError('DIFF_MISSING', { package: name })
  }

  /**
   * @throws NOT_VERIFIED (upgrade of an unverified package), DIFF_SEVERAL_FILES, DIFF_MISSING, INVALID_FIELD, ASKING_UNKNOWN,
   * POLICY_UNKNOWN, MQTT_DOWNLOAD_*, TLS_OFF.
   */
  const check = (request: CampaignRequest): void => {
    const pack = deps.packages.row(request.packageId)
    if (request.kind === 'upgrade' && !(upgradeable as readonly string[]).includes(pack.verification))
      throw new DomainError('NOT_VERIFIED', { package: pack.name })
    const { protocol } = deps.products.row(pack.productId)
    checkOptions(request, protocol)
    if (request.mode === 'diff') checkDeltas(pack)
    // The size limit of the full image does not apply when a delta is sent instead.
    const files = request.mode === 'diff' ? [] : deps.packages.files(pack.id)
    checkDelivery({ protocol, transport: request.transport, httpsRefusal: deps.httpsRefusal(), files })
    checkRequest(request, clock.now())
  }

  /** Creates the campaign with its groups and the first of its jobs; call within `store.write`. @returns its id, and whether those are all jobs. */
  const insert = (request: CampaignRequest, target: Target, matching: number): { id: number; done: boolean } => {
    check(request)
    const now = clock.now()
    const split = splitOf(matching, request.percent, request.groups)
    const campaign = db
      .insert(campaigns)
      .values({ ...rowOf(request, now), making: { ...split, afterId: 0, matched: 0 } })
      .returning()
      .get()
    if (target.scope === 'devices')
      db.insert(campaignDevices).values({ campaignId: campaign.id, deviceIds: target.deviceIds }).run()
    const groups = [
      ...request.groups.map(({ percent: _, ...rule }) => rule),
      { name: '', successPercent: null, proceed: 'auto' as const },
    ]
    db.insert(campaignGroups)
      .values(
        groups.map((group, position) => ({ ...group, campaignId: campaign.id, position, status: 'closed' as const })),
      )
      .run()
    if (request.kind === 'verify' && deps.packages.setVerification(request.packageId, 'verifying'))
      events.emit('package', request.packageId)
    return { id: campaign.id, done: deps.jobCreation.begin(campaign, target) }
  }

  /** Ends other dynamic campaigns of the module, so that they accept no more devices. Call within `store.write`. */
  const endDynamic = (id: number, { productId, module }: Target): number[] => {
    const others = db
      .select({ id: campaigns.id })
      .from(campaigns)
      .innerJoin(packages, eq(packages.id, campaigns.packageId))
      .where(
        and(
          eq(campaigns.joining, true),
          ne(campaigns.id, id),
          eq(packages.productId, productId),
          eq(packages.module, module),
        ),
      )
      .all()
      .map((other) => other.id)
    for (const other of others) db.update(campaigns).set({ joining: false }).where(eq(campaigns.id, other)).run()
    return others
  }

  /** Ends a campaign's open jobs: waiting jobs at once, jobs in progress one by one, because their states differ. */
  const endJobs = async (
    id: number,
    states: readonly JobState[],
    { reason, text }: CancelReason = { reason: null, text: null },
  ): Promise<void> => {
    await deps.bulkCancel.waitingOf(id, { reason, text })
    const signal = { kind: 'cancel', reason: reason ?? undefined, text: text ?? undefined } as const
    for (let after = 0; ; ) {
      const batch = deps.jobs.idsFrom(id, states, after, BATCH)
      const last = batch.at(-1)
      if (!last) return
      after = last.id
      const outcome = await Promise.allSettled(batch.map((job) => deps.engine.command(job.id, signal)))
      // The job ended by itself in between.
      for (const result of outcome)
        if (result.status === 'rejected')
          logger.debug({ err: result.reason, campaignId: id }, 'a job was left as it is')
    }
  }

  /** Changes the state of a campaign; call within `store.write`. @throws NOT_FOUND, ILLEGAL_MOVE. */
  const move = (id: number, to: CampaignStatus, change: Partial<typeof campaigns.$inferInsert> = {}): void => {
    const { status } = rolloutStore.row(id)
    if (!mayMove(campaignTransitions, status, to))
      throw new DomainError('ILLEGAL_MOVE', { of: 'campaign', from: status, to })
    db.update(campaigns)
      .set({ status: to, ...change })
      .where(eq(campaigns.id, id))
      .run()
    rolloutStore.settle(id)
    events.emit('campaign', id)
  }

  const create = async (request: CampaignRequest): Promise<Campaign> => {
    const isDynamic = request.strategy === 'dynamic'
    const target = deps.audience.resolve(request, isDynamic)
    check(request)
    // A device must not be notified of a file whose download would be refused.
    await deps.packages.requireWhole(request.packageId)
    const { matching, jobs } = await deps.audience.count(target)
    // A dynamic campaign may start without jobs and waits for devices.
    if (jobs === 0 && !isDynamic) throw new DomainError('NO_DEVICE_MATCHES')
    const { id, done } = await store.write(() => insert(request, target, matching))
    if (!done) await deps.jobCreation.finish(id, target)
    if (isDynamic) {
      // Pending jobs that it did not take over itself are cancelled, because no campaign continues them.
      const others = await store.write(() => endDynamic(id, target))
      for (const other of others) {
        await endJobs(other, ['pending'], { reason: 'OVERWRITTEN', text: request.name })
        await store.write(() => rolloutStore.settle(other))
      }
    }
    events.emit('campaign', id)
    return get(id)
  }

  return {
    get,
    list,
    snapshots,
    preview: deps.audience.preview,

    /**
     * Creates a campaign with its jobs and starts it, now or at its time.
     * @throws NOT_FOUND, NOT_VERIFIED, NO_DEVICE_MATCHES, INVALID_FIELD, ASKING_UNKNOWN, POLICY_UNKNOWN, MQTT_DOWNLOAD_*.
     */
    create: (input: z.output<typeof CampaignInput>): Promise<Campaign> => create(requestOf(input)),

    /** Creates the same campaign again, for the devices that match now, or for given devices at once. @throws as `create`. */
    clone(
      id: number,
      { name, deviceIds }: { name?: string | undefined; deviceIds?: number[] | undefined },
    ): Promise<Campaign> {
      const { packageId, name: before, definition } = rolloutStore.row(id)
      const some = deviceIds !== undefined && deviceIds.length > 0
      const chosen = some ? deviceIds : definition.scope === 'devices' ? deps.audience.devicesOf(id) : undefined
      return create({
        ...definition,
        // For devices that an operator named, neither a percentage nor later devices apply.
        ...(some && { strategy: 'static', percent: undefined, groups: [] }),
        packageId,
        name: name ?? `${before.slice(0, 60)} +1`,
        scope: chosen ? 'devices' : 'all',
        deviceIds: chosen,
      })
    },

    /** Starts a scheduled campaign before its time. @throws NOT_FOUND, ILLEGAL_MOVE when it is not scheduled. */
    async start(id: number): Promise<Campaign> {
      await store.write(() => {
        const { status } = rolloutStore.row(id)
        if (status !== 'scheduled')
          throw new DomainError('ILLEGAL_MOVE', { of: 'campaign', from: status, to: 'running' })
        db.update(campaigns).set({ startAt: clock.now() }).where(eq(campaigns.id, id)).run()
        rolloutStore.settle(id)
        events.emit('campaign', id)
      })
      return get(id)
    },

    /** Pauses: no further device is notified. */
    async pause(id: number): Promise<Campaign> {
      await store.write(() => move(id, 'paused'))
      return get(id)
    },

    /** Resumes after a pause or a halt; a campaign that a restore paused before its start time is scheduled again. */
    async resume(id: number): Promise<Campaign> {
      await store.write(() => {
        const { status, startAt } = rolloutStore.row(id)
        const waits = (startAt ?? 0) > clock.now() && rolloutStore.groups(id).every(({ openedAt }) => openedAt === null)
        if (status === 'halted') rolloutStore.goOn(id)
        else if (status === 'paused') move(id, waits ? 'scheduled' : 'running')
        else throw new DomainError('ILLEGAL_MOVE', { of: 'campaign', from: status, to: 'running' })
      })
      void deps.dispatcher.offerCampaign(id)
      return get(id)
    },

    /** Releases the next group of a rollout that waits for an operator, or resumes after a halt. */
    async proceed(id: number): Promise<Campaign> {
      await store.write(() => {
        const { status } = rolloutStore.row(id)
        const waits = rolloutStore.groups(id).some((group) => group.status === 'waiting')
        if (status !== 'halted' && !(status === 'running' && waits))
          throw new DomainError('ILLEGAL_MOVE', { of: 'campaign', from: status, to: 'proceed' })
        rolloutStore.goOn(id)
      })
      void deps.dispatcher.offerCampaign(id)
      return get(id)
    },

    /** Cancels every open job. A device that was notified may still install; its version report then shows it. */
    async cancel(id: number): Promise<Campaign> {
      await store.write(() => move(id, 'cancelled', { finishedAt: clock.now(), joining: false }))
      await endJobs(id, openJobStates)
      return get(id)
    },

    /** After a crash: continues campaigns whose jobs were not all created, and cancelled ones whose jobs were not all ended. */
    async recover(): Promise<void> {
      const half = store.sql.prepare<[], { id: number }>('SELECT id FROM campaigns WHERE making IS NOT NULL').all()
      for (const { id } of half) await deps.jobCreation.finish(id, deps.audience.ofCampaign(id))
      const cancelled = store.sql
        .prepare<[], { id: number }>(
          `SELECT id FROM campaigns WHERE status = 'cancelled' AND ${openJobStates.join(' + ')} > 0`,
        )
        .all()
      for (const { id } of cancelled) await endJobs(id, openJobStates)
    },

    /** Retries failed jobs whose device is free. */
    async retryFailed(id: number): Promise<{ retried: number }> {
      if (rolloutStore.row(id).status === 'cancelled')
        throw new DomainError('ILLEGAL_MOVE', { of: 'campaign', from: 'cancelled', to: 'running' })
      const retried = await deps.bulkRetry.failedOf(id)
      if (retried > 0) void deps.dispatcher.offerCampaign(id)
      return { retried }
    },

    async retryJob(id: number): Promise<Job> {
      await deps.engine.command(id, { kind: 'retry' })
      void deps.dispatcher.offer(id)
      return deps.jobViews.get(id)
    },

    async cancelJob(id: number): Promise<Job> {
      await deps.engine.command(id, { kind: 'cancel' })
      return deps.jobViews.get(id)
    },
  }
}
