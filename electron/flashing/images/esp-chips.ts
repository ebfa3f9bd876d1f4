import type { EspChip } from '#shared/schema/flash-options-esp.ts'

/** Chip ids of an image's extended header (ESP-IDF, esp_chip_id_t in esp_app_format.h; esptool's IMAGE_CHIP_ID). */
export const espImageChips: Readonly<Record<number, EspChip>> = {
  0: 'ESP32',
  2: 'ESP32-S2',
  5: 'ESP32-C3',
  9: 'ESP32-S3',
  12: 'ESP32-C2',
  13: 'ESP32-C6',
  16: 'ESP32-H2',
  18: 'ESP32-P4',
  20: 'ESP32-C61',
  23: 'ESP32-C5',
  25: 'ESP32-H21',
  28: 'ESP32-H4',
  31: 'ESP32-E22',
  32: 'ESP32-S31',
}

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

/** Where ESP-IDF keeps the partition table unless told otherwise (CONFIG_PARTITION_TABLE_OFFSET). */
export const partitionTableOffset = 0x8000
