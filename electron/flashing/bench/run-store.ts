import { and, desc, eq, type InferSelectModel, inArray, lt, max, ne, or, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { FlashPhase } from '#shared/flashing.ts'
import type { MeasuredValue, RecordFilter, RunFilter, RunLogLine, Unit } from '#shared/schema.ts'
import { openRunStates, type RunState, runTransitions } from '#shared/states/run.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { benchRecords, benchRuns, benchSerials, benchValues } from '../../platform/store/bench-tables.ts'
import { containing, cursorId, isoTime } from '../../platform/store/pagination.ts'
import type { BenchContext } from './bench-context.ts'
import type { RunEnd } from './run-end.ts'
import { unitsNamed } from './unit-names.ts'

export type RunRow = InferSelectModel<typeof benchRuns>
export type RecordRow = InferSelectModel<typeof benchRecords>

export type RunStore = ReturnType<typeof createRunStore>

/** Runs, and the record of each attempt. */
export const createRunStore = ({ store, clock }: BenchContext) => {
  const { db } = store

  // Prepared once: they run for every slot as a line starts, while the first slots already write.
  const byId = db
    .select()
    .from(benchRuns)
    .where(eq(benchRuns.id, sql.placeholder('id')))
    .prepare()
  const notePhase = db
    .update(benchRuns)
    .set({ phase: sql`${sql.placeholder('phase')}` })
    .where(eq(benchRuns.id, sql.placeholder('id')))
    .prepare()
  const noteUnit = db
    .update(benchRuns)
    .set({ unit: sql`${sql.placeholder('unit')}`, chip: sql`${sql.placeholder('chip')}` })
    .where(eq(benchRuns.id, sql.placeholder('id')))
    .prepare()
  // Of the latest attempt that may have written: a unit that failed since it passed is not done.
  const latestOn = db
    .select({ at: benchRecords.finishedAt, state: benchRecords.state, version: benchRecords.recipeVersion })
    .from(benchRecords)
    .where(
      and(
        eq(benchRecords.unit, sql.placeholder('unit')),
        eq(benchRecords.recipeId, sql.placeholder('recipeId')),
        ne(benchRecords.state, 'refused'),
      ),
    )
    .orderBy(desc(benchRecords.id))
    .limit(1)
    .prepare()

  const row = (id: number): RunRow => {
    const found = byId.get({ id })
    if (!found) throw new DomainError('NOT_FOUND', { what: 'run', id })
    return found
  }

  /** Moves a run along its table; call within `store.write`. @throws ILLEGAL_MOVE. */
  const move = (id: number, to: RunState, values: Partial<RunRow>): RunRow => {
    const { state: from } = row(id)
    if (!mayMove(runTransitions, from, to)) throw new DomainError('ILLEGAL_MOVE', { of: 'run', from, to })
    return db
      .update(benchRuns)
      .set({ ...values, state: to })
      .where(eq(benchRuns.id, id))
      .returning()
      .get()
  }

  /** Whether this is the first recorded attempt at the unit by this recipe; without an identity, the first of the run. */
  const isFirst = ({ unit, recipeId, attempt }: RunRow): boolean => {
    if (unit === null || recipeId === null) return attempt === 1
    const before = and(
      eq(benchRecords.unit, unit),
      eq(benchRecords.recipeId, recipeId),
      inArray(benchRecords.state, ['passed', 'failed']),
    )
    return db.select({ id: benchRecords.id }).from(benchRecords).where(before).limit(1).get() === undefined
  }

  /** Ends a run and writes its record, in one transaction; call within `store.write`. */
  const finish = (
    id: number,
    end: RunEnd,
    log: readonly RunLogLine[],
    deviceId: number | null,
    values: readonly MeasuredValue[] = [],
  ): RunRow => {
    const now = clock.now()
    const { state, errorCode, errorData } = end
    const run = move(id, state, { errorCode, errorData, finishedAt: now, phase: null })
    const { id: _, state: _s, phase: _p, again: _a, createdAt: _c, startedAt, ...same } = run
    const record = db
      .insert(benchRecords)
      .values({
        ...same,
        state,
        runId: id,
        first: isFirst(run),
        startedAt: startedAt ?? now,
        finishedAt: now,
        deviceId,
        log,
      })
      .returning({ id: benchRecords.id })
      .get()
    if (values.length > 0)
      db.insert(benchValues)
        .values(
          values.map(({ text, ...value }, position) => ({
            ...value,
            reading: text,
            recordId: record.id,
            position,
            recipeId: run.recipeId,
            lineId: run.lineId,
            finishedAt: now,
          })),
        )
        .run()
    return run
  }

  const search = (q: string | undefined, table: typeof benchRuns | typeof benchRecords) =>
    q
      ? or(
          sql`${table.unit} LIKE ${containing(q)} ESCAPE '\\'`,
          sql`${table.serial} LIKE ${containing(q)} ESCAPE '\\'`,
          sql`${table.unit} IN ${unitsNamed(q)}`,
        )
      : undefined

  return {
    row,
    move,
    finish,

    find: (ids: readonly number[]): RunRow[] =>
      ids.length === 0
        ? []
        : db
            .select()
            .from(benchRuns)
            .where(sql`${benchRuns.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
            .all(),

    insert: (values: Omit<typeof benchRuns.$inferInsert, 'state' | 'errorData' | 'createdAt'>): RunRow =>
      db
        .insert(benchRuns)
        .values({ ...values, state: 'waiting', errorData: {}, createdAt: clock.now() })
        .returning()
        .get(),

    /** Updates a run; call within `store.write`. @throws NOT_FOUND. */
    update(id: number, values: Partial<RunRow>): RunRow {
      row(id)
      return db.update(benchRuns).set(values).where(eq(benchRuns.id, id)).returning().get()
    },

    /** Notes the phase of a running run. */
    notePhase: (id: number, phase: FlashPhase): Promise<void> => store.write(() => void notePhase.run({ id, phase })),

    /** Notes the unit of a running run. */
    noteUnit: (id: number, { id: unit, chip }: Pick<Unit, 'id' | 'chip'>): Promise<void> =>
      store.write(() => void noteUnit.run({ id, unit, chip })),

    /** The latest run of each slot. */
    latestOfSlots(): Map<number, RunRow> {
      const newest = db
        .select({ id: max(benchRuns.id) })
        .from(benchRuns)
        .groupBy(benchRuns.slotId)
      const rows = db.select().from(benchRuns).where(inArray(benchRuns.id, newest)).all()
      return new Map(rows.flatMap((run) => (run.slotId === null ? [] : [[run.slotId, run]])))
    },

    list: ({ limit, cursor, q, ...filter }: z.output<typeof RunFilter>): RunRow[] => {
      const before = cursorId(cursor)
      return db
        .select()
        .from(benchRuns)
        .where(
          and(
            before === undefined ? undefined : lt(benchRuns.id, before),
            filter.lineId === undefined ? undefined : eq(benchRuns.lineId, filter.lineId),
            filter.slotId === undefined ? undefined : eq(benchRuns.slotId, filter.slotId),
            filter.recipeId === undefined ? undefined : eq(benchRuns.recipeId, filter.recipeId),
            filter.state === undefined ? undefined : eq(benchRuns.state, filter.state),
            search(q, benchRuns),
          ),
        )
        .orderBy(desc(benchRuns.id))
        .limit(limit + 1)
        .all()
    },

    record(id: number): RecordRow {
      const found = db.select().from(benchRecords).where(eq(benchRecords.id, id)).get()
      if (!found) throw new DomainError('NOT_FOUND', { what: 'record', id })
      return found
    },

    records: ({ limit, cursor, q, from, to, ...filter }: z.output<typeof RecordFilter>): RecordRow[] => {
      const before = cursorId(cursor)
      return db
        .select()
        .from(benchRecords)
        .where(
          and(
            before === undefined ? undefined : lt(benchRecords.id, before),
            filter.lineId === undefined ? undefined : eq(benchRecords.lineId, filter.lineId),
            filter.recipeId === undefined ? undefined : eq(benchRecords.recipeId, filter.recipeId),
            filter.deviceId === undefined ? undefined : eq(benchRecords.deviceId, filter.deviceId),
            filter.runId === undefined ? undefined : eq(benchRecords.runId, filter.runId),
            filter.state === undefined ? undefined : eq(benchRecords.state, filter.state),
            from === undefined ? undefined : sql`${benchRecords.finishedAt} >= ${Date.parse(from)}`,
            to === undefined ? undefined : sql`${benchRecords.finishedAt} < ${Date.parse(to)}`,
            search(q, benchRecords),
          ),
        )
        .orderBy(desc(benchRecords.id))
        .limit(limit + 1)
        .all()
    },

    /** Deletes the runs and records of a line. */
    forget: (lineId: number): Promise<void> =>
      store.write(() => {
        const own = db.select({ id: benchRuns.id }).from(benchRuns).where(eq(benchRuns.lineId, lineId))
        db.delete(benchSerials).where(inArray(benchSerials.runId, own)).run()
        db.delete(benchRecords).where(eq(benchRecords.lineId, lineId)).run()
        db.delete(benchRuns).where(eq(benchRuns.lineId, lineId)).run()
      }),

    /** The log of a run's latest recorded attempt. */
    logOf: ({ id, attempt }: RunRow): readonly RunLogLine[] =>
      db
        .select({ log: benchRecords.log })
        .from(benchRecords)
        .where(and(eq(benchRecords.runId, id), eq(benchRecords.attempt, attempt)))
        .get()?.log ?? [],

    /** When the unit passed with this version of the recipe, milliseconds; undefined: it does not have it. */
    passedAt(unit: string, recipeId: number, recipeVersion: number): number | undefined {
      const latest = latestOn.get({ unit, recipeId })
      return latest?.state === 'passed' && latest.version === recipeVersion ? latest.at : undefined
    },

    /** Ends runs that a former station left open as failed, INTERRUPTED, with a record of the phase they had reached; an unused number is given back. */
    interrupt: (isUnused: (run: RunRow) => boolean): Promise<number> =>
      store.write(() => {
        const open = db
          .select()
          .from(benchRuns)
          .where(inArray(benchRuns.state, [...openRunStates]))
          .all()
        for (const run of open) {
          const { id, phase } = run
          if (isUnused(run)) db.update(benchRuns).set({ serial: null }).where(eq(benchRuns.id, id)).run()
          const errorData: Record<string, string> = phase === null ? {} : { phase: phase satisfies FlashPhase }
          const words = phase === null ? 'interrupted before it began' : `interrupted while ${phase}`
          const line: RunLogLine = { at: isoTime(clock.now()), level: 'error', words }
          finish(id, { state: 'failed', errorCode: 'INTERRUPTED', errorData }, [line], null)
        }
        return open.length
      }),
  }
}
