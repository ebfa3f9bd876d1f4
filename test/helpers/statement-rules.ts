import type Database from 'better-sqlite3'

// What statements of a station may do, by SQLite's plan of each. `statement-watch.ts` holds every test to it.

/** Tables that grow with devices, jobs and units: reading one as a whole takes seconds once there are a million rows. */
const large = [
  'audit',
  'bench_records',
  'bench_runs',
  'bench_values',
  'device_tags',
  'device_versions',
  'devices',
  'job_events',
  'job_tokens',
  'jobs',
  'outbox',
]

/** Statements that read a large table as a whole, by a part of their text, and why they may. */
export const wholes: readonly (readonly [part: string, why: string])[] = [
  ['INSERT OR REPLACE INTO version_days', 'once a day, over an index that holds all it needs'],
  ['select count(*) from "devices"', 'the count of the overview, over an index'],
  ['(SELECT count(*) FROM device_versions v WHERE v.product_id', 'the devices of a module, over an index'],
  ['select "tag", count(*) from "device_tags"', 'all tags of a station, over an index'],
  ['(select "device_id" from "device_tags"', 'a list of devices by tag without a product, over an index'],
  ['(select "device_id" from "device_versions"', 'a list of devices by version without a product, over an index'],
  ['group by "bench_runs"."slot_id"', 'once at the start: the last run of each slot, over an index'],
  ['"bench_runs"."state" in (?, ?)', 'once at the start: the runs that a stop left open'],
]

/** Pages that are sorted, by a part of their text, and why they may be. */
export const sorted: readonly (readonly [part: string, why: string])[] = [
  ['count(*) OVER () AS n FROM jobs', 'the jobs of one device in one campaign'],
  ['where ("bench_records"."unit" = +? and "bench_records"."recipe_id"', 'the records of one unit'],
  ['from "bench_records" where "bench_records"."unit" = +?', 'the records of one unit'],
  ['from "bench_records" where "bench_records"."run_id" = +?', 'the attempts of one run'],
  ['FROM bench_records WHERE unit = +? ORDER BY id DESC', 'the records of one unit'],
]

/** As the lists above, for statements that only their own tests carry out. */
export const elsewhere: readonly (readonly [part: string, why: string])[] = [
  ['SELECT count(*) FROM devices', 'of an archive that a person is about to restore, over an index'],
  [
    'UPDATE jobs SET deadline_at = deadline_at + :ms',
    'once, after a restore: every open job gets the time it was away',
  ],
  ['from "job_tokens" where ("job_tokens"."job_id" = +? and "job_tokens"."attempt"', 'the tokens of one attempt'],
  ['from "bench_records" where ("bench_records"."unit" = +? and', 'the records of one unit'],
  ['delete from "bench_records" where "bench_records"."line_id"', 'when a person removes a line for practice'],
]

/** The steps in which SQLite carries out a statement. */
export const planOf = (sql: Database.Database, statement: string): readonly string[] => {
  const names = [...statement.matchAll(/[:@$](\w+)/g)].map(([, name]) => [name, null] as const)
  const places = (statement.replaceAll(/'[^']*'/g, '').match(/\?/g) ?? []).map(() => null)
  const explain = sql.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
  const rows = places.length > 0 ? explain.all(...places) : explain.all(Object.fromEntries(names))
  return rows.map(({ detail }) => detail)
}

/** The large table that a step reads as a whole. */
const wholeIn = (statement: string, plan: readonly string[]): string | undefined => {
  const aliases = new Map(
    large.flatMap((table) =>
      [...statement.matchAll(new RegExp(`\\b${table}"? (?:AS )?"?(\\w+)`, 'gi'))].map(
        ([, alias = '']) => [alias, table] as const,
      ),
    ),
  )
  for (const step of plan) {
    const name = /^SCAN (\w+)/.exec(step)?.[1] ?? ''
    const table = large.includes(name) ? name : aliases.get(name)
    if (table !== undefined && !step.includes('VIRTUAL')) return table
  }
  return undefined
}

const isSorted = (plan: readonly string[]): boolean =>
  plan.some((step) => step.includes('TEMP B-TREE FOR') && step.includes('ORDER BY'))

const complaintOf = (statement: string, plan: readonly string[]): string | undefined => {
  const table = wholeIn(statement, plan)
  // A page in the order of its ids ends at its limit.
  const ordered = /order by "(\w+)"\."id" (?:desc|asc) limit \+\?\s*$/i.exec(statement)?.[1]
  const isPage = ordered === table && !isSorted(plan)
  if (table !== undefined && !isPage) return `reads ${table} as a whole`
  const alias = /FROM json_each\([^)]*\) (?!WHERE)(\w+)/.exec(statement)?.[1]
  if (alias !== undefined && plan.findIndex((step) => step.startsWith(`SCAN ${alias} VIRTUAL TABLE`)) !== 0)
    return 'turns a list round'
  const isOfLarge = large.some((name) => new RegExp(`\\b${name}\\b`).test(statement))
  return isOfLarge && isSorted(plan) && /\blimit\b/i.test(statement) ? 'sorts a page' : undefined
}

/** What is wrong with a statement, and the part of its text by which it is allowed; undefined: nothing. */
export const judge = (
  statement: string,
  plan: readonly string[],
): { readonly complaint: string; readonly allowedBy: string | undefined } | undefined => {
  const complaint = complaintOf(statement, plan)
  const allowed = [...wholes, ...sorted, ...elsewhere].find(([part]) => statement.includes(part))
  return complaint === undefined ? undefined : { complaint, allowedBy: allowed?.[0] }
}
