import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { createRowCache } from '../store/row-cache.ts'
import { campaignGroups, campaigns } from '../store/schema.ts'
import type { InFlightNotices, WakeUps } from './delivery/in-flight-notices.ts'
import type { JobRow, JobStore } from './jobs/job-store.ts'
import { afterLateProof } from './policy/late-success.ts'
import { take } from './policy/rate-limit.ts'
import { type Decision, decide, goOn, type RolloutPlan, type RolloutState } from './policy/rollout-policy.ts'

export type CampaignRow = typeof campaigns.$inferSelect
export type GroupRow = typeof campaignGroups.$inferSelect

/** Automatic actions of a campaign, for the audit log. */
interface CampaignAct {
  readonly action: 'campaigns.halted' | 'campaigns.healed' | 'campaigns.groupOpened'
  readonly subject: string
  readonly detail: Readonly<Record<string, string | number>>
}

/** Campaigns that are remembered, at least. */
const REMEMBERED = 64

export type RolloutStore = ReturnType<typeof createRolloutStore>

/** The I/O around the pure policy: reads the state of a campaign, calls `decide`, and stores the result. */
export const createRolloutStore = (
  { store, events, clock }: PlatformContext,
  deps: {
    readonly jobs: JobStore
    readonly inFlight: InFlightNotices
    readonly wakeUps: WakeUps
    /** Writes automatic actions of a campaign to the audit log. */
    readonly audit: { append(entry: CampaignAct): void }
    readonly zone: string
  },
) => {
  const { db } = store
  // Queried at every change of every job, so prepared once.
  const rowById = db
    .select()
    .from(campaigns)
    .where(eq(campaigns.id, sql.placeholder('id')))
    .prepare()
  const groupsOf = db
    .select()
    .from(campaignGroups)
    .where(eq(campaignGroups.campaignId, sql.placeholder('id')))
    .orderBy(asc(campaignGroups.position))
    .prepare()
  const putDecision = store.sql.prepare(`
    UPDATE campaigns SET status = :status, started_at = :startedAt, finished_at = :finishedAt, base_ended = :baseEnded,
      base_failed = :baseFailed, halt = :halt, rate_tokens = :rateTokens, rate_at = :rateAt, wake_at = :wakeAt WHERE id = :id`)
  const putGroup = store.sql.prepare(
    'UPDATE campaign_groups SET status = :status, opened_at = :openedAt WHERE campaign_id = :id AND position = :position',
  )

  // Asked for at every change of every job; most change no campaign. Null, as undefined is what is not known.
  const known = createRowCache<CampaignRow | null>((id) => rowById.get({ id }) ?? null, REMEMBERED)
  const knownGroups = createRowCache<readonly GroupRow[]>((id) => groupsOf.all({ id }), REMEMBERED)
  // Inserted, too: a campaign that was not there may be created under that id.
  store.watch({ table: 'campaigns', on: ['insert', 'update', 'delete'], keys: ['id'] }, known.forget)
  store.watch(
    { table: 'campaign_groups', on: ['insert', 'update', 'delete'], keys: ['campaign_id'] },
    knownGroups.forget,
  )
  store.onUndo(known.clear)
  store.onUndo(knownGroups.clear)

  const row = (id: number): CampaignRow => {
    const found = known.get(id)
    if (!found) throw new DomainError('NOT_FOUND', { what: 'campaign', id })
    return found
  }

  const planOf = ({ startAt, definition }: CampaignRow): RolloutPlan => ({ ...definition, startAt })

  const stateOf = (campaign: CampaignRow, groups: readonly GroupRow[]): RolloutState => ({
    status: campaign.status,
    making: campaign.making !== null,
    joining: campaign.joining,
    groups: groups.map((group) => ({ ...group, counts: group })),
    bucket:
      campaign.rateTokens === null || campaign.rateAt === null
        ? undefined
        : { tokens: campaign.rateTokens, at: campaign.rateAt },
    base: { ended: campaign.baseEnded, failed: campaign.baseFailed },
    halt: campaign.halt,
    sending: deps.inFlight.placesOf(campaign.id),
    retryAt: groups.some(({ retrying }) => retrying > 0) ? deps.jobs.firstRetry(campaign.id) : null,
  })

  const decideFor = (campaign: CampaignRow, groups: readonly GroupRow[]): Decision =>
    decide(planOf(campaign), stateOf(campaign, groups), clock.now(), deps.zone)

  const put = (campaign: CampaignRow, groups: readonly GroupRow[], decision: Decision): void => {
    const { id } = campaign
    const { status, base, halt, bucket, wakeAt } = decision
    const now = clock.now()
    const next = {
      id,
      status,
      startedAt: campaign.startedAt ?? (status === 'running' ? now : null),
      finishedAt:
        status === 'finished' ? (campaign.finishedAt ?? now) : status === 'cancelled' ? campaign.finishedAt : null,
      baseEnded: base.ended,
      baseFailed: base.failed,
      // The bucket is kept while it decides nothing: a pause, or an end that a later device undoes, brings no new tokens.
      rateTokens: bucket?.tokens ?? campaign.rateTokens,
      rateAt: bucket?.at ?? campaign.rateAt,
      wakeAt,
    }
    const seen = (Object.keys(next) as (keyof typeof next)[]).filter((key) => next[key] !== campaign[key])
    if (seen.length > 0 || halt !== campaign.halt)
      putDecision.run({ ...next, halt: halt === null ? null : JSON.stringify(halt) })
    let turned = false
    decision.groups.forEach(({ status: groupStatus, openedAt }, position) => {
      const before = groups[position]
      if (before?.status === groupStatus && before.openedAt === openedAt) return
      putGroup.run({ id, position, status: groupStatus, openedAt })
      turned = true
    })
    note(campaign, groups, decision)
    if (wakeAt !== null) deps.wakeUps.dueAt(wakeAt)
    if (turned || seen.some((key) => key !== 'rateTokens' && key !== 'rateAt')) events.emit('campaign', id)
    // A group that opens and a campaign that starts have devices to notify.
    if (turned || (status === 'running' && campaign.status !== 'running')) deps.wakeUps.campaignOpened(id)
  }

  /** Halts and opened groups change what happens to devices, so the audit log must name who did it. */
  const note = (campaign: CampaignRow, groups: readonly GroupRow[], decision: Decision): void => {
    const subject = `${campaign.name} #${campaign.id}`
    const numbered = (position: number) => ({
      group: position + 1,
      ...(groups[position]?.name && { name: groups[position].name }),
    })
    if (decision.status === 'halted' && campaign.status !== 'halted') {
      const at = decision.groups.findLastIndex(({ status }) => status === 'failed')
      const { succeeded, failed } = campaign
      const of = at >= 0 && at === decision.upTo ? numbered(at) : {}
      deps.audit.append({ action: 'campaigns.halted', subject, detail: { ...of, succeeded, failed } })
    }
    decision.groups.forEach(({ openedAt }, position) => {
      // The first group opens with the campaign itself.
      if (position > 0 && openedAt !== null && groups[position]?.openedAt === null)
        deps.audit.append({ action: 'campaigns.groupOpened', subject, detail: numbered(position) })
    })
  }

  const nameOfDevice = store.sql.prepare<[number], string>('SELECT name FROM devices WHERE id = ?').pluck()

  /** Records that a late success has undone what only the failure had caused. */
  const noteHealed = (campaign: CampaignRow, job: JobRow): void =>
    deps.audit.append({
      action: 'campaigns.healed',
      subject: `${campaign.name} #${campaign.id}`,
      detail: {
        device: nameOfDevice.get(job.deviceId) ?? job.deviceId,
        succeeded: campaign.succeeded,
        failed: campaign.failed,
      },
    })

  const settle = (id: number): Decision => {
    const campaign = row(id)
    const groups = knownGroups.get(id)
    const decision = decideFor(campaign, groups)
    put(campaign, groups, decision)
    return decision
  }

  return {
    row,
    groups: (id: number): readonly GroupRow[] => knownGroups.get(id),
    planOf,

    /** The state of a campaign; changes nothing. */
    look: (campaign: CampaignRow, groups: readonly GroupRow[]): Decision => decideFor(campaign, groups),

    /** Evaluates and stores the current state of a campaign; call within `store.write`. */
    settle,

    /**
     * A job that counted as failed has succeeded late: undoes what only that failure had caused, if no operator has acted on the
     * campaign since. Call within `store.write`, with the job as it was, and then settle.
     */
    provenLate(job: JobRow): void {
      const campaign = row(job.campaignId)
      const { id } = campaign
      const state = stateOf(campaign, knownGroups.get(id))
      const proof = { group: job.groupIndex, failedAt: job.finishedAt ?? 0 }
      const healed = afterLateProof(planOf(campaign), state, proof, clock.now(), deps.zone)
      if (healed === state) return
      db.update(campaigns).set({ status: healed.status, halt: healed.halt }).where(eq(campaigns.id, id)).run()
      const anew = healed.groups.flatMap(({ status }, position) =>
        status === state.groups[position]?.status ? [] : [{ status, position }],
      )
      for (const { status, position } of anew)
        db.update(campaignGroups)
          .set({ status })
          .where(and(eq(campaignGroups.campaignId, id), eq(campaignGroups.position, position)))
          .run()
      if (healed.status !== state.status || anew.length > 0) noteHealed(campaign, job)
      if (healed.status !== state.status) deps.wakeUps.campaignOpened(id)
    },

    /** An operator has acted on the campaign, so its automatic actions are no longer undone automatically. Call within `store.write`. */
    touched: (id: number): void =>
      void db
        .update(campaigns)
        .set({ halt: null })
        .where(and(eq(campaigns.id, id), isNotNull(campaigns.halt)))
        .run(),

    /** Ids of the running campaigns whose devices download their files that way. */
    runningBy: (transport: CampaignRow['transport']): number[] =>
      db
        .select({ id: campaigns.id })
        .from(campaigns)
        .where(and(eq(campaigns.status, 'running'), eq(campaigns.transport, transport)))
        .all()
        .map(({ id }) => id),

    /** The clock was set by `ms`: shifts the rate limits and evaluates due times again. Call within `store.write`. */
    timeSet(ms: number): void {
      store.sql.prepare('UPDATE campaigns SET rate_at = rate_at + ? WHERE rate_at IS NOT NULL').run(ms)
      const open = db
        .select({ id: campaigns.id })
        .from(campaigns)
        .where(inArray(campaigns.status, [...openCampaignStatuses]))
      for (const { id } of open.all()) settle(id)
    },

    /** Takes up to `wanted` places, and tokens of the rate limit with them; call within `store.write`. @returns how many, and in which groups. */
    take(id: number, wanted: number): { readonly granted: number; readonly upTo: number } {
      const { allowed, upTo, bucket } = settle(id)
      const granted = Math.min(allowed, wanted)
      if (granted > 0 && bucket) {
        const { tokens, at } = take(bucket, granted)
        db.update(campaigns).set({ rateTokens: tokens, rateAt: at }).where(eq(campaigns.id, id)).run()
      }
      return { granted, upTo }
    },

    /** Whether the job may begin now; takes nothing. */
    mayBegin(job: JobRow): boolean {
      if (job.retryAt !== null) return false
      const { allowed, upTo } = decideFor(row(job.campaignId), knownGroups.get(job.campaignId))
      return allowed > 0 && job.groupIndex <= upTo
    },

    /** An operator resumes after a halt, or releases the next group; call within `store.write`. */
    goOn(id: number): void {
      const campaign = row(id)
      const { groups, base } = goOn(stateOf(campaign, knownGroups.get(id)), clock.now())
      db.update(campaigns)
        .set({ status: 'running', baseEnded: base.ended, baseFailed: base.failed, halt: null })
        .where(eq(campaigns.id, id))
        .run()
      groups.forEach(({ status, openedAt }, position) => {
        db.update(campaignGroups)
          .set({ status, openedAt })
          .where(and(eq(campaignGroups.campaignId, id), eq(campaignGroups.position, position)))
          .run()
      })
      settle(id)
    },

    /** Whether any limit applies to the campaign, so that a job that ends makes room for another. */
    isLimited: (campaign: CampaignRow): boolean => campaign.definition.rate !== undefined,
  }
}
