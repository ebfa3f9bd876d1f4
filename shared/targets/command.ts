import { z } from 'zod'
import { rule } from '../phrase.ts'
import { programmerValue, programmerValueName } from '../schema/programmers.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

/** How a recipe for the target `command` flashes. */
export const CommandOptions = z.strictObject({
  /** The name of a programmer of the station's settings; its program and arguments are never the recipe's. */
  programmer: z
    .string()
    .regex(/^[a-z0-9._-]{0,64}$/, rule('programmerName'))
    .default('')
    .meta({ field: 'programmer' }),
  /** What the programmer's own placeholders stand for. */
  values: z.record(programmerValueName, programmerValue).default({}).meta({ field: 'values' }),
  /** The program is ended after this time. */
  timeoutSeconds: z.number().int().min(1).max(86_400).default(600),
})
export type CommandOptions = z.infer<typeof CommandOptions>

/** Anything that has a program of its own: a debug probe, a vendor's boot loader. */
export const command = {
  options: CommandOptions,
  editor: { usual: ['programmer', 'values', 'timeoutSeconds'], onlyWith: {} },
  address: { kind: 'given' },
  identity: { unit: false, chip: false, flashSize: false },
  chips: [],
  chosenChip: anyChip,
  unitData: false,
  demo: true,
} as const satisfies TargetFacts
