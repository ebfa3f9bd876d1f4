import { z } from 'zod'
import { patternFault, patternFaults, patternNames } from '../pattern.ts'
import { rule } from '../phrase.ts'
import { flashTargets } from '../targets/index.ts'
import { CheckValue, ValueName } from './bench-values.ts'
import { RecipeSerials, RecipeSerialsInput } from './recipe-serials.ts'
import { FreeText, Id, Label, Timestamp } from './values.ts'

export const FlashTarget = z.enum(flashTargets)

/** An address as a number, or in the form that engineers use: `0x10000`. */
export const Address = z.union([
  z.number().int().min(0).max(0xffff_ffff),
  z
    .string()
    .regex(/^(0x[0-9a-f]{1,8}|\d{1,10})$/i, rule('address'))
    .transform(Number)
    .refine((address) => address <= 0xffff_ffff, rule('address')),
])

/** The source of an image's bytes: a package of the library (with a file name where it has several), or a file of the recipe. */
export const RecipeImageInput = z
  .strictObject({
    packageId: Id.nullish(),
    fileName: z.string().min(1).max(255).nullish(),
    /** The id of an upload, or the SHA-256 of a file the recipe already has. */
    file: z.string().min(1).max(64).nullish(),
    /** Null: the file contains the address (HEX, S19, ELF), or the target has no addresses. */
    address: Address.nullable().default(null),
  })
  .refine(({ packageId, file }) => (packageId == null) !== (file == null), {
    message: rule('packageOrFile'),
    path: ['packageId'],
  })
export const RecipeImage = z.object({
  packageId: Id.nullable(),
  name: z.string(),
  size: z.number(),
  sha256: z.string(),
  address: z.number().nullable(),
})
export type RecipeImage = z.infer<typeof RecipeImage>

/** A pattern as stored: an older station may have accepted one that cannot run here; the recipe then reports it. */
const StoredPattern = z.string().min(1)
/** A pattern of RE2, as the user enters it. */
const Pattern = StoredPattern.max(200).superRefine((source, context) => {
  const fault = patternFault(source)
  if (fault) context.addIssue({ code: 'custom', message: rule(fault) })
})

/** The expected unit in the slot; any other unit is refused. */
const StoredExpect = z.strictObject({
  /** The chip's own name, ignoring case; `ESP32-C3` also matches `ESP32-C3 (QFN32)`. */
  chip: z.string().trim().min(1).max(64).optional(),
  /** Bytes. */
  minFlashSize: z.number().int().min(0).optional(),
  /** A pattern that the unit's id or serial number must match. */
  unit: StoredPattern.optional(),
  /** USB ids of the adapter or chip, hex: `303a`. */
  vendorId: z
    .string()
    .regex(/^[0-9a-f]{4}$/i, rule('usbId'))
    .optional(),
  productId: z
    .string()
    .regex(/^[0-9a-f]{4}$/i, rule('usbId'))
    .optional(),
  /** The USB serial number is the unit's own (chips with native USB), not that of an adapter in the slot. */
  usbSerialIsUnit: z.boolean().optional(),
  /** A run without a scanned serial is refused. */
  serial: z.boolean().optional(),
})
export const RecipeExpect = StoredExpect.extend({ unit: Pattern.optional() })
export type RecipeExpect = z.infer<typeof RecipeExpect>

/** The names of the values that a pattern reads; none of one that cannot be run, which is said of the pattern itself. */
const namesIn = (source: string | undefined): string[] =>
  source === undefined || patternFault(source) ? [] : patternNames(source)

/** A line to send and the response expected within the time; either may be left out. */
const StoredCheck = z.strictObject({
  name: Label.optional(),
  /**
   * Sent as written; `\r`, `
   * `, `\t`, `\xHH` represent their bytes, `{serial}` and `{unit}` the unit's values.
   */
  send: z.string().max(500).optional(),
  /** A pattern for one line of the answer; `{serial}` and `{unit}` as in `send`. */
  expect: StoredPattern.optional(),
  timeoutMs: z.number().int().min(50).max(120_000).default(3000),
  /** The speed of the console. */
  baudRate: z.number().int().min(110).max(4_000_000).optional(),
  /** Units and limits of what named groups of `expect` read; a group that is not listed is kept without. */
  values: z.array(CheckValue).max(16).optional(),
})
export const RecipeCheck = StoredCheck.extend({ expect: Pattern.optional() })
  .refine(({ send, expect }) => send !== undefined || expect !== undefined, {
    message: rule('sendOrExpect'),
    path: ['expect'],
  })
  .superRefine(({ expect, values = [] }, context) => {
    const names = namesIn(expect)
    values.forEach(({ name }, at) => {
      const twice = values.findIndex((other) => other.name === name) < at
      if (twice) context.addIssue({ code: 'custom', message: rule('valueTwice'), path: ['values', at, 'name'] })
      else if (!names.includes(name))
        context.addIssue({ code: 'custom', message: rule('valueInPattern'), path: ['values', at, 'name'] })
    })
  })
export type RecipeCheck = z.infer<typeof RecipeCheck>

/** The unit's own values, written in addition to the images: an NVS partition (esp). `{serial}` and `{unit}` are filled in. */
export const RecipeUnitData = z.strictObject({
  address: Address,
  /** Bytes of the partition. */
  size: z.number().int().min(4096).max(1_048_576),
  entries: z
    .array(
      z.strictObject({
        /** NVS names have at most 15 characters. */
        namespace: z.string().regex(/^[\x21-\x7e]{1,15}$/, rule('nvsName')),
        key: z.string().regex(/^[\x21-\x7e]{1,15}$/, rule('nvsName')),
        type: z.enum(['string', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'hex']),
        value: z.string().max(4000),
      }),
    )
    .min(1)
    .max(200),
})
export type RecipeUnitData = z.infer<typeof RecipeUnitData>

const recipeFields = {
  name: Label,
  /** Units become devices of this product, with the version of its package. */
  productId: Id.nullable(),
  target: FlashTarget,
  /** Defined by the family's own schema. */
  options: z.record(z.string(), z.json()),
  expect: RecipeExpect,
  unitData: RecipeUnitData.nullable(),
  checks: z
    .array(RecipeCheck)
    .max(50)
    .superRefine((checks, context) => {
      const seen = new Set<string>()
      checks.forEach(({ expect }, at) => {
        for (const name of namesIn(expect)) {
          // Its distribution would be that of two different things.
          if (seen.has(name)) context.addIssue({ code: 'custom', message: rule('valueTwice'), path: [at, 'expect'] })
          if (!ValueName.safeParse(name).success)
            context.addIssue({ code: 'custom', message: rule('measureName'), path: [at, 'expect'] })
          seen.add(name)
        }
      })
    }),
  autoStart: z.boolean(),
  notes: FreeText.nullable(),
}
export const Recipe = z.object({
  id: Id,
  /** From 1; each change increases it. */
  version: z.number(),
  ...recipeFields,
  serials: RecipeSerials,
  expect: StoredExpect,
  checks: z.array(StoredCheck),
  images: z.array(RecipeImage),
  /** Patterns that cannot run, by their place: `expect.unit`, `checks.0.expect`. The recipe cannot run until they are changed. */
  patternFaults: z.array(z.object({ field: z.string(), fault: z.enum(patternFaults) })),
  /** Why it cannot run at present, e.g. because a package was deleted. */
  missing: z.array(z.string()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Recipe = z.infer<typeof Recipe>
export const RecipeInput = z.strictObject({
  name: recipeFields.name,
  /** Left out: the product of its packages. */
  productId: Id.nullable().optional(),
  target: recipeFields.target,
  options: recipeFields.options.default({}),
  images: z.array(RecipeImageInput).min(1).max(32),
  expect: RecipeExpect.default({}),
  unitData: RecipeUnitData.nullish().transform((data) => data ?? null),
  checks: recipeFields.checks.default([]),
  autoStart: z.boolean().default(false),
  notes: FreeText.nullish().transform((notes) => notes ?? null),
  serials: RecipeSerialsInput.default({ from: 'scan' }),
})
export const RecipePatch = z.strictObject({
  name: recipeFields.name.optional(),
  productId: Id.nullable().optional(),
  target: recipeFields.target.optional(),
  options: recipeFields.options.optional(),
  images: z.array(RecipeImageInput).min(1).max(32).optional(),
  expect: RecipeExpect.optional(),
  unitData: RecipeUnitData.nullable().optional(),
  checks: recipeFields.checks.optional(),
  autoStart: z.boolean().optional(),
  notes: FreeText.nullable().optional(),
  /** `next` and `list` may be left out: the counter and the list go on. A counter is not set back to numbers that it has given. */
  serials: RecipeSerialsInput.optional(),
})
