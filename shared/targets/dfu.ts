import { z } from 'zod'
import { rule } from '../phrase.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

/** Four hex digits, or empty for any. */
const usbId = z
  .string()
  .regex(/^(?:0x)?([0-9a-f]{4})?$/i, rule('usbId'))
  .default('')

/** How a recipe for the target `dfu` flashes. */
export const DfuOptions = z.strictObject({
  /** Of the device in DFU mode; a run-time device may have others. */
  vendorId: usbId,
  productId: usbId,
  /** `auto`: as the device describes itself. */
  dialect: z.enum(['auto', 'dfu', 'dfuse']).default('auto'),
  /** Number of the alternate setting; `auto`: by the address (DfuSe), or the only one there is. */
  alternate: z
    .string()
    .regex(/^(auto|\d{1,3})$/, rule('alternate'))
    .default('auto'),
  /** DfuSe alone: a plain DFU device erases by itself. */
  erase: z.enum(['sectors', 'mass', 'none']).default('sectors'),
  verify: z.boolean().default(true),
  /** Erases the whole chip, so it is never the default. */
  removeReadProtection: z.boolean().default(false),
  after: z.enum(['leave', 'stay']).default('leave'),
})
export type DfuOptions = z.infer<typeof DfuOptions>

/** Devices with a bootloader for USB DFU 1.1, or for ST's DfuSe (AN3156). */
export const dfu = {
  options: DfuOptions,
  editor: { usual: ['dialect', 'erase', 'after'], onlyWith: {} },
  // Main flash memory of STM32 (RM0008 3.3), GD32, AT32 and APM32.
  address: { kind: 'optional', first: 0x0800_0000 },
  identity: { unit: true, chip: false, flashSize: false },
  chips: [],
  chosenChip: anyChip,
  unitData: false,
  demo: true,
} as const satisfies TargetFacts
