import { z } from 'zod'
import { baudRate } from './serial-options.ts'
import { stm32Parts } from './stm32-parts.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

/** How a recipe for the target `stm32` flashes. */
export const Stm32Options = z.strictObject({
  /** AN3155 2: 1200 to 115200 in every chip, more in some. */
  baudRate: baudRate(115_200),
  /** AN3155 2: even; some chips accept none, which is for adapters without parity. */
  parity: z.enum(['even', 'none']).default('even'),
  /** `lines`: BOOT0 and reset are wired to the adapter's control lines; `manual`: an operator or a jumper enters the bootloader. */
  entry: z.enum(['manual', 'lines']).default('manual'),
  /** With `lines`: the control line for reset; the other one is BOOT0. */
  resetLine: z.enum(['dtr', 'rts']).default('dtr'),
  /** With `lines`: true if an asserted line holds the chip in reset (its pin is low); false if a released line does. */
  resetWhenAsserted: z.boolean().default(true),
  /** With `lines`: true if an asserted line sets BOOT0 high, as through a transistor; false: the pin is wired to BOOT0. */
  boot0WhenAsserted: z.boolean().default(true),
  erase: z.enum(['pages', 'mass', 'none']).default('pages'),
  /** How many banks the flash has, for chips whose pages depend on it and that do not show the option bit (L5). */
  banks: z.enum(['read', 'single', 'dual']).default('read'),
  verify: z.boolean().default(true),
  /** Erases the whole chip, so it is never the default. */
  removeReadProtection: z.boolean().default(false),
  /** Frees all sectors for writing before they are erased (AN3155 3.10). */
  removeWriteProtection: z.boolean().default(false),
  /** Level 1, after the flash was read back; level 2 is for ever and not offered. */
  setReadProtection: z.boolean().default(false),
  /** `program`: what goes to the start of flash must begin with a vector table that starts it; `data` is written unchecked. */
  startsWith: z.enum(['program', 'data']).default('program'),
  /** Option bytes of a HEX file are written last. Wrong ones may lock the chip, so it is never the default. */
  writeOptionBytes: z.boolean().default(false),
  /** `reset` by the control lines, `go` to the lowest address written, or `stay` in the bootloader. */
  after: z.enum(['go', 'reset', 'stay']).default('go'),
})
export type Stm32Options = z.infer<typeof Stm32Options>

const withLines = ['entry', 'lines'] as const

/** STM32 chips by their UART bootloader (ST AN3155). */
export const stm32 = {
  options: Stm32Options,
  editor: {
    usual: ['baudRate', 'entry', 'erase', 'after'],
    onlyWith: { resetLine: withLines, resetWhenAsserted: withLines, boot0WhenAsserted: withLines },
  },
  // Main flash memory (RM0008 3.3).
  address: { kind: 'optional', first: 0x0800_0000 },
  identity: { unit: true, chip: true, flashSize: true },
  probe: { options: {}, silence: ['STM32_SILENT', 'STM32_SILENT_LINES'] },
  chips: [],
  parts: stm32Parts,
  chosenChip: anyChip,
  unitData: false,
  demo: true,
} as const satisfies TargetFacts
