import { and, desc, eq, type InferSelectModel, lt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { Recipe, RecipeImage, RecipeInput, RecipePatch, RecipeSerials } from '#shared/schema.ts'
import { changedSerials } from '#shared/serials.ts'
import {
  benchRecipeFiles,
  benchRecipes,
  benchRecipeVersions,
  type RecipeContent,
} from '../../platform/store/bench-tables.ts'
import { containing, cursorId, isoTime, type Page, type PageRequest, toPage } from '../../platform/store/pagination.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { checkExpectedChip } from './expected-chip.ts'
import { missingImages, resolveImages } from './recipe-images.ts'
import { missingNeeds, refuseForeignOptions } from './recipe-needs.ts'
import { faultyPatterns } from './recipe-patterns.ts'
import { checkSerials } from './recipe-serials.ts'
import { type Counters, sourceOf } from './serial-source.ts'

export type RecipeRow = InferSelectModel<typeof benchRecipes>

export type RecipeService = ReturnType<typeof createRecipes>

/** Recipes: what is written to units, how, and what must hold before and after. Each change makes the next version. */
export const createRecipes = ({ store, events, clock }: BenchContext, options: BenchOptions, counters: Counters) => {
  const { db } = store

  const row = (id: number): RecipeRow => {
    const found = db.select().from(benchRecipes).where(eq(benchRecipes.id, id)).get()
    if (!found) throw new DomainError('NOT_FOUND', { what: 'recipe', id })
    return found
  }

  /** Its serial numbers with the counter where it is now. */
  const serialsOf = (recipe: Pick<RecipeRow, 'id' | 'productId' | 'content'>): RecipeSerials => {
    const source = sourceOf(recipe)
    return source.from === 'counter' ? { ...source, next: counters.live(recipe) } : source
  }

  const view = ({ content, createdAt, updatedAt, ...recipe }: RecipeRow): Recipe => ({
    ...recipe,
    ...content,
    serials: serialsOf({ ...recipe, content }),
    images: [...content.images],
    missing: [...missingImages(options, content.images), ...missingNeeds(options, content)],
    patternFaults: faultyPatterns(content).map(({ field, fault }) => ({ field, fault })),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  })

  const refuseTakenName = (name: string, own?: number): void => {
    const there = db.select({ id: benchRecipes.id }).from(benchRecipes).where(eq(benchRecipes.name, name)).get()
    if (there && there.id !== own) throw new DomainError('ALREADY_EXISTS', { field: 'name', value: name })
  }

  /** Checks the options by the target's schema. @throws INVALID_FIELD naming the option. */
  const checkOptions = ({ target, options: chosen }: Pick<RecipeContent, 'target' | 'options'>): void => {
    const read = options.family(target).facts.options.safeParse(chosen)
    if (read.success) return
    const [issue] = read.error.issues
    const field = ['options', ...(issue?.path ?? [])].join('.')
    throw new DomainError('INVALID_FIELD', { field, rule: issue?.message ?? '' })
  }

  /** The product of the images' packages, if it is one. */
  const productOf = (images: readonly RecipeImage[]): number | null => {
    const products = new Set(
      images.flatMap(({ packageId }) => (packageId === null ? [] : [options.packages.row(packageId).productId])),
    )
    const [only, ...more] = products
    return only !== undefined && more.length === 0 ? only : null
  }

  /** Stores a version and the files that it keeps; call within `store.write`. */
  const putVersion = (id: number, version: number, content: RecipeContent): void => {
    db.insert(benchRecipeVersions).values({ recipeId: id, version, content, createdAt: clock.now() }).run()
    db.delete(benchRecipeFiles).where(eq(benchRecipeFiles.recipeId, id)).run()
    const own = new Set(content.images.flatMap((image) => (image.packageId === null ? [image.sha256] : [])))
    for (const sha256 of own) db.insert(benchRecipeFiles).values({ recipeId: id, sha256 }).run()
  }

  const insert = (name: string, productId: number | null, content: RecipeContent): number => {
    refuseTakenName(name)
    if (productId !== null) options.products.row(productId)
    const now = clock.now()
    const { id } = db
      .insert(benchRecipes)
      .values({ name, productId, version: 1, content, createdAt: now, updatedAt: now })
      .returning({ id: benchRecipes.id })
      .get()
    putVersion(id, 1, content)
    return id
  }

  return {
    row,
    find: (id: number): RecipeRow | undefined => db.select().from(benchRecipes).where(eq(benchRecipes.id, id)).get(),
    serialsOf,
    get: (id: number): Recipe => view(row(id)),
    checkOptions,

    list({ q, ...page }: PageRequest & { readonly q?: string | undefined }): Page<Recipe> {
      const before = cursorId(page.cursor)
      const rows = db
        .select()
        .from(benchRecipes)
        .where(
          and(
            before === undefined ? undefined : lt(benchRecipes.id, before),
            q ? sql`${benchRecipes.name} LIKE ${containing(q)} ESCAPE '\\'` : undefined,
          ),
        )
        .orderBy(desc(benchRecipes.id))
        .limit(page.limit + 1)
        .all()
      return toPage(rows, page.limit, view)
    },

    /** @throws ALREADY_EXISTS (name), NOT_FOUND (product, package, file), INVALID_FIELD (options, expect.chip, serials), UPLOAD_GONE. */
    async create({ name, productId, images: wanted, ...input }: z.output<typeof RecipeInput>): Promise<Recipe> {
      refuseTakenName(name)
      checkOptions(input)
      checkExpectedChip(options.family(input.target), input.expect)
      using claim = options.claims.open()
      const { images, uploads } = await resolveImages(options, claim, wanted, [])
      refuseForeignOptions(options, { ...input, images })
      const product = productId === undefined ? productOf(images) : productId
      const serials = changedSerials({ from: 'scan' }, input.serials, null)
      checkSerials(serials, product)
      const id = await store.write(() => insert(name, product, { ...input, serials, images }))
      await options.uploads.discard(...uploads)
      events.emit('recipe', id)
      return view(row(id))
    },

    /** Stores an imported recipe as it is. */
    async adopt(name: string, productId: number | null, content: RecipeContent): Promise<Recipe> {
      checkOptions(content)
      const id = await store.write(() => insert(freeName(name), productId, content))
      events.emit('recipe', id)
      return view(row(id))
    },

    /** A copy of the recipe under a free name; its files are shared. @throws NOT_FOUND. */
    async copy(id: number): Promise<Recipe> {
      const made = await store.write(() => {
        const { name, productId, content } = row(id)
        return insert(freeName(name), productId, content)
      })
      events.emit('recipe', made)
      return view(row(made))
    },

    /** Makes the next version. What is left out stays. @throws as `create`. */
    async update(
      id: number,
      { images: wanted, serials: change, ...patch }: z.output<typeof RecipePatch>,
    ): Promise<Recipe> {
      const before = row(id)
      checkOptions({ ...before.content, ...patch })
      const { target = before.content.target, expect = before.content.expect } = patch
      // A stored part number that an older station accepted does not keep the rest of the recipe from being changed.
      if (target !== before.content.target || expect.chip !== before.content.expect.chip)
        checkExpectedChip(options.family(target), expect)
      using claim = options.claims.open()
      const resolved = wanted && (await resolveImages(options, claim, wanted, before.content.images))
      // An imported recipe may be renamed before its options fit this station.
      if (patch.options !== undefined || patch.target !== undefined)
        refuseForeignOptions(options, {
          ...before.content,
          ...patch,
          images: resolved?.images ?? before.content.images,
        })
      await store.write(() => {
        const there = row(id)
        const { name: oldName, productId: oldProduct, content: old, version } = there
        const { name = oldName, productId = oldProduct, ...changed } = patch
        const serials = change ? changedSerials(sourceOf(there), change, counters.live(there)) : sourceOf(there)
        if (change) checkSerials(serials, productId)
        refuseTakenName(name, id)
        if (productId !== null) options.products.row(productId)
        const content: RecipeContent = { ...old, ...changed, serials, images: resolved?.images ?? old.images }
        const next = { name, productId, content, version: version + 1, updatedAt: clock.now() }
        db.update(benchRecipes).set(next).where(eq(benchRecipes.id, id)).run()
        putVersion(id, version + 1, content)
      })
      await options.uploads.discard(...(resolved?.uploads ?? []))
      events.emit('recipe', id)
      await options.claims.removeUnused()
      return view(row(id))
    },

    async remove(id: number): Promise<void> {
      await store.write(() => {
        row(id)
        db.delete(benchRecipes).where(eq(benchRecipes.id, id)).run()
      })
      events.emit('removed', 'recipe', id)
      await options.claims.removeUnused()
    },
  }

  /** A free name: `Board 7`, `Board 7 (2)`, and of that `Board 7 (3)`. */
  function freeName(name: string): string {
    const names = new Set(
      db
        .select({ name: benchRecipes.name })
        .from(benchRecipes)
        .all()
        .map((recipe) => recipe.name),
    )
    if (!names.has(name)) return name
    const stem = name.replace(/ \(\d{1,6}\)$/, '')
    for (let number = 2; ; number++) {
      const tail = ` (${number})`
      const candidate = `${[...stem].slice(0, 64 - tail.length).join('')}${tail}`
      if (!names.has(candidate)) return candidate
    }
  }
}
