import { z } from 'zod'

/** Chips of Espressif's that can be flashed, as esptool names them. */
export const espChips = [
  'ESP8266',
  'ESP32',
  'ESP32-S2',
  'ESP32-S3',
  'ESP32-S31',
  'ESP32-C2',
  'ESP32-C3',
  'ESP32-C5',
  'ESP32-C6',
  'ESP32-C61',
  'ESP32-E22',
  'ESP32-H2',
  'ESP32-H21',
  'ESP32-H4',
  'ESP32-P4',
] as const
export type EspChip = (typeof espChips)[number]

export const espFlashModes = ['keep', 'qio', 'qout', 'dio', 'dout'] as const
export const espFlashFreqs = ['keep', '20m', '26m', '40m', '80m'] as const
export const espFlashSizes = [
  'keep',
  'detect',
  '256KB',
  '512KB',
  '1MB',
  '2MB',
  '4MB',
  '8MB',
  '16MB',
  '32MB',
  '64MB',
  '128MB',
] as const

/** How a recipe for the `esp` family flashes. */
export const EspOptions = z.strictObject({
  /** The only chip that is accepted; `any`: what the images are for. */
  chip: z.enum(['any', ...espChips]).default('any'),
  /** The speed of writing. Talk begins at 115200 and goes back there where the chip does not follow. */
  baudRate: z.number().int().min(9600).max(5_000_000).default(460_800),
  /** How a chip gets into its ROM loader: over DTR and RTS, over its own USB, or by a person's hand. */
  reset: z.enum(['classic', 'usb-jtag', 'none']).default('classic'),
  connectAttempts: z.number().int().min(1).max(20).default(7),
  /** Written into the header of the image that boots; `keep` leaves it as it was built. */
  flashMode: z.enum(espFlashModes).default('keep'),
  flashFreq: z.enum(espFlashFreqs).default('keep'),
  flashSize: z.enum(espFlashSizes).default('keep'),
  /** Erases the whole flash before writing, so with everything that is stored on the unit. */
  eraseAll: z.boolean().default(false),
  /** The images are signed: chips with secure boot are accepted. */
  allowSecureBoot: z.boolean().default(false),
  /** Afterwards the unit runs its new firmware, or stays in the loader. */
  after: z.enum(['run', 'stay']).default('run'),
})
export type EspOptions = z.infer<typeof EspOptions>
