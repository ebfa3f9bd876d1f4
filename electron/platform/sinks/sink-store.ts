import { asc, eq, inArray } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import { sinks } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

export type SinkRow = typeof sinks.$inferSelect

export type SinkStore = ReturnType<typeof createSinkStore>

/** The sinks as they are stored. Call what changes within `store.write`. */
export const createSinkStore = ({ db }: Pick<Store, 'db'>) => ({
  all: (): SinkRow[] => db.select().from(sinks).orderBy(asc(sinks.id)).all(),

  some: (ids: readonly number[]): SinkRow[] =>
    ids.length === 0
      ? []
      : db
          .select()
          .from(sinks)
          .where(inArray(sinks.id, [...ids]))
          .all(),

  /** @throws NOT_FOUND. */
  row(id: number): SinkRow {
    const found = db.select().from(sinks).where(eq(sinks.id, id)).get()
    if (!found) throw new DomainError('NOT_FOUND', { what: 'sink', id })
    return found
  },

  find: (id: number): SinkRow | undefined => db.select().from(sinks).where(eq(sinks.id, id)).get(),

  /** @throws ALREADY_EXISTS when another sink has the name. */
  refuseName(name: string, except?: number): void {
    const other = db.select({ id: sinks.id }).from(sinks).where(eq(sinks.name, name)).get()
    if (other && other.id !== except) throw new DomainError('ALREADY_EXISTS', { field: 'name', value: name })
  },

  insert: (values: typeof sinks.$inferInsert): SinkRow => db.insert(sinks).values(values).returning().get(),

  update: (id: number, values: Partial<SinkRow>): void => {
    if (Object.keys(values).length > 0) db.update(sinks).set(values).where(eq(sinks.id, id)).run()
  },

  remove: (id: number): void => void db.delete(sinks).where(eq(sinks.id, id)).run(),
})
