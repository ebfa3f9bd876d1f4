import { describe, it } from 'vitest'
import { checkFiles, expectRow, type FileRow, openFileBench } from './checked-files.ts'
import {
  app,
  at,
  blink,
  boot,
  bootloader,
  damaged,
  data,
  fw,
  noise,
  nvsData,
  otaTable,
  single,
  table,
  text,
  zipOf,
} from './esp-builds.ts'
import { describedImage, espImage, tableOf } from './esp-images.ts'

const wrongPlaces: readonly FileRow[] = [
  {
    title: 'an ESP32 bootloader at 0',
    files: [{ ...boot, address: 0 }, table, fw],
    problems: ['ESP_BOOTLOADER_OFFSET'],
    warnings: [],
  },
  {
    title: 'an ESP32-C5 bootloader at 0',
    files: [at(bootloader(23), 'bootloader.bin', 0), table, at(blink(23))],
    problems: ['ESP_BOOTLOADER_OFFSET'],
    warnings: [],
  },
  {
    title: 'an app larger than its partition',
    files: [boot, { ...table, bytes: tableOf(...single.slice(0, 2), ['factory', app, 0, 0x1_0000, 0x2_0000]) }, fw],
    problems: ['ESP_PARTITION_TOO_SMALL'],
    warnings: [],
  },
  {
    title: 'an app in the nvs partition',
    files: [boot, table, at(espImage(0, 9000), 'gateway.bin', 0x9000)],
    problems: ['ESP_APP_IN_DATA'],
    warnings: [],
  },
  {
    title: 'an app where no partition begins',
    files: [boot, table, { ...fw, address: 0x2_0000 }],
    problems: ['ESP_APP_NOWHERE'],
    warnings: [],
  },
  {
    title: 'a file system larger than its partition',
    files: [
      boot,
      { ...table, bytes: tableOf(...single, ['storage', data, 0x82, 0x11_0000, 0x1_0000]) },
      fw,
      at(new Uint8Array(0x1_8000).fill(7), 'spiffs.bin', 0x11_0000),
    ],
    problems: ['ESP_PARTITION_TOO_SMALL'],
    warnings: [],
  },
  {
    title: 'unit data outside nvs',
    files: [boot, table, fw],
    recipe: nvsData(0x30_0000, 0x6000),
    problems: ['ESP_UNIT_DATA_PLACE'],
    warnings: [],
  },
  {
    title: 'unit data larger than nvs',
    files: [boot, { ...table, bytes: tableOf(['nvs', data, 2, 0x9000, 0x3000], ...single.slice(2)) }, fw],
    recipe: nvsData(0x9000, 0x6000),
    problems: ['ESP_UNIT_DATA_TOO_LARGE'],
    warnings: [],
  },
  {
    title: 'unit data smaller than nvs',
    files: [boot, table, fw],
    recipe: nvsData(0x9000, 0x3000),
    problems: [],
    warnings: ['ESP_UNIT_DATA_SHORT'],
  },
  {
    title: 'an OTA layout without otadata: units that took an OTA upgrade keep their old slot',
    files: [boot, otaTable, fw],
    problems: [],
    warnings: ['ESP_OTADATA_KEPT'],
  },
  {
    title: 'the same with otadata erased by the recipe',
    files: [boot, otaTable, fw],
    recipe: { options: { erasePartitions: 'otadata' } },
    problems: [],
    warnings: [],
    answer: { regions: [{}, {}, { name: 'otadata', role: 'erased', address: 0xd000, size: 0x2000 }, {}] },
  },
  {
    title: 'a partition to erase that the table does not have',
    files: [boot, table, fw],
    recipe: { options: { erasePartitions: 'otadata' } },
    problems: ['ESP_ERASE_UNKNOWN'],
    warnings: [],
  },
]

const tables: readonly FileRow[] = [
  {
    title: 'a partition table in text form',
    files: [
      boot,
      at(text('# Name, Type, SubType, Offset, Size\nnvs, data, nvs, 0x9000, 0x6000,\n'), 'partitions.bin', 0x8000),
      fw,
    ],
    problems: ['ESP_TABLE_CSV'],
    warnings: [],
  },
  {
    title: 'a partition table with a damaged byte',
    files: [boot, { ...table, bytes: damaged(table.bytes, 0x2c) }, fw],
    problems: ['ESP_TABLE_DAMAGED'],
    warnings: [],
  },
  {
    title: 'something else where the table belongs',
    files: [boot, at(noise(3072), 'table.bin', 0x8000), fw],
    problems: ['ESP_TABLE_UNREADABLE'],
    warnings: [],
  },
  {
    title: 'an archive of which nobody knows where it belongs',
    files: [at(zipOf('app.bin', blink(0)), 'release.bin')],
    problems: [],
    warnings: ['ESP_FOREIGN_FILE'],
  },
  { title: 'no partition table at all', files: [boot, fw], problems: [], warnings: ['ESP_NO_TABLE'] },
  {
    title: 'overlapping partitions',
    files: [boot, { ...table, bytes: tableOf(...single, ['ota_0', app, 0x10, 0x8_0000, 0x10_0000]) }, fw],
    problems: ['ESP_PARTITIONS_OVERLAP'],
    warnings: ['ESP_TABLE_NO_OTADATA'],
  },
  {
    title: 'a table beyond the flash that the recipe expects',
    files: [boot, otaTable, fw],
    recipe: { expect: { minFlashSize: 0x20_0000 }, options: { erasePartitions: 'otadata' } },
    problems: ['ESP_PARTITION_BEYOND_FLASH', 'ESP_PARTITION_BEYOND_FLASH'],
    warnings: ['ESP_HEADER_FLASH_SIZE'],
  },
  {
    title: 'a table beyond the flash size in the header of the bootloader',
    files: [{ ...boot, bytes: describedImage(0, 20_000, { kind: 'bootloader' }, 2) }, otaTable, fw],
    recipe: { options: { erasePartitions: 'otadata' } },
    problems: [],
    warnings: ['ESP_PARTITION_BEYOND_HEADER'],
  },
]

const units: readonly FileRow[] = [
  {
    title: 'a build for newer chip revisions than the recipe expects',
    files: [
      at(bootloader(18, { revisions: [300, 399] }), 'bootloader.bin', 0x2000),
      table,
      at(blink(18, { revisions: [300, 399] })),
    ],
    recipe: { expect: { chip: 'ESP32-P4 (revision v1.3)' } },
    problems: ['ESP_IMAGE_REVISION', 'ESP_IMAGE_REVISION'],
    warnings: [],
    answer: { images: [{ revision: 'v3.0 – v3.99' }, {}, {}] },
  },
  {
    title: 'an ESP32 build for a recipe that expects an ESP32-C3',
    files: [boot, table, fw],
    recipe: { expect: { chip: 'esp32c3' } },
    problems: ['IMAGE_OTHER_CHIP', 'IMAGE_OTHER_CHIP'],
    warnings: ['ESP_NO_BOOTLOADER'],
  },
  {
    title: 'an unsigned build for chips with secure boot',
    files: [at(bootloader(5), 'bootloader.bin', 0), table, at(blink(5))],
    recipe: { options: { allowSecureBoot: true } },
    problems: [],
    warnings: ['ESP_UNSIGNED', 'ESP_UNSIGNED', 'ESP_SECURE_BOOTLOADER'],
  },
]

describe.each([
  ['wrong places', wrongPlaces],
  ['partition tables', tables],
  ['the wrong unit', units],
])('the dry check of files for ESP: %s', (_, rows) => {
  it.each(rows)('$title', async (row) => expectRow(await checkFiles(await openFileBench(), 'esp', row), row))
})
