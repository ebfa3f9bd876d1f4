import type { z } from 'zod'
import type { FlashTarget } from '#shared/flashing.ts'
import type { Flasher, Identity } from '../flasher.ts'
import type { LineSettings } from '../link.ts'

/** A target family as the bench knows it. */
export interface Family {
  readonly target: FlashTarget
  /** Of a recipe's options: every field has a default. */
  readonly options: z.ZodType<Record<string, unknown>>
  /** How its port is opened, by the options as parsed. */
  readonly line: (options: Readonly<Record<string, unknown>>) => LineSettings
  readonly flasher: Flasher
}

/** Of a target that cannot say who it is. */
export const unknownIdentity: Identity = { unit: undefined, chip: undefined, flashSize: undefined, facts: {} }
