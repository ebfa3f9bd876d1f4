import { z } from 'zod'
import { modemOptions, usualModemOptions } from './serial-options.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

/** How a recipe for the target `ymodem` flashes. */
export const YmodemOptions = z.strictObject(modemOptions)
export type YmodemOptions = z.infer<typeof YmodemOptions>

/** Bootloaders that receive files with their names and lengths by YMODEM. */
export const ymodem = {
  options: YmodemOptions,
  editor: { usual: usualModemOptions, onlyWith: {} },
  address: { kind: 'none' },
  identity: { unit: false, chip: false, flashSize: false },
  chips: [],
  chosenChip: anyChip,
  unitData: false,
  demo: false,
} as const satisfies TargetFacts
