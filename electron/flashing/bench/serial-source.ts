import type { RecipeSerials } from '#shared/schema.ts'
import { freeNumber } from '#shared/serials.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { type SerialStore, scopeOf } from './serial-store.ts'

interface NumberedRecipe {
  readonly content: Pick<RecipeContent, 'serials'>
}

interface CountedRecipe extends NumberedRecipe {
  readonly id: number
  readonly productId: number | null
}

/** Where a recipe's serial numbers come from. */
export const sourceOf = ({ content }: NumberedRecipe): RecipeSerials => content.serials ?? { from: 'scan' }

/** Whether the recipe itself gives the serial numbers. */
export const givesNumbers = (recipe: NumberedRecipe): boolean => sourceOf(recipe).from !== 'scan'

/** The first free number of every counter; remembered, because what is taken stays taken. */
export const createCounters = (serials: SerialStore) => {
  const reached = new Map<number, { readonly of: string; readonly number: number }>()

  /** @returns null: the counter is not set. */
  const live = ({ id, productId, content }: CountedRecipe): number | null => {
    const source = sourceOf({ content })
    if (source.from !== 'counter' || source.next === null) return null
    const scope = scopeOf({ productId })
    const of = JSON.stringify([scope, source.prefix, source.width, source.next])
    const before = reached.get(id)
    const number = freeNumber(
      source,
      before?.of === of ? before.number : source.next,
      (serial) => serials.owners(scope, serial).length > 0,
    )
    reached.set(id, { of, number })
    return number
  }

  return { live }
}
export type Counters = ReturnType<typeof createCounters>
