import { z } from 'zod'
import { modemOptions, usualModemOptions } from './serial-options.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

/** How a recipe for the target `xmodem` flashes. */
export const XmodemOptions = z.strictObject({
  ...modemOptions,
  /** Pads the last block, because XMODEM carries no length. */
  padding: z.enum(['1a', 'ff', '00']).default('1a'),
})
export type XmodemOptions = z.infer<typeof XmodemOptions>

/** Bootloaders that receive one file by XMODEM. */
export const xmodem = {
  options: XmodemOptions,
  editor: { usual: usualModemOptions, onlyWith: {} },
  address: { kind: 'none' },
  identity: { unit: false, chip: false, flashSize: false },
  chips: [],
  chosenChip: anyChip,
  unitData: false,
  demo: false,
} as const satisfies TargetFacts
