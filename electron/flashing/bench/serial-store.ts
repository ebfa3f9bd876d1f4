import { and, asc, desc, eq, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { UnitFilter, UnitLabel } from '#shared/schema.ts'
import { serialKey } from '#shared/serials.ts'
import { benchSerials } from '../../platform/store/bench-tables.ts'
import { containing, cursorId, isoTime, isoTimeOrNull, type Page, toPage } from '../../platform/store/pagination.ts'
import type { BenchContext } from './bench-context.ts'
import { Refusal } from './run-end.ts'
import { unitsNamed } from './unit-names.ts'

export type SerialRow = typeof benchSerials.$inferSelect

export type SerialStore = ReturnType<typeof createSerialStore>

/** The scope of a recipe without a product. */
export const STATION = 0

/** Within what a recipe's serial numbers are unique: its product, else the station. */
export const scopeOf = ({ productId }: { readonly productId: number | null }): number => productId ?? STATION

/** Serial numbers and the units that they belong to, as they are stored. */
export const createSerialStore = ({ store, clock }: BenchContext) => {
  const { db } = store

  // Prepared once: a counter looks at many numbers, and every slot of a line at one.
  const ofNumber = db
    .select()
    .from(benchSerials)
    .where(and(eq(benchSerials.key, sql.placeholder('key')), eq(benchSerials.scope, sql.placeholder('scope'))))
    .orderBy(asc(benchSerials.id))
    .prepare()
  const anywhere = db
    .select()
    .from(benchSerials)
    .where(eq(benchSerials.key, sql.placeholder('key')))
    .orderBy(asc(benchSerials.id))
    .prepare()
  const ofUnit = db
    .select()
    .from(benchSerials)
    .where(
      and(
        eq(benchSerials.unit, sql.placeholder('unit')),
        eq(benchSerials.scope, sql.placeholder('scope')),
        isNull(benchSerials.retiredAt),
      ),
    )
    .orderBy(desc(benchSerials.id))
    .limit(1)
    .prepare()

  /** Who has a number. A recipe without a product is held to every number of the station. */
  const owners = (scope: number, serial: string): SerialRow[] => {
    const key = serialKey(serial)
    return scope === STATION ? anywhere.all({ key }) : ofNumber.all({ key, scope })
  }

  const current = (scope: number, unit: string): SerialRow | undefined => ofUnit.get({ unit, scope })

  /** Whether a number stands for a unit that its target cannot identify: then it is the unit's id as well. */
  const isOnlyName = ({ unit, key }: Pick<SerialRow, 'unit' | 'key'>): boolean => serialKey(unit) === key

  interface Claim {
    readonly scope: number
    readonly serial: string
    readonly unit: string
    readonly runId: number | null
    readonly reason?: string
    readonly operator?: string | null
  }

  /** Makes a number the unit's; call within `store.write`. @throws Refusal SERIAL_TAKEN: it is another unit's. */
  const claim = ({ scope, serial, unit, ...rest }: Claim): void => {
    const key = serialKey(serial)
    const rows = owners(scope, serial)
    const own = rows.find((row) => row.unit === unit && row.scope === scope)
    if (own) {
      if (own.retiredAt === null) return
      const { runId: _, ...given } = rest
      db.update(benchSerials)
        .set({ retiredAt: null, ...given })
        .where(eq(benchSerials.id, own.id))
        .run()
      return
    }
    const [first] = rows
    if (first && !rows.some((row) => row.unit === unit)) {
      // The target cannot identify its unit, which may be the one that has the number.
      if (serialKey(unit) === key) return
      if (!isOnlyName(first))
        throw new Refusal('SERIAL_TAKEN', { serial, unit: first.unit, at: isoTime(first.claimedAt) })
      if (first.scope === scope) {
        // Until now only the number was known of it.
        db.update(benchSerials).set({ unit }).where(eq(benchSerials.id, first.id)).run()
        return
      }
    }
    db.insert(benchSerials)
      .values({ scope, serial, key, unit, claimedAt: clock.now(), ...rest })
      .run()
  }

  /** Other units with the same number in the same scope, as older stations allowed it. */
  const sharedWith = ({ id, scope, key, retiredAt }: SerialRow): string[] =>
    retiredAt !== null
      ? []
      : ofNumber.all({ key, scope }).flatMap((row) => (row.id === id || row.retiredAt !== null ? [] : [row.unit]))

  const view = (row: SerialRow): UnitLabel => ({
    unit: row.unit,
    productId: row.scope === STATION ? null : row.scope,
    serial: row.serial,
    at: isoTime(row.claimedAt),
    retiredAt: isoTimeOrNull(row.retiredAt),
    reason: row.reason,
    operator: row.operator,
    sharedWith: sharedWith(row),
  })

  return {
    owners,
    current,
    claim,
    isOnlyName,
    view,

    /** All numbers of a unit, the current ones first, then the latest. */
    labels: (unit: string): SerialRow[] =>
      db
        .select()
        .from(benchSerials)
        .where(eq(benchSerials.unit, unit))
        .orderBy(asc(sql`${benchSerials.retiredAt} IS NOT NULL`), desc(benchSerials.id))
        .all(),

    /** The spelling of a number as its unit has it. */
    spelled: (scope: number, serial: string): string => owners(scope, serial)[0]?.serial ?? serial,

    /** How many of a list's numbers are taken. */
    takenOf: (scope: number, list: readonly string[]): number => {
      const keys = JSON.stringify(list.map(serialKey))
      const found = db
        .select({ count: sql<number>`COUNT(DISTINCT ${benchSerials.key})` })
        .from(benchSerials)
        .where(
          and(
            sql`${benchSerials.key} IN (SELECT value FROM json_each(${keys}))`,
            scope === STATION ? undefined : eq(benchSerials.scope, scope),
          ),
        )
        .get()
      return found?.count ?? 0
    },

    /** Gives the unit another number, and retires the one it has; call within `store.write`. @throws Refusal SERIAL_TAKEN. */
    relabel(given: Claim): void {
      const { scope, unit, serial } = given
      claim(given)
      db.update(benchSerials)
        .set({ retiredAt: clock.now() })
        .where(
          and(
            eq(benchSerials.unit, unit),
            eq(benchSerials.scope, scope),
            ne(benchSerials.key, serialKey(serial)),
            isNull(benchSerials.retiredAt),
          ),
        )
        .run()
    },

    list({ limit, cursor, q, shared }: z.output<typeof UnitFilter>): Page<UnitLabel> {
      const before = cursorId(cursor)
      const twin = sql`EXISTS (SELECT 1 FROM bench_serials AS other WHERE other.key = ${benchSerials.key} AND other.scope = ${benchSerials.scope}
        AND other.id <> ${benchSerials.id} AND other.retired_at IS NULL)`
      const rows = db
        .select()
        .from(benchSerials)
        .where(
          and(
            before === undefined ? undefined : lt(benchSerials.id, before),
            shared ? and(isNull(benchSerials.retiredAt), twin) : undefined,
            q
              ? or(
                  sql`${benchSerials.unit} LIKE ${containing(q)} ESCAPE '\\'`,
                  sql`${benchSerials.serial} LIKE ${containing(q)} ESCAPE '\\'`,
                  sql`${benchSerials.unit} IN ${unitsNamed(q)}`,
                )
              : undefined,
          ),
        )
        .orderBy(desc(benchSerials.id))
        .limit(limit + 1)
        .all()
      return toPage(rows, limit, view)
    },
  }
}
