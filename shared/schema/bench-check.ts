import { z } from 'zod'
import { rule } from '../phrase.ts'
import { BenchTrouble } from './bench-ports.ts'
import { RecipeInput } from './bench-recipes.ts'
import { Id } from './values.ts'

/** A recipe, stored or not yet stored: for the latter `recipeId` selects whose own files its images may use. */
export const RecipeCheckInput = z
  .strictObject({ recipeId: Id.optional(), recipe: RecipeInput.optional() })
  .refine(({ recipeId, recipe }) => recipeId !== undefined || recipe !== undefined, {
    message: rule('recipeOrId'),
    path: ['recipeId'],
  })
/** What an image is: `firmware` where a bootloader and an app are one, `data` where it is neither. */
const imageKinds = ['bootloader', 'table', 'app', 'otadata', 'nvs', 'filesystem', 'firmware', 'data'] as const
/** An image as its content describes it; a merged file has several. */
export const CheckedImage = z.object({
  /** The file's name. */
  name: z.string(),
  kind: z.enum(imageKinds),
  /** Where it begins; left out where the target has no addresses. */
  address: z.number().optional(),
  chip: z.string().optional(),
  version: z.string().optional(),
  project: z.string().optional(),
  /** The chip revisions that it runs on: `v0.3`, `v3.0 – v3.99`. */
  revision: z.string().optional(),
  /** Whether it carries a signature for secure boot. */
  signed: z.boolean().optional(),
})
export type CheckedImage = z.infer<typeof CheckedImage>

/** A partition as the table has it. */
export const CheckedPartition = z.object({
  label: z.string(),
  /** `app`, `data`, `bootloader`, `partition_table`, or the number. */
  type: z.string(),
  /** `factory`, `ota_0`, `nvs`, … or the number. */
  subtype: z.string(),
  address: z.number(),
  size: z.number(),
})
export type CheckedPartition = z.infer<typeof CheckedPartition>

export const RecipeCheckResult = z.object({
  /** No problems; warnings do not count. */
  ok: z.boolean(),
  /** Ordered by address. */
  regions: z.array(
    z.object({
      address: z.number(),
      size: z.number(),
      name: z.string(),
      /** Left out: a file's bytes. `unitData`: the unit's own data; `erased`: a partition that the recipe erases. */
      role: z.enum(['unitData', 'erased']).optional(),
    }),
  ),
  totalBytes: z.number(),
  /** The chip of the images, where they contain it. */
  chip: z.string().nullable(),
  problems: z.array(BenchTrouble),
  warnings: z.array(BenchTrouble),
  /** Of the partition table that the recipe writes, in its order; empty where there is none. */
  partitions: z.array(CheckedPartition),
  images: z.array(CheckedImage),
})
export type RecipeCheckResult = z.infer<typeof RecipeCheckResult>
