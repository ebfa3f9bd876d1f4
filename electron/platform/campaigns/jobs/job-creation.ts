import type Database from 'better-sqlite3'
import { eq } from 'drizzle-orm'
import type { PlatformContext } from '../../store/platform-context.ts'
import { type CampaignMaking, campaignDevices, campaigns } from '../../store/schema.ts'
import { type Classified, pacer, type Target, type Targeting } from '../audience/targeting.ts'
import type { CampaignEngine } from '../campaign-engine.ts'
import type { WakeUps } from '../delivery/in-flight-notices.ts'
import { groupOf } from '../policy/groups.ts'
import type { CampaignRow, RolloutStore } from '../rollout-store.ts'
import type { BulkCancel } from './bulk-cancel.ts'

const skips = {
  target: 'ALREADY_ON_TARGET',
  busy: 'OTHER_JOB_OPEN',
  version: 'FROM_VERSION_NOT_SELECTED',
  patch: 'NO_DIFF',
} as const

/** Pieces that wait for the store at a time, so that several share a sync and none waits for the one before. */
const AHEAD = 3

const countersOf = (sql: Database.Database, state: 'pending' | 'skipped') => ({
  campaign: sql.prepare(`UPDATE campaigns SET ${state} = ${state} + :by WHERE id = :id`),
  group: sql.prepare(
    `UPDATE campaign_groups SET ${state} = ${state} + :by WHERE campaign_id = :id AND position = :position`,
  ),
})

export type JobCreation = ReturnType<typeof createJobCreation>

/**
 * Creates the jobs of a campaign piece by piece, each in its own transaction; those of its first group are offered as they are created. The
 * position is stored with the campaign, so that a crash only interrupts the creation.
 */
export const createJobCreation = (
  { store, clock, events }: PlatformContext,
  deps: {
    readonly targeting: Targeting
    readonly bulkCancel: BulkCancel
    readonly engine: CampaignEngine
    readonly rolloutStore: RolloutStore
    readonly wakeUps: WakeUps
  },
) => {
  const insert = store.sql.prepare(`
    INSERT INTO jobs (campaign_id, device_id, module, from_version, to_version, state, error_code, description, finished_at, updated_at, entered_at, group_index)
    VALUES (:campaignId, :deviceId, :module, :version, :toVersion, :state, :errorCode, :description, :finishedAt, :now, :now, :groupIndex)`)
  const insertEvent = store.sql.prepare(
    `INSERT INTO job_events (job_id, at, state, what, detail, reason) VALUES (?, ?, 'skipped', 'skipped', ?, ?)`,
  )
  const counts = {
    pending: countersOf(store.sql, 'pending'),
    skipped: countersOf(store.sql, 'skipped'),
  }

  /** Adds created jobs to the counts of campaign and group. */
  const count = (id: number, state: 'pending' | 'skipped', position: number, by: number): void => {
    counts[state].campaign.run({ id, by })
    counts[state].group.run({ id, by, position })
  }

  /** Ends open jobs of other campaigns whose devices this campaign upgrades instead; call within `store.write`. */
  const takeOver = ({ name }: CampaignRow, devices: readonly Classified[]): void => {
    const taken = devices.flatMap(({ outcome, busyJobId }) =>
      outcome === 'match' && busyJobId !== null ? [busyJobId] : [],
    )
    if (taken.length > 0) deps.bulkCancel.these(taken, { reason: 'OVERWRITTEN', text: name })
  }

  /** Creates one job of a free device; call within `store.write`. */
  const insertJob = (
    campaign: CampaignRow,
    target: Target,
    device: Classified,
    groupIndex: number,
    now: number,
  ): { readonly id: number; readonly state: 'pending' | 'skipped' } => {
    const { outcome, deviceId, version, busyCampaign } = device
    const errorCode = outcome === 'match' || outcome === 'tag' ? null : skips[outcome]
    const state = errorCode === null ? 'pending' : 'skipped'
    const description =
      outcome === 'busy' ? busyCampaign : outcome === 'version' || outcome === 'patch' ? version : null
    const { lastInsertRowid } = insert.run({
      campaignId: campaign.id,
      deviceId,
      module: target.module,
      version,
      toVersion: target.toVersion,
      state,
      errorCode,
      description,
      finishedAt: state === 'skipped' ? now : null,
      now,
      groupIndex,
    })
    if (state === 'skipped') insertEvent.run(lastInsertRowid, now, description, errorCode)
    return { id: Number(lastInsertRowid), state }
  }

  /** Creates the next piece; call within `store.write`. @returns whether that was the last one. */
  const makePiece = (campaign: CampaignRow, making: CampaignMaking, target: Target, limit: number): boolean => {
    const ids = deps.targeting.idsAfter(target, making.afterId, limit)
    const now = clock.now()
    const { percent } = campaign.definition
    const rest = making.sizes.length - 1
    const made = { pending: new Map<number, number>(), skipped: new Map<number, number>() }
    const wanted: { readonly device: Classified; readonly group: number }[] = []
    let { matched } = making
    for (const device of deps.targeting.classify(target, ids)) {
      const isMatch = device.outcome === 'match'
      const group = isMatch ? groupOf(making, matched, percent) : rest
      if (isMatch) matched++
      // A device that is not selected gets no job, unless an operator named it.
      if (group === undefined || device.outcome === 'tag') continue
      if (device.outcome === 'version' && target.scope === 'all') continue
      wanted.push({ device, group })
    }
    takeOver(
      campaign,
      wanted.map(({ device }) => device),
    )
    const offered: { readonly id: number; readonly deviceId: number }[] = []
    for (const { device, group } of wanted) {
      const { id, state } = insertJob(campaign, target, device, group, now)
      if (state === 'pending' && group === 0) offered.push({ id, deviceId: device.deviceId })
      made[state].set(group, (made[state].get(group) ?? 0) + 1)
    }
    for (const state of ['pending', 'skipped'] as const)
      for (const [group, by] of made[state]) count(campaign.id, state, group, by)
    const done = ids.length < limit
    const next = done ? null : { ...making, afterId: ids.at(-1) ?? making.afterId, matched }
    store.db.update(campaigns).set({ making: next }).where(eq(campaigns.id, campaign.id)).run()
    if (done) {
      forgetNamed(campaign.id)
      deps.rolloutStore.settle(campaign.id)
      if (campaign.kind === 'verify') deps.engine.settleVerification(campaign.packageId)
      // Devices that are absent may have to fail, and one may have begun to listen meanwhile.
      deps.wakeUps.campaignOpened(campaign.id)
    } else deps.wakeUps.jobsMade(campaign.id, offered)
    return done
  }

  const forgetNamed = (id: number): void =>
    void store.db.delete(campaignDevices).where(eq(campaignDevices.campaignId, id)).run()

  return {
    takeOver,
    insertJob,
    count,
    /** Creates the first piece, in the transaction that creates the campaign. */
    begin: (campaign: CampaignRow, target: Target): boolean =>
      campaign.making === null || makePiece(campaign, campaign.making, target, pacer().size),

    /** Creates the remaining jobs. A campaign that was cancelled or deleted meanwhile gets no more jobs. */
    async finish(id: number, target: Target): Promise<void> {
      const pace = pacer()
      const next = (): Promise<boolean> =>
        store.write(() => {
          const campaign = store.db.select().from(campaigns).where(eq(campaigns.id, id)).get()
          if (!campaign?.making) return true
          if (campaign.status === 'cancelled') {
            forgetNamed(id)
            store.db.update(campaigns).set({ making: null }).where(eq(campaigns.id, id)).run()
            return true
          }
          const began = performance.now()
          const last = makePiece(campaign, campaign.making, target, pace.size)
          pace.took(performance.now() - began)
          return last
        })
      const waiting = Array.from({ length: AHEAD }, next)
      try {
        for (let done = false; !done; ) {
          done = (await waiting.shift()) ?? true
          if (!done) waiting.push(next())
        }
      } finally {
        // After a failure, as a full disk, the pieces that waited fail as well.
        await Promise.allSettled(waiting)
      }
      events.emit('campaign', id)
    },
  }
}
