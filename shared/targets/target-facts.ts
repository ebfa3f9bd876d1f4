import type { z } from 'zod'

export type OptionValue = string | number | boolean

/** Where the addresses of an image come from, when its file (HEX, S19, ELF) does not carry them. */
export type AddressFacts =
  /** The target has no addresses: it takes files as they are. */
  | { readonly kind: 'none' }
  /** A person may give one; without it the image goes to `first`. */
  | { readonly kind: 'optional'; readonly first: number }
  /** A person must give one. `suggest` names the usual address by the file's name and the recipe's options. */
  | {
      readonly kind: 'needed'
      readonly suggest: (fileName: string, options: Readonly<Record<string, unknown>>) => number
    }

/**
 * What is true of a target wherever the application meets it: in a recipe, in the recipe editor, on the bench. Its names and the labels
 * of its options are texts, found by the target's name and the option's key.
 */
export interface TargetFacts {
  /** A recipe's options: flat, every field with a default, so that an empty object is a recipe and a form can be made of it. */
  readonly options: z.ZodObject
  /** How the recipe editor shows the options, in the order of the schema. */
  readonly editor: {
    /** Options that are shown at once; the others are folded away as advanced. */
    readonly usual: readonly string[]
    /** Options that are shown only beside a value of another option. */
    readonly onlyWith: Readonly<Record<string, readonly [option: string, value: OptionValue]>>
  }
  readonly address: AddressFacts
  /** What a unit says of itself. */
  readonly identity: { readonly unit: boolean; readonly chip: boolean; readonly flashSize: boolean }
  /** Chips that are suggested for the recipe's pre-check; empty where the names are too many to list. */
  readonly chips: readonly string[]
  /** The only chip that the options accept; undefined where they accept any. */
  readonly chosenChip: (options: Readonly<Record<string, unknown>>) => string | undefined
  /** Whether the editor offers unit data: an NVS partition written beside the images. */
  readonly unitData: boolean
  /** Whether the demo has a line of simulated units of this target. */
  readonly demo: boolean
}

/** Of a target whose options choose no chip. */
export const anyChip = (): undefined => undefined
