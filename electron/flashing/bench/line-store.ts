import { asc, eq, type InferSelectModel, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { LineInput, LinePatch, SlotInput } from '#shared/schema.ts'
import { benchLines, benchSlots } from '../../platform/store/bench-tables.ts'
import type { BenchContext } from './bench-context.ts'
import type { RecipeRow, RecipeService } from './recipe-store.ts'

export type LineRow = InferSelectModel<typeof benchLines>
export type SlotRow = InferSelectModel<typeof benchSlots>

export type LineService = ReturnType<typeof createLines>

/** Lines and their slots as they are stored. The units in them are in `slot-state.ts`. */
export const createLines = ({ store, clock }: BenchContext, recipes: RecipeService) => {
  const { db } = store

  const row = (id: number): LineRow => {
    const found = db.select().from(benchLines).where(eq(benchLines.id, id)).get()
    if (!found) throw new DomainError('NOT_FOUND', { what: 'line', id })
    return found
  }

  const slotsOf = (lineId: number): SlotRow[] =>
    db.select().from(benchSlots).where(eq(benchSlots.lineId, lineId)).orderBy(asc(benchSlots.position)).all()

  const refuseTakenName = (name: string, own?: number): void => {
    const there = db.select({ id: benchLines.id }).from(benchLines).where(eq(benchLines.name, name)).get()
    if (there && there.id !== own) throw new DomainError('ALREADY_EXISTS', { field: 'name', value: name })
  }

  /** A place belongs to one slot only. */
  const refuseTakenPlaces = (slots: readonly SlotInput[], lineId: number | undefined): void => {
    const others = db
      .select()
      .from(benchSlots)
      .all()
      .filter((slot) => slot.lineId !== lineId)
    for (const field of ['location', 'path'] as const) {
      const taken = new Set(others.map((slot) => slot[field]))
      for (const { [field]: place } of slots) {
        if (place == null) continue
        if (taken.has(place)) throw new DomainError('ALREADY_EXISTS', { field, value: place })
        taken.add(place)
      }
    }
  }

  /** Replaces the line's slots by those given, in their order; call within `store.write`. */
  const putSlots = (lineId: number, slots: readonly SlotInput[]): void => {
    refuseTakenPlaces(slots, lineId)
    const there = new Set(slotsOf(lineId).map(({ id }) => id))
    const kept = new Set(slots.flatMap(({ id }) => (id === undefined ? [] : [id])))
    const stranger = [...kept].find((id) => !there.has(id))
    if (stranger !== undefined) throw new DomainError('NOT_FOUND', { what: 'slot', id: stranger })
    const gone = [...there].filter((id) => !kept.has(id))
    if (gone.length > 0) db.delete(benchSlots).where(inArray(benchSlots.id, gone)).run()
    // Two slots may exchange their places, which are unique, so all are cleared first.
    db.update(benchSlots).set({ location: null, path: null }).where(eq(benchSlots.lineId, lineId)).run()
    slots.forEach(({ id, label, location = null, path = null }, position) => {
      const values = { label, location, path, position }
      if (id === undefined)
        db.insert(benchSlots)
          .values({ lineId, ...values })
          .run()
      else db.update(benchSlots).set(values).where(eq(benchSlots.id, id)).run()
    })
  }

  const checkRecipe = (recipeId: number | null | undefined): void => {
    if (recipeId != null) recipes.row(recipeId)
  }

  return {
    row,

    /** Whether the slots of a line start by themselves with this recipe. */
    startsItself: (id: number, recipe: RecipeRow): boolean => row(id).autoStart ?? recipe.content.autoStart,

    rows: (): LineRow[] => db.select().from(benchLines).orderBy(asc(benchLines.id)).all(),
    slotsOf,
    slots: (): SlotRow[] =>
      db.select().from(benchSlots).orderBy(asc(benchSlots.lineId), asc(benchSlots.position)).all(),

    /** @throws ALREADY_EXISTS (name, location, path), NOT_FOUND (recipe). */
    create: (
      {
        name,
        slots,
        recipeId = null,
        autoStart = null,
        waitForContact = 0,
        operator = null,
      }: z.output<typeof LineInput>,
      simulated = false,
    ): Promise<number> =>
      store.write(() => {
        refuseTakenName(name)
        checkRecipe(recipeId)
        const { id } = db
          .insert(benchLines)
          .values({ name, recipeId, autoStart, waitForContact, operator, simulated, createdAt: clock.now() })
          .returning({ id: benchLines.id })
          .get()
        putSlots(
          id,
          slots.map(({ id: _, ...slot }) => slot),
        )
        return id
      }),

    /** @throws as `create`, and NOT_FOUND (slot). */
    update: (id: number, { slots, ...patch }: z.output<typeof LinePatch>): Promise<void> =>
      store.write(() => {
        row(id)
        if (patch.name !== undefined) refuseTakenName(patch.name, id)
        checkRecipe(patch.recipeId)
        if (Object.keys(patch).length > 0) db.update(benchLines).set(patch).where(eq(benchLines.id, id)).run()
        if (slots) putSlots(id, slots)
      }),

    /** Adds a slot at the line's end. @throws ALREADY_EXISTS. */
    append: (id: number, place: { readonly location: string | null; readonly path: string | null }): Promise<void> =>
      store.write(() => {
        const there = slotsOf(id)
        const labels = new Set(there.map(({ label }) => label))
        let number = there.length + 1
        while (labels.has(String(number))) number++
        refuseTakenPlaces([{ label: '', ...place }], undefined)
        const position = (there.at(-1)?.position ?? -1) + 1
        db.insert(benchSlots)
          .values({ lineId: id, position, label: String(number), ...place })
          .run()
      }),

    remove: (id: number): Promise<void> =>
      store.write(() => {
        row(id)
        db.delete(benchLines).where(eq(benchLines.id, id)).run()
      }),
  }
}
