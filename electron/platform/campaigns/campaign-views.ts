import { and, asc, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import { type Campaign, type CampaignGroup, type JobCounts, shownOptions } from '#shared/schema.ts'
import type { CampaignStatus } from '#shared/states/campaign.ts'
import { jobStates } from '#shared/states/job.ts'
import {
  containing,
  cursorId,
  isoTime,
  isoTimeOrNull,
  type Page,
  type PageRequest,
  toPage,
} from '../store/pagination.ts'
import { campaignGroups, campaigns, packages, products } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Decision } from './policy/rollout-policy.ts'
import type { CampaignRow, GroupRow, RolloutStore } from './rollout-store.ts'

interface CampaignFilter extends PageRequest {
  readonly status?: CampaignStatus | undefined
  readonly packageId?: number | undefined
  readonly q?: string | undefined
}

const countsOf = (row: Readonly<JobCounts>): JobCounts =>
  Object.fromEntries(jobStates.map((state) => [state, row[state]])) as JobCounts

const groupView = (group: GroupRow): CampaignGroup => {
  const { name, successPercent, proceed, status, openedAt } = group
  const counts = countsOf(group)
  return {
    name,
    kind: successPercent === null ? 'rest' : 'group',
    size: Object.values(counts).reduce((sum, count) => sum + count, 0),
    successPercent,
    proceed,
    status,
    openedAt: isoTimeOrNull(openedAt),
    counts,
  }
}

/** Campaigns in the form of the API. */
export const createCampaignViews = (
  { db, sql: raw }: Store,
  deps: { readonly rolloutStore: RolloutStore; readonly hasReady: (campaignId: number) => boolean },
) => {
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

  const isIn = (column: typeof campaigns.id | typeof campaignGroups.campaignId, ids: readonly number[]): SQL =>
    sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`

  /** Groups of each campaign, in order, queried once per page. */
  const groupsOf = (rows: readonly Row[]): Map<number, GroupRow[]> => {
    const found = db
      .select()
      .from(campaignGroups)
      .where(
        isIn(
          campaignGroups.campaignId,
          rows.map(({ campaign }) => campaign.id),
        ),
      )
      .orderBy(asc(campaignGroups.campaignId), asc(campaignGroups.position))
      .all()
    return Map.groupBy(found, ({ campaignId }) => campaignId)
  }

  const deltaOfWaiting = raw.prepare<[number, number]>(`
    SELECT 1 FROM diffs d JOIN jobs j ON j.campaign_id = ? AND j.state = 'pending' AND j.from_version = d.from_version
    WHERE d.package_id = ? AND d.status IN ('queued', 'running') LIMIT 1`)
  /** Whether a delta for some of its devices is still being generated. */
  const waitsForDelta = ({ id, packageId, mode }: CampaignRow): boolean =>
    mode !== 'full' && deltaOfWaiting.get(id, packageId) !== undefined

  /** A running campaign that may notify devices and has pending jobs, but none that is ready, waits for deltas or for devices. */
  const waitsFor = (campaign: CampaignRow, groups: readonly GroupRow[], decision: Decision): Campaign['waitsFor'] => {
    if (decision.waitsFor || decision.status !== 'running') return decision.waitsFor
    const left = groups.reduce((sum, { pending, retrying }) => sum + pending - retrying, 0)
    if (left === 0 || deps.hasReady(campaign.id)) return null
    return waitsForDelta(campaign) ? 'diff' : 'devices'
  }

  const view = ({ campaign, ...facts }: Row, groups: readonly GroupRow[]): Campaign => {
    const decision = deps.rolloutStore.look(campaign, groups)
    const { id, packageId, name, status } = campaign
    return {
      ...facts,
      ...{ id, packageId, name, status },
      ...shownOptions(campaign.definition),
      startAt: isoTimeOrNull(campaign.startAt),
      groups: groups.map(groupView),
      waitsFor: waitsFor(campaign, groups, decision),
      nextAt: isoTimeOrNull(decision.nextAt),
      bytesServed: campaign.bytesServed,
      bytesSaved: campaign.bytesSaved,
      counts: countsOf(campaign),
      createdAt: isoTime(campaign.createdAt),
      startedAt: isoTimeOrNull(campaign.startedAt),
      finishedAt: isoTimeOrNull(campaign.finishedAt),
    }
  }

  const views = (rows: readonly Row[]): Campaign[] => {
    const groups = groupsOf(rows)
    return rows.map((row) => view(row, groups.get(row.campaign.id) ?? []))
  }

  return {
    /** @throws NOT_FOUND. */
    get(id: number): Campaign {
      const [found] = views(select().where(eq(campaigns.id, id)).all())
      if (!found) throw new DomainError('NOT_FOUND', { what: 'campaign', id })
      return found
    },

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
      const groups = groupsOf(rows)
      return toPage(
        rows.map((row) => ({ ...row, id: row.campaign.id })),
        filter.limit,
        ({ id, ...row }) => view(row, groups.get(id) ?? []),
      )
    },

    /** Snapshots of the campaigns that still exist, for live events. */
    snapshots: (ids: readonly number[]): Campaign[] =>
      ids.length === 0 ? [] : views(select().where(isIn(campaigns.id, ids)).all()),
  }
}

export type CampaignViews = ReturnType<typeof createCampaignViews>
