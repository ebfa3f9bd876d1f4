import { z } from 'zod'
import { BenchTrouble } from './bench-ports.ts'
import { FlashTarget } from './bench-recipes.ts'

/** The files of a build as uploads with the purpose `build`: one ZIP, or its description and images. */
export const BuildInput = z.strictObject({
  files: z
    .array(
      z.strictObject({
        /** The id of an upload. */
        file: z.string().min(1).max(64),
        /** Where it was in the build: `build/bootloader/bootloader.bin`; left out: its name. */
        path: z.string().min(1).max(1024).optional(),
      }),
    )
    .min(1)
    .max(128),
})

/** A recipe that was read from a build; nothing is stored yet. */
export const BuildDraft = z.object({
  /** As `POST /bench/recipes` takes it. */
  recipe: z.object({
    name: z.string(),
    target: FlashTarget,
    options: z.record(z.string(), z.json()),
    images: z.array(z.object({ file: z.string(), address: z.number() })),
  }),
  /** The same images with their names and sizes. */
  files: z.array(z.object({ file: z.string(), name: z.string(), size: z.number(), address: z.number() })),
  /** What the user should know of it. */
  notes: z.array(BenchTrouble),
})
export type BuildDraft = z.infer<typeof BuildDraft>
