import type { z } from 'zod'
import type { PartNumbers } from './part-numbers.ts'

/** Of a form's field; a record holds texts by their names. */
export type OptionValue = string | number | boolean | Readonly<Record<string, string>>

/** The source of an image's addresses, when its file (HEX, S19, ELF) does not contain them. */
export type AddressFacts =
  /** The target has no addresses: it accepts files unchanged. */
  | { readonly kind: 'none' }
  /** The user may enter one for any file, also for one with its own: what writes it decides what that means. */
  | { readonly kind: 'given' }
  /** The user may enter one; without it the image goes to `first`. */
  | { readonly kind: 'optional'; readonly first: number }
  /** The user must enter one. `suggest` returns the usual address by the file's name and the recipe's options. */
  | {
      readonly kind: 'needed'
      readonly suggest: (fileName: string, options: Readonly<Record<string, unknown>>) => number
    }

/** How an empty slot is told from one with a unit: by an identification with a short time-out. */
export interface ProbeFacts {
  /** Options that replace the recipe's while a slot is asked. */
  readonly options: Readonly<Record<string, OptionValue>>
  /** Codes of an identification that nobody answered. */
  readonly silence: readonly string[]
}

/**
 * The facts of a target for the whole application: recipes, the recipe editor, the bench. Its names and the labels of its options are
 * texts, found by the target's name and the option's key.
 */
export interface TargetFacts {
  /** A recipe's options: flat, every field with a default, so that an empty object is valid and a form can be generated. */
  readonly options: z.ZodObject
  /** How the recipe editor shows the options, in the order of the schema. */
  readonly editor: {
    /** Options that are always shown; the others are folded as advanced. */
    readonly usual: readonly string[]
    /** Options that are shown only with a certain value of another option. */
    readonly onlyWith: Readonly<Record<string, readonly [option: string, value: OptionValue]>>
  }
  readonly address: AddressFacts
  /** The identity that a unit reports. */
  readonly identity: { readonly unit: boolean; readonly chip: boolean; readonly flashSize: boolean }
  /** How a slot is asked whether a unit is in it; undefined where a silent unit is the rule, so that only a run can tell. */
  readonly probe?: ProbeFacts
  /** Suggested chips for the recipe's pre-check; empty where there are too many to list. */
  readonly chips: readonly string[]
  /** The part numbers that a recipe may expect; left out for a target whose chips are compared by the name that they report. */
  readonly parts?: PartNumbers
  /** The only chip that the options allow; undefined where they allow any. */
  readonly chosenChip: (options: Readonly<Record<string, unknown>>) => string | undefined
  /**
   * The revision in a chip's name as people write it, 100 times the major number plus the minor one; undefined where the name has none.
   * Left out for targets whose files do not depend on it.
   */
  readonly revisionIn?: (chip: string) => number | undefined
  /** Whether a build (folder, ZIP) fills a recipe; left out where it does not. */
  readonly builds?: boolean
  /** Whether the editor offers unit data: an NVS partition written in addition to the images. */
  readonly unitData: boolean
  /** Whether the demo has a line of simulated units for this target. */
  readonly demo: boolean
}

/** For a target whose options select no chip. */
export const anyChip = (): undefined => undefined
