import { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import { isRuleName, type Phrase, phrase } from '#shared/phrase.ts'
import { ExportedSerials, FlashTarget, Recipe, RecipeCheck, RecipeExpect, type RecipeImage } from '#shared/schema.ts'
import type { Staged } from '../../platform/content/staging.ts'
import type { BenchOptions } from './bench-context.ts'
import { archive, archiveSize, openArchive } from './recipe-archive.ts'
import { imagePath } from './recipe-images.ts'
import { exportedSerials, importedSerials } from './recipe-serials.ts'
import type { RecipeService } from './recipe-store.ts'
import { sourceOf } from './serial-source.ts'

const RECIPE = 'recipe.json'
const RECIPE_BYTES = 4 * 1024 * 1024

/** The exported recipe; its files follow it in the archive, named by their SHA-256. */
const Exported = z.object({
  format: z.literal('ota-bench-recipe'),
  formatVersion: z.literal(1),
  name: Recipe.shape.name,
  /** The version on the exporting station, for people. */
  version: z.number(),
  /** The product's key, which other stations may know. */
  productKey: z.string().nullable(),
  target: FlashTarget,
  options: Recipe.shape.options,
  images: z
    .array(
      z.object({
        name: z.string().min(1).max(255),
        size: z.number().int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        address: z.number().nullable(),
      }),
    )
    .min(1)
    .max(32),
  expect: RecipeExpect,
  unitData: Recipe.shape.unitData,
  checks: z.array(RecipeCheck).max(50),
  autoStart: z.boolean(),
  notes: Recipe.shape.notes,
  serials: ExportedSerials.default({ from: 'scan' }),
})

/** A recipe with its files in one archive, for another station. */
export interface RecipeExport {
  readonly fileName: string
  readonly size: number
  readonly pieces: AsyncIterable<Buffer>
}

/** What a schema says of a value, as a value in an error's data. */
const ruleIn = (message: string): string | Phrase => (isRuleName(message) ? phrase(message) : message)

export const createRecipeTransfer = (options: BenchOptions, recipes: RecipeService) => {
  const { blobs, claims, products, uploads } = options

  const productByKey = (key: string | null): number | null => (key === null ? null : (products.byKey(key)?.id ?? null))

  const readRecipe = (text: string): z.output<typeof Exported> => {
    try {
      if (isJsonDeeper(text, API_JSON_DEPTH)) throw new DomainError('NESTED_TOO_DEEP', { limit: API_JSON_DEPTH })
      return Exported.parse(JSON.parse(text))
    } catch (cause) {
      if (cause instanceof DomainError) throw cause
      const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined
      const field = issue?.path.join('.') ?? ''
      // The file is intact, but a value such as a pattern is not accepted here; name the field.
      if (issue?.code === 'custom')
        throw new DomainError('INVALID_FIELD', { field, rule: ruleIn(issue.message) }, { cause })
      throw new DomainError('RECIPE_FILE_BAD', { detail: [RECIPE, field].filter(Boolean).join(' ') }, { cause })
    }
  }

  return {
    /** @throws NOT_FOUND; RECIPE_BROKEN: a package of it was deleted. */
    export(id: number): RecipeExport {
      const { name, version, productId, content } = recipes.row(id)
      const files = new Map<string, { name: string; size: number; source: { path: string } }>()
      for (const image of content.images) {
        const path = imagePath(options, image)
        if (path === undefined) throw new DomainError('RECIPE_BROKEN', { name: image.name })
        files.set(image.sha256, { name: image.sha256, size: image.size, source: { path } })
      }
      const exported: z.input<typeof Exported> = {
        format: 'ota-bench-recipe',
        formatVersion: 1,
        name,
        version,
        productKey: productId === null ? null : products.row(productId).key,
        ...content,
        images: content.images.map(({ packageId: _, ...image }) => image),
        serials: exportedSerials(sourceOf({ content })),
      }
      const text = Buffer.from(`${JSON.stringify(exported, null, 2)}\n`)
      const members = [{ name: RECIPE, size: text.length, source: text }, ...files.values()]
      return {
        fileName: `${name.replace(/[^\p{L}\p{N}._-]+/gu, '_')}-v${version}.otarecipe`,
        size: archiveSize(members),
        pieces: archive(members),
      }
    },

    /**
     * Makes a recipe from an upload; its files become the recipe's own. The product is `productId`, else the one with the exported key.
     * @throws UPLOAD_GONE; RECIPE_FILE_BAD: it is no recipe, or a file in it is damaged.
     */
    async import(upload: string, productId: number | null | undefined): Promise<Recipe> {
      const { path } = uploads.waiting(upload)
      await using file = await openArchive(path)
      const {
        productKey,
        name,
        images: listed,
        format: _f,
        formatVersion: _v,
        version: _n,
        ...rest
      } = readRecipe(await file.text(RECIPE, RECIPE_BYTES))
      const staged: Staged[] = []
      using claim = claims.open()
      try {
        for (const image of new Map(listed.map((one) => [one.sha256, one])).values()) {
          const stream = file.stream(image.sha256)
          if (!stream) throw new DomainError('RECIPE_FILE_BAD', { detail: image.name })
          const arrived = await blobs.stage(stream, { name: image.name, maxBytes: image.size })
          staged.push(arrived)
          if (arrived.sha256 !== image.sha256 || arrived.size !== image.size)
            throw new DomainError('RECIPE_FILE_BAD', { detail: image.name })
        }
        await claim.store(staged)
        const images = listed.map((image): RecipeImage => ({ packageId: null, ...image }))
        const product = productId === undefined ? productByKey(productKey) : productId
        return await recipes.adopt(name, product, { ...rest, serials: importedSerials(rest.serials), images })
      } finally {
        await uploads.discard(upload, ...staged.map(({ id }) => id))
      }
    },
  }
}
