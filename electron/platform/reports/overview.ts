import { and, count, eq, gte } from 'drizzle-orm'
import type { Overview } from '#shared/schema.ts'
import { openJobStates } from '#shared/states/job.ts'
import type { Presence } from '../devices/presence.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { campaigns, devices, jobs, packages, products } from '../store/schema.ts'

const DAY_MS = 86_400_000

/** Counts for the overview page; each call reads the store. */
export const createOverview =
  ({ store, clock }: Pick<PlatformContext, 'store' | 'clock'>, presence: Pick<Presence, 'count'>) =>
  (): Overview => {
    const { db } = store
    const rows = (table: typeof products | typeof devices | typeof packages): number =>
      db.select({ n: count() }).from(table).get()?.n ?? 0
    const ended = (state: 'succeeded' | 'failed'): number =>
      db
        .select({ n: count() })
        .from(jobs)
        .where(and(gte(jobs.finishedAt, clock.now() - DAY_MS), eq(jobs.state, state)))
        .get()?.n ?? 0
    const open = store.sql
      .prepare<[], { n: number | null }>(
        `SELECT sum(${openJobStates.join(' + ')}) AS n FROM campaigns WHERE status IN ('scheduled', 'running', 'paused', 'halted')`,
      )
      .get()
    return {
      devices: rows(devices),
      online: presence.count(),
      products: rows(products),
      packages: rows(packages),
      runningCampaigns: db.select({ n: count() }).from(campaigns).where(eq(campaigns.status, 'running')).get()?.n ?? 0,
      openJobs: open?.n ?? 0,
      succeeded24h: ended('succeeded'),
      failed24h: ended('failed'),
    }
  }
