import { z } from 'zod'

/**
 * What a recipe may choose, family by family: flat, every field with a default, so that a form can be made of it and an empty object is
 * a recipe.
 */
const BaudRate = (fallback: number) => z.number().int().min(300).max(4_000_000).default(fallback)

/** STM32 UART boot loader (AN3155). */
export const Stm32Options = z.strictObject({
  /** AN3155 2: 1200 to 115200 in every chip, more in some. */
  baudRate: BaudRate(115_200),
  /** AN3155 2: even; adapters that cannot are met by chips that do not mind. */
  parity: z.enum(['even', 'none']).default('even'),
  /** `lines`: BOOT0 and reset hang on the adapter's modem lines; `manual`: a person or a jumper enters the boot loader. */
  entry: z.enum(['manual', 'lines']).default('manual'),
  /** With `lines`: which one resets, the other one is BOOT0. */
  resetLine: z.enum(['dtr', 'rts']).default('dtr'),
  /** With `lines`: the chip is held in reset while the line is asserted (its pin is low); false: while it is not. */
  resetWhenAsserted: z.boolean().default(true),
  /** With `lines`: BOOT0 is high while the line is asserted, as through a transistor; false: the pin is wired to BOOT0. */
  boot0WhenAsserted: z.boolean().default(true),
  erase: z.enum(['pages', 'mass', 'none']).default('pages'),
  verify: z.boolean().default(true),
  /** Erases the whole chip: only on purpose. */
  removeReadProtection: z.boolean().default(false),
  /** `reset` by the modem lines, `go` to the lowest address written, or `stay` in the boot loader. */
  after: z.enum(['go', 'reset', 'stay']).default('go'),
})
export type Stm32Options = z.infer<typeof Stm32Options>

const modem = {
  baudRate: BaudRate(115_200),
  /** Bytes of a block; a receiver that refuses 1024 gets 128. */
  block: z.enum(['128', '1024']).default('1024'),
  /** Sent first, to bring the unit into its receiving mode; `\r`, `\n`, `\xNN` as in C. */
  startText: z.string().max(200).default(''),
  /** How long to wait for the receiver to ask. */
  startSeconds: z.number().int().min(1).max(600).default(60),
  /** How often one block is sent anew. */
  retries: z.number().int().min(1).max(100).default(10),
}

export const XmodemOptions = z.strictObject({
  ...modem,
  /** Fills up the last block: XMODEM carries no length. */
  padding: z.enum(['1a', 'ff', '00']).default('1a'),
})
export type XmodemOptions = z.infer<typeof XmodemOptions>

export const YmodemOptions = z.strictObject(modem)
export type YmodemOptions = z.infer<typeof YmodemOptions>
