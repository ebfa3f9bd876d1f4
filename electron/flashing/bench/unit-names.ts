import { eq, sql } from 'drizzle-orm'
import { benchRecords, benchSerials, benchUnitNames } from '../../platform/store/bench-tables.ts'
import type { Family } from '../families/family.ts'
import type { FlashEvent, Identity } from '../flasher.ts'
import type { BenchContext } from './bench-context.ts'

export type UnitNames = ReturnType<typeof createUnitNames>

/** Units that a search for another name of theirs finds too, for `IN (…)`. Names are kept in lower case. */
export const unitsNamed = (q: string) =>
  sql`(SELECT ${benchUnitNames.unit} FROM ${benchUnitNames} WHERE ${benchUnitNames.name} = ${q.trim().toLowerCase()})`

/** A chip that two ways name differently is one unit: under the name that it was recorded by first. */
export const createUnitNames = ({ store }: Pick<BenchContext, 'store'>) => {
  const { db } = store
  const placeholder = sql.placeholder('name')
  const named = db.select().from(benchUnitNames).where(eq(benchUnitNames.name, placeholder)).limit(2).prepare()
  const naming = db.select().from(benchUnitNames).where(eq(benchUnitNames.unit, placeholder)).limit(1).prepare()
  const recorded = db
    .select({ id: benchRecords.id })
    .from(benchRecords)
    .where(eq(benchRecords.unit, placeholder))
    .limit(1)
    .prepare()
  const numbered = db
    .select({ id: benchSerials.id })
    .from(benchSerials)
    .where(eq(benchSerials.unit, placeholder))
    .limit(1)
    .prepare()

  const hasHistory = (name: string): boolean =>
    recorded.get({ name }) !== undefined || numbered.get({ name }) !== undefined

  /** The unit that a name is another one of; the name itself where it is no other's, or that of several: they cannot be told apart. */
  const unitNamed = (name: string): string => {
    const [only, ...more] = named.all({ name })
    return only && more.length === 0 ? only.unit : name
  }

  /** The name by which the station knows the chip; another chip that shares a computed name keeps its own. */
  const known = (unit: string, otherNames: readonly string[] = []): string => {
    const its = unitNamed(unit)
    if (its !== unit || hasHistory(unit)) return its
    return (
      otherNames.find((name) => hasHistory(name) && !naming.get({ name }) && named.all({ name }).length === 0) ?? unit
    )
  }

  return {
    unitNamed,

    /** The identity under the name that the station knows. */
    known(identity: Identity): Identity {
      const { unit, otherNames } = identity
      return unit === undefined ? identity : { ...identity, unit: known(unit, otherNames) }
    },

    /** Keeps the names of a chip, so that each of them finds it. */
    async learn({ unit, otherNames = [] }: Identity): Promise<void> {
      if (unit === undefined || otherNames.length === 0) return
      const its = known(unit, otherNames)
      const names = [unit, ...otherNames].filter((name) => name !== its)
      if (names.every((name) => named.all({ name }).some((row) => row.unit === its))) return
      await store.write(() => {
        for (const name of names) db.insert(benchUnitNames).values({ name, unit: its }).onConflictDoNothing().run()
      })
    },
  }
}

/** A family whose units have the names that the station knows them by. */
export const withKnownNames = (family: Family, names: UnitNames): Family => {
  const { flasher } = family
  const passing =
    (emit: (event: FlashEvent) => void) =>
    (event: FlashEvent): void =>
      emit(event.kind === 'identity' ? { ...event, identity: names.known(event.identity) } : event)
  return {
    ...family,
    flasher: {
      identify: async (job) => names.known(await flasher.identify({ ...job, emit: passing(job.emit) })),
      flash: async (job) =>
        names.known(
          await flasher.flash({
            ...job,
            emit: passing(job.emit),
            // Right before the erase, so that a cable pulled afterwards leaves one unit and not two.
            async beforeErase(identity) {
              await names.learn(identity)
              await job.beforeErase(names.known(identity))
            },
          }),
        ),
    },
  }
}
