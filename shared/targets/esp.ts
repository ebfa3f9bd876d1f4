import { z } from 'zod'
import { espParts } from './esp-parts.ts'
import type { TargetFacts } from './target-facts.ts'

/** Espressif's chips that can be flashed, as esptool names them. */
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

/** How a recipe for the target `esp` flashes. */
export const EspOptions = z.strictObject({
  /** The only accepted chip; `any`: the chip of the images. */
  chip: z.enum(['any', ...espChips]).default('any'),
  /** The speed of writing. The connection begins at 115200 and returns to it when the chip cannot follow. */
  baudRate: z.number().int().min(9600).max(5_000_000).default(460_800),
  /** How a chip enters its ROM loader: by DTR and RTS, by its own USB, or manually. */
  reset: z.enum(['classic', 'usb-jtag', 'none']).default('classic'),
  connectAttempts: z.number().int().min(1).max(20).default(7),
  /** Written into the header of the boot image; `keep` leaves the header unchanged. */
  flashMode: z.enum(espFlashModes).default('keep'),
  flashFreq: z.enum(espFlashFreqs).default('keep'),
  flashSize: z.enum(espFlashSizes).default('keep'),
  /** Erases the whole flash before writing, with all data stored on the unit. */
  eraseAll: z.boolean().default(false),
  /** Partitions to erase, by their names in the table that the recipe writes, or as `0xADDRESS:0xSIZE`; separated by commas. */
  erasePartitions: z.string().trim().max(200).default(''),
  /** The images are signed: chips with secure boot are accepted. */
  allowSecureBoot: z.boolean().default(false),
  /** `run` starts the new firmware, `stay` leaves the unit in the loader. */
  after: z.enum(['run', 'stay']).default('run'),
})
export type EspOptions = z.infer<typeof EspOptions>

const chosenChip = ({ chip }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof chip === 'string' && chip !== 'any' ? chip : undefined

/** Where the ROM looks for the first image (esptool's BOOTLOADER_FLASH_OFFSET); 0 for those not named. */
const bootOffsets: Readonly<Partial<Record<EspChip, number>>> = {
  ESP32: 0x1000,
  'ESP32-S2': 0x1000,
  'ESP32-C5': 0x2000,
  'ESP32-H4': 0x2000,
  'ESP32-P4': 0x2000,
  'ESP32-S31': 0x2000,
}
export const espBootOffset = (chip: string): number => bootOffsets[chip as EspChip] ?? 0
export const espBootOffsets: readonly number[] = [0, 0x1000, 0x2000]

/** Where builds put their parts unless their partition table says otherwise (ESP-IDF, arduino-esp32). */
export const espAddresses = { table: 0x8000, otadata: 0xe000, app: 0x1_0000 } as const

/** The usual addresses of the parts of a build, by their names. */
const usualAddresses: readonly (readonly [name: RegExp, address: (chip: string) => number])[] = [
  [/boot_?app0|ota_?data/i, () => espAddresses.otadata],
  [/boot_?loader/i, espBootOffset],
  [/partition/i, () => espAddresses.table],
  [/merged|factory|full|combined/i, () => 0],
]

/** `ESP32-P4 (revision v1.3)`, `ESP32-C3 v0.4`. */
const revisionIn = (name: string): number | undefined => {
  const found = /\bv(\d{1,2})\.(\d{1,2})\b/i.exec(name)
  return found ? Number(found[1]) * 100 + Number(found[2]) : undefined
}

/** ESP8266, ESP32 and later chips by their ROM loader. */
export const esp = {
  options: EspOptions,
  editor: { usual: ['chip', 'baudRate', 'reset', 'eraseAll'], onlyWith: {} },
  address: {
    kind: 'needed',
    suggest: (fileName, options) => {
      const chip = chosenChip(options) ?? ''
      if (chip === 'ESP8266') return 0
      return usualAddresses.find(([name]) => name.test(fileName))?.[1](chip) ?? espAddresses.app
    },
  },
  identity: { unit: true, chip: true, flashSize: true },
  // Two attempts: the second one waits longer for boards with a large capacitor at the reset pin.
  probe: { options: { connectAttempts: 2 }, silence: ['ESP_NO_SYNC'] },
  chips: espChips,
  parts: espParts(espChips),
  chosenChip,
  revisionIn,
  builds: true,
  unitData: true,
  demo: true,
} as const satisfies TargetFacts
