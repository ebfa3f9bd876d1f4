import type { z } from 'zod'
import type { RecipeCheckInput } from '#shared/schema.ts'
import { changedSerials } from '#shared/serials.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import { FlashError, type Region } from '../flasher.ts'
import { findProblems } from '../images/image-rules.ts'
import type { BenchOptions } from './bench-context.ts'
import { type CheckView, type TroubleView, troubleView } from './bench-views.ts'
import { partReason, unknownPart } from './expected-chip.ts'
import { knownOf, type RecipeImageCache } from './image-cache.ts'
import { packageImage } from './recipe-images.ts'
import { needProblems } from './recipe-needs.ts'
import { faultyPatterns, patternReason } from './recipe-patterns.ts'
import type { RecipeService } from './recipe-store.ts'
import { Refusal } from './run-end.ts'
import { sourceOf } from './serial-source.ts'
import { unitRegion } from './unit-data.ts'

/** An imported recipe whose numbers are not set on this station. */
const unsetSerials = (content: RecipeContent) => {
  const source = sourceOf({ content })
  const isUnset = source.from === 'counter' ? source.next === null : source.from === 'list' && source.list.length === 0
  return isUnset ? [{ code: 'SERIALS_UNSET' as const, data: {} }] : []
}

/** Sample values in place of a unit's own. */
const sample = { serial: 'SN0000000001', unit: '000000000000' }

/** Checks what a recipe would write, without a unit. */
export const createDryCheck = (options: BenchOptions, recipes: RecipeService, imageCache: RecipeImageCache) => {
  /** The content of the recipe, saved or not, and the paths of uploads that it names. */
  const contentOf = (
    input: z.output<typeof RecipeCheckInput>,
  ): { content: RecipeContent; uploads: Map<string, string> } => {
    const uploads = new Map<string, string>()
    if (!input.recipe) return { content: recipes.row(input.recipeId ?? 0).content, uploads }
    const { name: _, productId: _p, images, serials: change, ...rest } = input.recipe
    const before = input.recipeId === undefined ? undefined : recipes.row(input.recipeId)
    const serials = changedSerials(before ? sourceOf(before) : { from: 'scan' }, change, null)
    recipes.checkOptions(rest)
    return {
      content: {
        ...rest,
        serials,
        images: images.map((image) => {
          if (image.packageId != null) return packageImage(options, image.packageId, image)
          const own = input.recipeId === undefined ? undefined : recipes.row(input.recipeId).content.images
          const kept = own?.find((one) => one.packageId === null && one.sha256 === image.file)
          if (kept) return { ...kept, address: image.address }
          const { name, size, sha256, path } = options.uploads.waiting(image.file ?? '')
          uploads.set(sha256, path)
          return { packageId: null, name, size, sha256, address: image.address }
        }),
      },
      uploads,
    }
  }

  const problemOf = (error: unknown): TroubleView => {
    if (error instanceof FlashError || error instanceof Refusal) return troubleView(error.code, error.data)
    throw error
  }

  return async (input: z.output<typeof RecipeCheckInput>): Promise<CheckView> => {
    const { content, uploads } = contentOf(input)
    const nothing = { ok: false, regions: [], totalBytes: 0, chip: null, warnings: [], partitions: [], images: [] }
    const part = unknownPart(options.family(content.target), content.expect)
    const patterns = [
      ...faultyPatterns(content).map(patternReason),
      ...(part ? [partReason(part)] : []),
      ...unsetSerials(content),
    ].map(({ code, data }) => troubleView(code, data))
    const needs = await needProblems(options, content)
    try {
      const { regions: images, chip, problems, description } = await imageCache.read({ content }, uploads)
      const own: Region[] = content.unitData ? [unitRegion(content.unitData, sample)] : []
      const regions = [...images, ...own].sort((left, right) => left.address - right.address)
      const ofImages =
        own.length > 0
          ? findProblems(regions, options.family(content.target).images, knownOf(content), content.options)
          : problems
      const found = [...needs, ...ofImages]
      const view = ({ code, data }: (typeof found)[number]): TroubleView => troubleView(code, data)
      const refusals = found.filter(({ refused }) => refused)
      return {
        ok: refusals.length + patterns.length === 0,
        regions: regions.map(({ address, bytes, name, role }) => ({
          address,
          size: bytes.length,
          name,
          ...(role && { role }),
        })),
        totalBytes: regions.reduce((sum, { bytes }) => sum + bytes.length, 0),
        chip,
        problems: [...refusals.map(view), ...patterns],
        warnings: found.filter(({ refused }) => !refused).map(view),
        partitions: [...description.partitions],
        images: [...description.images],
      }
    } catch (error) {
      const others = needs.map(({ code, data }) => troubleView(code, data))
      return { ...nothing, problems: [problemOf(error), ...others, ...patterns] }
    }
  }
}
