import type { WrittenImage } from '#shared/schema.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { FlashError, type Region } from '../flasher.ts'
import type { BenchOptions } from './bench-context.ts'
import type { ImageJob, ReadImages } from './image-job.ts'
import { type LoadImages, loadImages } from './image-loader.ts'
import { imagePath } from './recipe-images.ts'
import type { RecipeRow } from './recipe-store.ts'
import { Refusal } from './run-end.ts'

/** Recipes whose images are kept in memory: a bench has a handful of them at a time. */
const KEPT = 4

/** The recipe's images in memory, read once for all slots; nobody changes them. */
export type RecipeImageCache = ReturnType<typeof createRecipeImageCache>

/** What the record says was written. */
export const writtenImages = ({ content }: RecipeRow): WrittenImage[] =>
  content.images.map(({ name, address, size, sha256 }) => ({ name, address, size, sha256 }))

/** The chip a recipe is for, as far as it says; undefined where it says nothing. */
export const knownOf = ({ expect, options }: RecipeContent): ImageJob['known'] => {
  const chosen = typeof options.chip === 'string' && options.chip !== 'any' ? options.chip : undefined
  const chip = expect.chip ?? chosen
  const flashSize = expect.minFlashSize
  return chip === undefined && flashSize === undefined ? undefined : { chip, flashSize }
}

export const createRecipeImageCache = (options: BenchOptions) => {
  const read = options.loadImages ?? loadImages
  const load: LoadImages = async (job) => {
    try {
      return await read(job)
    } catch (error) {
      if (error instanceof FlashError && error.code === 'IMAGE_DAMAGED') options.onDamaged?.(String(error.data.sha256))
      throw error
    }
  }
  const kept = new Map<string, Promise<readonly Region[]>>()

  /** @throws Refusal RECIPE_BROKEN. */
  const jobOf = ({ content }: Pick<RecipeRow, 'content'>, waiting?: ReadonlyMap<string, string>): ImageJob => ({
    target: content.target,
    files: content.images.map((image) => {
      const path = waiting?.get(image.sha256) ?? imagePath(options, image)
      if (path === undefined) throw new Refusal('RECIPE_BROKEN', { name: image.name })
      return { path, name: image.name, sha256: image.sha256, address: image.address }
    }),
    known: knownOf(content),
  })

  return {
    /** What a recipe would write; `waiting`: where uploads lie, by SHA-256. @throws Refusal RECIPE_BROKEN, FlashError. */
    read: (recipe: Pick<RecipeRow, 'content'>, waiting?: ReadonlyMap<string, string>): Promise<ReadImages> =>
      load(jobOf(recipe, waiting)),

    /** The regions of a recipe's version. @throws as `read`. */
    regions(recipe: RecipeRow): Promise<readonly Region[]> {
      const key = `${recipe.id}.${recipe.version}`
      // Looked for each time: a package may have been deleted since.
      const job = jobOf(recipe)
      const there = kept.get(key)
      if (there) return there
      const loading = load(job).then(({ regions }) => regions)
      kept.set(key, loading)
      // What failed is read again next time: a disk may have been away.
      loading.catch(() => kept.delete(key))
      const [oldest] = kept.keys()
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
      return loading
    },
  }
}
