import type { WrittenImage } from '#shared/schema.ts'
import { targets } from '#shared/targets/index.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { FlashError, type Region } from '../flasher.ts'
import type { BenchOptions } from './bench-context.ts'
import type { ImageJob, ReadImages } from './image-job.ts'
import { loadImages } from './image-loader.ts'
import { imagePath } from './recipe-images.ts'
import type { RecipeRow } from './recipe-store.ts'
import { Refusal } from './run-end.ts'

/** Recipes whose images are kept in memory; a bench uses a handful at a time. */
const KEPT = 4

/** The recipes' images in memory, read once for all slots and never changed. */
export type RecipeImageCache = ReturnType<typeof createRecipeImageCache>

/** The images as a record lists them. */
export const writtenImages = ({ content }: RecipeRow): WrittenImage[] =>
  content.images.map(({ name, address, size, sha256 }) => ({ name, address, size, sha256 }))

/** The unit that a recipe is for, as far as it says; undefined where it says nothing. */
export const knownOf = ({
  target,
  expect,
  options,
}: Pick<RecipeContent, 'target' | 'expect' | 'options'>): ImageJob['known'] => {
  const [group] = (expect.chip === undefined ? undefined : targets[target].parts?.find(expect.chip))?.groups ?? []
  // Images name the chip itself, as it reports itself by name: `ESP32-S3` of `ESP32-S3-WROOM-1`.
  const named = group !== undefined && group.id === group.name ? group.id : expect.chip
  const chip = named ?? targets[target].chosenChip(options)
  const flashSize = expect.minFlashSize
  const revision = expect.chip === undefined ? undefined : targets[target].revisionIn?.(expect.chip)
  return chip === undefined && flashSize === undefined ? undefined : { chip, flashSize, revision }
}

export const createRecipeImageCache = (options: BenchOptions) => {
  const load = async (job: ImageJob): Promise<ReadImages> => {
    try {
      return await loadImages(job, options.family(job.target).images)
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
    options: content.options,
    unitData: content.unitData ?? undefined,
  })

  return {
    /** What a recipe writes; `waiting`: paths of uploads, by SHA-256. @throws Refusal RECIPE_BROKEN, FlashError. */
    read: (recipe: Pick<RecipeRow, 'content'>, waiting?: ReadonlyMap<string, string>): Promise<ReadImages> =>
      load(jobOf(recipe, waiting)),

    /** The regions of a recipe's version. @throws as `read`. */
    regions(recipe: RecipeRow): Promise<readonly Region[]> {
      const key = `${recipe.id}.${recipe.version}`
      // Resolved each time, because a package may have been deleted.
      const job = jobOf(recipe)
      const there = kept.get(key)
      if (there) return there
      const loading = load(job).then(({ regions }) => regions)
      kept.set(key, loading)
      // A failed read is tried again next time: the disk may have been unavailable.
      loading.catch(() => kept.delete(key))
      const [oldest] = kept.keys()
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
      return loading
    },
  }
}
