import { and, asc, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { MeasuredValue, ValueDetail, ValueDetailQuery, ValueQuery, ValueSummary } from '#shared/schema.ts'
import { benchValues } from '../../platform/store/bench-tables.ts'
import { isoTime } from '../../platform/store/pagination.ts'
import type { BenchContext } from './bench-context.ts'
import { barsOf, type Reading, spreadOf } from './value-statistics.ts'

/** Readings of a value that count, the latest ones: more say nothing new, and would hold the serving thread. */
const VALUES_MAX = 5000
const TREND_MAX = 500
const OUTLIERS_MAX = 50

type Scope = z.output<typeof ValueQuery>

/** What checks measured: the values of records, and their distribution. */
export const createValueStore = ({ store }: BenchContext) => {
  const { db } = store

  /** The names of a recipe's values: one step in the index for each. */
  const namesOf = (recipeId: number): string[] =>
    db
      .all<{ name: string }>(
        sql`WITH RECURSIVE found(name) AS (
          SELECT (SELECT min(name) FROM ${benchValues} WHERE recipe_id = ${recipeId})
          UNION ALL
          SELECT (SELECT min(name) FROM ${benchValues} WHERE recipe_id = ${recipeId} AND name > found.name)
          FROM found WHERE found.name IS NOT NULL
        ) SELECT name FROM found WHERE name IS NOT NULL`,
      )
      .map(({ name }) => name)

  /** The latest readings of a value, oldest first, and its unit and limits as the latest one had them; undefined without any. */
  const readingsOf = ({ recipeId, lineId, from, to }: Scope, name: string) => {
    const rows = db
      .select()
      .from(benchValues)
      .where(
        and(
          eq(benchValues.recipeId, recipeId),
          eq(benchValues.name, name),
          from === undefined ? undefined : gte(benchValues.finishedAt, Date.parse(from)),
          to === undefined ? undefined : lt(benchValues.finishedAt, Date.parse(to)),
          lineId === undefined ? undefined : eq(benchValues.lineId, lineId),
        ),
      )
      .orderBy(desc(benchValues.finishedAt))
      .limit(VALUES_MAX)
      .all()
      .reverse()
    const latest = rows.at(-1)
    if (!latest) return undefined
    const { unit, min, max } = latest
    const readings = rows.map(
      ({ recordId, finishedAt, value, good }): Reading => ({ recordId, at: finishedAt, value, good }),
    )
    return { look: { name, unit, min, max }, readings }
  }

  return {
    namesOf,

    /** The values of records, by the record's id. */
    ofRecords(ids: readonly number[]): Map<number, MeasuredValue[]> {
      const found = new Map<number, MeasuredValue[]>()
      if (ids.length === 0) return found
      const rows = db
        .select()
        .from(benchValues)
        .where(inArray(benchValues.recordId, [...ids]))
        .orderBy(asc(benchValues.recordId), asc(benchValues.position))
        .all()
      for (const { recordId, reading: text, name, value, unit, min, max, good } of rows) {
        const own = found.get(recordId) ?? []
        own.push({ name, text, value, unit, min, max, good })
        found.set(recordId, own)
      }
      return found
    },

    /** Every value of a recipe that was read in the period, by name. */
    async summaries(scope: Scope): Promise<ValueSummary[]> {
      const found: ValueSummary[] = []
      for (const name of namesOf(scope.recipeId)) {
        const read = readingsOf(scope, name)
        if (read) found.push({ ...read.look, ...spreadOf(read.readings, read.look) })
        await new Promise((resolve) => setImmediate(resolve))
      }
      return found
    },

    /** The distribution of one value. @throws NOT_FOUND: it was not read in the period. */
    detail({ name, ...scope }: z.output<typeof ValueDetailQuery>): ValueDetail {
      const read = readingsOf(scope, name)
      if (!read) throw new DomainError('NOT_FOUND', { what: 'measuredValue', id: name })
      const points = read.readings.flatMap(({ value, at, ...rest }) =>
        value === null ? [] : [{ ...rest, value, at: isoTime(at) }],
      )
      return {
        ...read.look,
        ...spreadOf(read.readings, read.look),
        bars: barsOf(points.map(({ value }) => value)),
        trend: points.slice(-TREND_MAX),
        outliers: points
          .filter(({ good }) => !good)
          .slice(-OUTLIERS_MAX)
          .reverse(),
      }
    },
  }
}

export type ValueStore = ReturnType<typeof createValueStore>
