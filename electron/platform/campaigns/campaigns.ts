import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { protocolFeatures } from '#shared/protocols.ts'
import { rules } from '#shared/rule-texts.ts'
import type { Campaign, CampaignHints, CampaignInput, CampaignPreview, CampaignTarget, Job } from '#shared/schema.ts'
import { type CampaignStatus, campaignTransitions } from '#shared/states/campaign.ts'
import { jobStates, openJobStates } from '#shared/states/job.ts'
import { mayMove } from '#shared/states/table.ts'
import { upgradeable } from '#shared/states/verification.ts'
import type { PlatformContext } from '../context.ts'
import type { DeviceService } from '../devices/devices.ts'
import type { Presence } from '../devices/presence.ts'
import type { ProductService } from '../devices/products.ts'
import type { PackageService } from '../packages/packages.ts'
import { containing, cursorId, isoTime, isoTimeOrNull, type Page, type PageRequest, toPage } from '../store/page.ts'
import { campaigns, packages, products } from '../store/schema.ts'
import { checkDelivery, checkOffering } from './delivery.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { CampaignEngine } from './engine.ts'
import type { JobStore } from './job-store.ts'
import type { JobViews } from './job-views.ts'
import { countTargets, insertJobs, type Target } from './targeting.ts'

export interface CampaignFilter extends PageRequest {
  readonly status?: CampaignStatus | undefined
  readonly packageId?: number | undefined
  readonly q?: string | undefined
}

/** Jobs moved in one transaction while a whole campaign is cancelled or retried. */
const BATCH = 500

export type CampaignService = ReturnType<typeof createCampaignService>

/** Campaigns as a person handles them. */
export const createCampaignService = (
  { store, events, clock, logger }: PlatformContext,
  rooms: {
    readonly products: ProductService
    readonly packages: PackageService
    readonly devices: DeviceService
    readonly presence: Presence
    readonly jobs: JobStore
    readonly views: JobViews
    readonly engine: CampaignEngine
    readonly dispatcher: Dispatcher
    /** Whether devices can fetch by https. */
    readonly httpsServed: () => boolean
  },
) => {
  const { db } = store

  const select = () =>
    db
      .select({
        campaign: campaigns,
        packageName: packages.name,
        module: packages.module,
        toVersion: packages.version,
        productId: products.id,
        productName: products.name,
      })
      .from(campaigns)
      .innerJoin(packages, eq(packages.id, campaigns.packageId))
      .innerJoin(products, eq(products.id, packages.productId))
  type Row = ReturnType<ReturnType<typeof select>['all']>[number]

  const view = ({ campaign: { hints, ...campaign }, ...facts }: Row): Campaign => ({
    ...campaign,
    ...facts,
    counts: Object.fromEntries(jobStates.map((state) => [state, campaign[state]])) as Campaign['counts'],
    retry: hints?.retry ?? null,
    conditions: hints?.conditions ?? null,
    createdAt: isoTime(campaign.createdAt),
    startedAt: isoTimeOrNull(campaign.startedAt),
    finishedAt: isoTimeOrNull(campaign.finishedAt),
  })

  const get = (id: number): Campaign => {
    const found = select().where(eq(campaigns.id, id)).get()
    if (!found) throw new DomainError('NOT_FOUND', { what: 'campaign', id })
    return view(found)
  }

  /** @throws NOT_FOUND (package, a chosen device), INVALID_FIELD when scope and devices do not fit. */
  const resolve = (input: z.output<typeof CampaignTarget>): Target => {
    const pack = rooms.packages.row(input.packageId)
    const deviceIds = input.deviceIds ?? []
    if (input.scope === 'devices' && deviceIds.length === 0)
      throw new DomainError('INVALID_FIELD', { field: 'deviceIds', rule: '1-100000' })
    // Whoever names devices means these: without the scope it would be all of them.
    if (input.scope === 'all' && deviceIds.length > 0)
      throw new DomainError('INVALID_FIELD', { field: 'scope', rule: 'devices' })
    const stranger = rooms.devices.strangerOf(pack.productId, deviceIds)
    if (stranger !== undefined) throw new DomainError('NOT_FOUND', { what: 'device', id: stranger })
    return {
      productId: pack.productId,
      module: pack.module,
      toVersion: pack.version,
      scope: input.scope,
      fromVersions: input.fromVersions ?? [],
      deviceIds,
    }
  }

  /** What devices are to heed by themselves. @throws INVALID_FIELD where the product's protocol cannot tell them. */
  const hintsOf = ({ packageId, retry, conditions }: z.output<typeof CampaignInput>): CampaignHints | null => {
    if (!retry && !conditions) return null
    const { protocol } = rooms.products.row(rooms.packages.row(packageId).productId)
    if (!protocolFeatures[protocol].hints)
      throw new DomainError('INVALID_FIELD', { field: retry ? 'retry' : 'conditions', rule: rules.hints.en })
    return { ...(retry && { retry }), ...(conditions && { conditions }) }
  }

  /** Moves a campaign on. @throws NOT_FOUND, ILLEGAL_MOVE. */
  const move = async (id: number, to: CampaignStatus): Promise<void> => {
    await store.write(() => {
      const { status } = rooms.engine.campaignRow(id)
      if (!mayMove(campaignTransitions, status, to)) throw new DomainError('ILLEGAL_MOVE', { from: status, to })
      rooms.engine.setStatus(id, to, to === 'cancelled' ? { finishedAt: clock.now() } : {})
    })
  }

  /** Applies a person's signal to every job of a campaign in some states, batch by batch. @returns ids of those that moved. */
  const forEachJob = async (id: number, states: readonly string[], kind: 'cancel' | 'retry'): Promise<number[]> => {
    const moved: number[] = []
    for (let after = 0; ; ) {
      const batch = rooms.jobs.idsFrom(id, states, after, BATCH)
      const last = batch.at(-1)
      if (!last) return moved
      after = last.id
      // One by one within the batch: a device that is busy elsewhere cannot be retried, the others can.
      const outcome = await Promise.allSettled(batch.map((job) => rooms.engine.command(job.id, { kind })))
      outcome.forEach((result, n) => {
        const job = batch[n]
        if (result.status === 'fulfilled' && job) moved.push(job.id)
        else logger.debug({ jobId: job?.id, kind }, 'a job was left as it is')
      })
    }
  }

  return {
    get,

    list(filter: CampaignFilter): Page<Campaign> {
      const before = cursorId(filter.cursor)
      const conditions: (SQL | undefined)[] = [
        before === undefined ? undefined : lt(campaigns.id, before),
        filter.status === undefined ? undefined : eq(campaigns.status, filter.status),
        filter.packageId === undefined ? undefined : eq(campaigns.packageId, filter.packageId),
        filter.q ? sql`${campaigns.name} LIKE ${containing(filter.q)} ESCAPE '\\'` : undefined,
      ]
      const rows = select()
        .where(and(...conditions))
        .orderBy(desc(campaigns.id))
        .limit(filter.limit + 1)
        .all()
      return toPage(
        rows.map((row) => ({ ...row, id: row.campaign.id })),
        filter.limit,
        ({ id: _, ...row }) => view(row),
      )
    },

    /** Snapshots of those that still exist, for live events. */
    snapshots: (ids: readonly number[]): Campaign[] =>
      ids.length === 0
        ? []
        : select()
            .where(sql`${campaigns.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
            .all()
            .map(view),

    /** How many devices a campaign would reach and why others not; nothing is changed. */
    preview(input: z.output<typeof CampaignTarget>): CampaignPreview {
      const target = resolve(input)
      const counted = new Map(
        countTargets(store.sql, target, rooms.presence.ids()).map((count) => [count.outcome, count]),
      )
      const devices = (outcome: 'match' | 'target' | 'busy' | 'version'): number => counted.get(outcome)?.devices ?? 0
      return {
        matching: devices('match'),
        online: counted.get('match')?.online ?? 0,
        alreadyOnTarget: devices('target'),
        otherJobOpen: devices('busy'),
        versionNotSelected: devices('version'),
        versions: rooms.devices.versions(target.productId, target.module),
      }
    },

    /**
     * Creates a campaign with its jobs and starts it.
     * @throws NOT_FOUND, NOT_VERIFIED (upgrade of an unverified package), NO_DEVICE_MATCHES, INVALID_FIELD, ASKING_UNKNOWN, POLICY_UNKNOWN, MQTT_DOWNLOAD_*.
     */
    async create(input: z.output<typeof CampaignInput>): Promise<Campaign> {
      const id = await store.write(() => {
        const target = resolve(input)
        const pack = rooms.packages.row(input.packageId)
        if (input.kind === 'upgrade' && !(upgradeable as readonly string[]).includes(pack.verification))
          throw new DomainError('NOT_VERIFIED', { package: pack.name })
        const { protocol } = rooms.products.row(pack.productId)
        checkOffering(protocol, input)
        checkDelivery({
          protocol,
          by: input.protocol,
          httpsServed: rooms.httpsServed(),
          files: rooms.packages.files(pack.id),
        })
        if (input.kind === 'verify' && input.scope !== 'devices')
          throw new DomainError('INVALID_FIELD', { field: 'scope', rule: 'devices' })
        const now = clock.now()
        const made = db
          .insert(campaigns)
          .values({
            packageId: input.packageId,
            name: input.name,
            kind: input.kind,
            scope: input.scope,
            fromVersions: input.fromVersions ?? [],
            mode: input.mode,
            strategy: input.strategy,
            protocol: input.protocol,
            push: input.push,
            policy: input.policy,
            tags: input.tags ?? {},
            hints: hintsOf(input),
            status: 'running',
            createdAt: now,
            startedAt: now,
          })
          .returning({ id: campaigns.id })
          .get()
        if (insertJobs(store.sql, made.id, target, now) === 0) throw new DomainError('NO_DEVICE_MATCHES')
        store.sql
          .prepare(`
          UPDATE campaigns SET (pending, skipped) =
            (SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'skipped') FROM jobs WHERE campaign_id = :id)
          WHERE id = :id`)
          .run({ id: made.id })
        if (input.kind === 'verify' && rooms.packages.setVerification(input.packageId, 'verifying'))
          events.emit('package', input.packageId)
        const row = rooms.engine.campaignRow(made.id)
        if (row.pending === 0) rooms.engine.finish(row)
        return made.id
      })
      events.emit('campaign', id)
      void rooms.dispatcher.offerCampaign(id)
      return get(id)
    },

    /** Nothing new is offered. */
    async pause(id: number): Promise<Campaign> {
      await move(id, 'paused')
      return get(id)
    },

    async resume(id: number): Promise<Campaign> {
      if (rooms.engine.campaignRow(id).status === 'finished')
        throw new DomainError('ILLEGAL_MOVE', { from: 'finished', to: 'running' })
      await move(id, 'running')
      void rooms.dispatcher.offerCampaign(id)
      return get(id)
    },

    /** Cancels every open job. A device that has the file already may still install it; its version then says so. */
    async cancel(id: number): Promise<Campaign> {
      await move(id, 'cancelled')
      await forEachJob(id, openJobStates, 'cancel')
      return get(id)
    },

    /** After a crash: a cancelled campaign whose jobs were not all reached. */
    async finishCancellations(): Promise<void> {
      const half = store.sql
        .prepare<[], { id: number }>(
          `SELECT id FROM campaigns WHERE status = 'cancelled' AND ${openJobStates.join(' + ')} > 0`,
        )
        .all()
      for (const { id } of half) await forEachJob(id, openJobStates, 'cancel')
    },

    /** Retries what failed, where the device is free. */
    async retryFailed(id: number): Promise<{ retried: number }> {
      if (rooms.engine.campaignRow(id).status === 'cancelled')
        throw new DomainError('ILLEGAL_MOVE', { from: 'cancelled', to: 'running' })
      const moved = await forEachJob(id, ['failed'], 'retry')
      if (moved.length > 0) void rooms.dispatcher.offerCampaign(id)
      return { retried: moved.length }
    },

    async retryJob(id: number): Promise<Job> {
      await rooms.engine.command(id, { kind: 'retry' })
      void rooms.dispatcher.offer(id)
      return rooms.views.get(id)
    },

    async cancelJob(id: number): Promise<Job> {
      await rooms.engine.command(id, { kind: 'cancel' })
      return rooms.views.get(id)
    },
  }
}
