import { statSync } from 'node:fs'
import { join } from 'node:path'
import { count } from 'drizzle-orm'
import { openJobStates } from '#shared/states/job.ts'
import type { Clock } from '../platform/basics/clock.ts'
import type { PlatformEvents } from '../platform/basics/events.ts'
import type { Gates } from '../platform/connections/admission-controls.ts'
import type { Counts } from '../platform/metrics/counts.ts'
import { createMetrics, type Metrics, type Reading, type Source } from '../platform/metrics/registry.ts'
import type { Platform } from '../platform/platform.ts'
import { DATABASE, DATABASE_LOG } from '../platform/store/files.ts'
import { devices } from '../platform/store/schema.ts'
import type { Store } from '../platform/store/store.ts'
import { version } from '../version.ts'

interface Measured {
  readonly counts: Counts
  readonly gates: Gates
  readonly store: Store
  readonly platform: Pick<Platform, 'presence' | 'noticesInFlight' | 'sinks'>
  readonly clock: Pick<Clock, 'now'>
  /** The data directory. */
  readonly directory: string
}

/** The metrics of a station: what was counted, and what it has just now. */
export const createStationMetrics = (measured: Measured): Metrics => {
  const metrics = createMetrics()
  metrics.add(counted(measured.counts))
  metrics.add(present(measured))
  metrics.add(inStore(measured.store))
  metrics.add(sinks(measured))
  return metrics
}

/** Counts what only events tell. */
export const countEvents = (events: PlatformEvents, counts: Counts): void => {
  events.on('runEnded', (state) => counts.runs.add(state))
}

/** Counts the transactions of a store. */
export const countCommits = ({ commits }: Pick<Store, 'commits'>, counts: Counts): void =>
  commits.onCommit(({ seconds, writes, failed }) => {
    counts.commits.add(seconds)
    counts.writes += writes
    if (failed) counts.commitErrors += 1
  })

const counted =
  (counts: Counts): Source =>
  () => ({
    logins_total: counts.logins,
    device_connections_total: counts.connections,
    device_disconnections_total: counts.disconnections,
    refusals_total: counts.refusals,
    messages_received_total: counts.messages,
    reports_total: counts.reports,
    acknowledgement_seconds: counts.acknowledgements,
    downloads_total: counts.downloads,
    downloads_open: Math.max(0, counts.downloadsBegun - counts.downloadsEnded),
    download_bytes_total: counts.downloadBytes,
    store_commit_seconds: counts.commits,
    store_writes_total: counts.writes,
    store_errors_total: counts.commitErrors,
    bench_runs_total: counts.runs,
    bench_slots_busy: counts.slotsBusy,
  })

const present =
  ({ gates, store, platform, directory }: Measured): Source =>
  () => ({
    info: [{ labels: { version, node: process.versions.node }, value: 1 }],
    connections: (['devices', 'operators'] as const).flatMap((side) =>
      Object.entries(gates[side].counts).map(([state, value]) => ({ labels: { side, state }, value })),
    ),
    devices_online: platform.presence.count(),
    notices_in_flight: platform.noticesInFlight(),
    store_writes_waiting: store.commits.waiting,
    store_file_bytes: [
      { labels: { file: 'database' }, value: sizeOf(join(directory, DATABASE)) },
      { labels: { file: 'log' }, value: sizeOf(join(directory, DATABASE_LOG)) },
    ],
  })

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** At most twenty sinks, each by its number: names may be changed. */
const sinks =
  ({ platform, clock }: Measured): Source =>
  () => {
    const all = platform.sinks.list()
    const each = (value: (sink: (typeof all)[number]) => number): Reading =>
      all.map((sink) => ({ labels: { sink: String(sink.id), kind: sink.kind }, value: value(sink) }))
    return {
      sink_backlog: each(({ backlog }) => backlog),
      sink_backlog_seconds: each(({ backlogSince }) =>
        backlogSince === null ? 0 : Math.max(0, (clock.now() - Date.parse(backlogSince)) / 1000),
      ),
      sink_missed_total: each(({ missed }) => missed),
      sink_failing: each(({ lastError }) => (lastError === null ? 0 : 1)),
    }
  }

/** What the database counts; campaigns keep their own counts, so that no job is read. */
const inStore = ({ db, sql }: Pick<Store, 'db' | 'sql'>): Source => {
  const byStatus = (table: 'campaigns' | 'diffs') =>
    sql.prepare<[], { status: string; n: number }>(`SELECT status, count(*) AS n FROM ${table} GROUP BY status`)
  const campaigns = byStatus('campaigns')
  const deltas = byStatus('diffs')
  const jobs = sql.prepare<[], Record<string, number | null>>(
    `SELECT ${openJobStates.map((state) => `sum(${state}) AS ${state}`).join(', ')} FROM campaigns
     WHERE status IN ('scheduled', 'running', 'paused', 'halted')`,
  )
  const samples = (rows: readonly { readonly status: string; readonly n: number }[]): Reading =>
    rows.map(({ status, n }) => ({ labels: { status }, value: n }))
  return () => ({
    devices_registered: db.select({ n: count() }).from(devices).get()?.n ?? 0,
    campaigns: samples(campaigns.all()),
    deltas: samples(deltas.all()),
    jobs_open: Object.entries(jobs.get() ?? {}).map(([state, value]) => ({ labels: { state }, value: value ?? 0 })),
  })
}
