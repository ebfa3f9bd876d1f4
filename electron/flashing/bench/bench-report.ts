import { and, asc, gt, gte, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { BenchReport, ReportQuery } from '#shared/schema.ts'
import type { Texts } from '#shared/texts/index.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../platform/reports/csv.ts'
import { benchRecords } from '../../platform/store/bench-tables.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { BenchContext } from './bench-context.ts'
import { type ReportRow, YieldCount } from './yield-count.ts'

/** Records read at once, so that a report over years does not block the serving thread. */
const READ_AT_ONCE = 500

type Query = z.output<typeof ReportQuery>

const columns = {
  id: benchRecords.id,
  runId: benchRecords.runId,
  unit: benchRecords.unit,
  state: benchRecords.state,
  errorCode: benchRecords.errorCode,
  first: benchRecords.first,
  startedAt: benchRecords.startedAt,
  finishedAt: benchRecords.finishedAt,
  lineId: benchRecords.lineId,
  lineName: benchRecords.lineName,
  recipeId: benchRecords.recipeId,
  recipeName: benchRecords.recipeName,
  operator: benchRecords.operator,
}

type Row = ReportRow & {
  readonly lineId: number | null
  readonly lineName: string
  readonly recipeId: number | null
  readonly recipeName: string
  readonly operator: string | null
}

/** The group of a record: an id where there is one, because names change. */
const groupOf = (row: Row, groupBy: Query['groupBy']): { key: string; name: string } => {
  switch (groupBy) {
    case 'line':
      return { key: String(row.lineId ?? ''), name: row.lineName }
    case 'recipe':
      return { key: String(row.recipeId ?? ''), name: row.recipeName }
    case 'operator':
      return { key: row.operator ?? '', name: row.operator ?? '' }
    case 'hour': {
      const hour = isoTime(row.finishedAt).replace(/:\d\d:\d\d\.\d+Z$/, ':00:00.000Z')
      return { key: hour, name: hour }
    }
  }
}

/** The bench's report, computed from its records. */
export const createReport = ({ store }: BenchContext) => {
  const { db } = store

  async function* rows({ from, to }: Query): AsyncGenerator<Row> {
    for (let after = 0; ; ) {
      const found = db
        .select(columns)
        .from(benchRecords)
        .where(
          and(
            gt(benchRecords.id, after),
            from === undefined ? undefined : gte(benchRecords.finishedAt, Date.parse(from)),
            to === undefined ? undefined : lt(benchRecords.finishedAt, Date.parse(to)),
          ),
        )
        .orderBy(asc(benchRecords.id))
        .limit(READ_AT_ONCE)
        .all()
      yield* found
      const last = found.at(-1)
      if (!last || found.length < READ_AT_ONCE) return
      after = last.id
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return async (query: Query): Promise<BenchReport> => {
    const total = new YieldCount()
    const groups = new Map<string, { name: string; tally: YieldCount }>()
    for await (const row of rows(query)) {
      total.add(row)
      const { key, name } = groupOf(row, query.groupBy)
      const group = groups.get(key) ?? { name, tally: new YieldCount() }
      group.name = name
      group.tally.add(row)
      groups.set(key, group)
    }
    const items = [...groups].map(([key, { name, tally }]) => ({ key, name, ...tally.numbers() }))
    return {
      from: query.from ?? null,
      to: query.to ?? null,
      groupBy: query.groupBy,
      total: total.numbers(),
      items:
        query.groupBy === 'hour'
          ? items.sort((left, right) => right.key.localeCompare(left.key))
          : items.sort((left, right) => left.name.localeCompare(right.name)),
    }
  }
}

/** The report as a table for spreadsheets, its heads in the order of the texts: a line a group, the total last. Yields are shares of 1. */
export const reportCsv = ({ groupBy, items, total }: BenchReport, t: Texts['benchReport']): string => {
  const line = (key: string, name: string, n: BenchReport['total']): string =>
    csvLine([
      key,
      name,
      n.started,
      n.passed,
      n.failed,
      n.refused,
      n.cancelled,
      n.units,
      n.yield,
      n.firstPassYield,
      n.unitsPerHour,
      n.cycleSecondsMedian,
      n.cycleSecondsP95,
      n.reasons.map(({ errorCode, runs }) => `${runs} × ${errorCode}`).join('; '),
    ])
  return [
    BYTE_ORDER_MARK,
    csvLine([groupBy, ...Object.values(t.columns)]),
    ...items.map(({ key, name, ...numbers }) => line(key, name, numbers)),
    line(t.total, '', total),
  ].join('')
}
