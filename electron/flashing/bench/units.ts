import { desc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'
import type { BenchUnit, RelabelInput, UnitFilter, UnitLabel } from '#shared/schema.ts'
import { benchRecords } from '../../platform/store/bench-tables.ts'
import type { Page } from '../../platform/store/pagination.ts'
import type { BenchContext } from './bench-context.ts'
import type { RecipeService } from './recipe-store.ts'
import { Refusal } from './run-end.ts'
import { type SerialStore, STATION, scopeOf } from './serial-store.ts'
import type { SlotStates } from './slot-state.ts'
import type { UnitNames } from './unit-names.ts'

interface Deps {
  readonly serials: SerialStore
  readonly recipes: RecipeService
  readonly slotStates: SlotStates
  readonly names: UnitNames
}

/** Units by their serial numbers, and the act of giving one another number. */
export const createUnits = ({ store }: BenchContext, { serials, recipes, slotStates, names }: Deps) => {
  const { db } = store

  const view = (id: string): BenchUnit => ({ id, labels: serials.labels(id).map(serials.view) })

  /** The latest record of a unit; undefined: it was never flashed here. */
  const latestRecord = (unit: string) =>
    db
      .select({ recipeId: benchRecords.recipeId })
      .from(benchRecords)
      .where(eq(benchRecords.unit, unit))
      .orderBy(desc(benchRecords.id))
      .limit(1)
      .get()

  /** Within what the unit gets its number. @throws NOT_FOUND (unit), INVALID_FIELD: several products. */
  const scopeFor = (unit: string, productId: number | null | undefined): number => {
    const record = latestRecord(unit)
    const scopes = new Set(serials.labels(unit).flatMap(({ scope, retiredAt }) => (retiredAt === null ? scope : [])))
    if (!record && scopes.size === 0) throw new DomainError('NOT_FOUND', { what: 'unit', id: unit })
    if (productId !== undefined) return productId ?? STATION
    const [only, ...more] = scopes
    if (more.length > 0)
      throw new DomainError('INVALID_FIELD', { field: 'productId', rule: phrase('phrases.unitOfSeveralProducts') })
    if (only !== undefined) return only
    const recipe = record?.recipeId == null ? undefined : recipes.row(record.recipeId)
    return recipe ? scopeOf(recipe) : STATION
  }

  return {
    list: (filter: z.output<typeof UnitFilter>): Page<UnitLabel> => serials.list(filter),

    /** @throws NOT_FOUND. */
    get(id: string): BenchUnit {
      const unit = view(names.unitNamed(id))
      if (unit.labels.length === 0 && !latestRecord(unit.id)) throw new DomainError('NOT_FOUND', { what: 'unit', id })
      return unit
    },

    /**
     * Gives a unit another serial number. The one before stays the unit's and is given to no other.
     * @throws NOT_FOUND, SERIAL_TAKEN, INVALID_FIELD (productId), BENCH_BUSY: the unit is being flashed.
     */
    async relabel(
      name: string,
      { serial, reason, productId }: z.output<typeof RelabelInput>,
      operator: string | null,
    ): Promise<BenchUnit> {
      const id = names.unitNamed(name)
      const scope = scopeFor(id, productId)
      const busy = slotStates.all().find(({ run, unit }) => run && (run.unit ?? unit?.id) === id)
      if (busy) throw new DomainError('BENCH_BUSY', { slot: busy.slot.label })
      try {
        await store.write(() => serials.relabel({ scope, serial, unit: id, runId: null, reason, operator }))
      } catch (error) {
        if (error instanceof Refusal && error.code === 'SERIAL_TAKEN')
          throw new DomainError('SERIAL_TAKEN', { ...error.data }, { cause: error })
        throw error
      }
      return view(id)
    },
  }
}

export type Units = ReturnType<typeof createUnits>
