import { gzipSync } from 'node:zlib'
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
  merged,
  noise,
  otaTable,
  single,
  table,
  text,
  zipOf,
} from './esp-builds.ts'
import { espImage, tableOf } from './esp-images.ts'

const intact: readonly FileRow[] = [
  {
    title: 'bootloader, partition table and app at their places',
    files: [boot, table, fw],
    problems: [],
    warnings: [],
    answer: {
      chip: 'ESP32',
      partitions: [
        { label: 'nvs', type: 'data', subtype: 'nvs', address: 0x9000, size: 0x6000 },
        { label: 'phy_init', type: 'data', subtype: 'phy', address: 0xf000, size: 0x1000 },
        { label: 'factory', type: 'app', subtype: 'factory', address: 0x1_0000, size: 0x10_0000 },
      ],
      images: [
        { name: 'bootloader.bin', kind: 'bootloader', chip: 'ESP32', version: 'v5.5.1' },
        { name: 'partition-table.bin', kind: 'table' },
        { name: 'gateway.bin', kind: 'app', chip: 'ESP32', version: '2.4.0', project: 'gateway' },
      ],
    },
  },
  {
    title: 'a merged file of an ESP32-C3, its parts named',
    files: [at(merged(0, 5), 'merged.bin', 0)],
    problems: [],
    warnings: [],
    answer: {
      chip: 'ESP32-C3',
      images: [
        { name: 'merged.bin', kind: 'bootloader', address: 0 },
        { name: 'merged.bin', kind: 'table', address: 0x8000 },
        { name: 'merged.bin', kind: 'app', address: 0x1_0000, project: 'gateway' },
      ],
    },
  },
  {
    title: 'an ESP32-P4 with its bootloader at 0x2000',
    files: [at(bootloader(18), 'bootloader.bin', 0x2000), table, at(blink(18))],
    problems: [],
    warnings: [],
  },
  {
    title: 'one image of an ESP8266',
    files: [at(espImage('esp8266', 90_000), 'esp8266.bin', 0)],
    problems: [],
    warnings: [],
    answer: { chip: 'ESP8266', images: [{ kind: 'firmware', chip: 'ESP8266' }] },
  },
  {
    title: 'an OTA layout with otadata, two slots left empty',
    files: [boot, otaTable, fw, at(new Uint8Array(0x2000).fill(0xff), 'ota_data_initial.bin', 0xd000)],
    problems: [],
    warnings: [],
    answer: { images: [{}, {}, { name: 'ota_data_initial.bin', kind: 'otadata' }, {}] },
  },
  {
    title: "firmware of the board's second chip in a partition of its own",
    files: [
      boot,
      { ...table, bytes: tableOf(...single, ['slave_fw', data, 0x40, 0x20_0000, 0x10_0000]) },
      fw,
      at(blink(13), 'slave.bin', 0x20_0000),
    ],
    problems: [],
    warnings: [],
  },
  {
    title: 'a signed build for a chip with secure boot, its table moved',
    files: [
      at(bootloader(9, { signed: true }), 'bootloader.bin', 0),
      {
        ...table,
        bytes: tableOf(['nvs', data, 2, 0xd000, 0x3000], ['factory', app, 0, 0x1_0000, 0x10_0000]),
        address: 0xc000,
      },
      at(blink(9, { signed: true })),
    ],
    recipe: { options: { allowSecureBoot: true, flashSize: '8MB' } },
    problems: [],
    warnings: ['ESP_SIGNED_KEPT', 'ESP_SECURE_BOOTLOADER'],
    answer: { images: [{ signed: true }, { kind: 'table' }, { signed: true }] },
  },
]

const wrongContent: readonly FileRow[] = [
  {
    title: 'a ZIP for an app',
    files: [boot, table, at(zipOf('app.bin', blink(0)))],
    problems: ['ESP_APP_FOREIGN'],
    warnings: [],
  },
  { title: 'a gzipped app', files: [boot, table, at(gzipSync(blink(0)))], problems: ['ESP_APP_FOREIGN'], warnings: [] },
  {
    title: 'the page of a failed download',
    files: [boot, table, at(text('<!DOCTYPE html>\n<html><body>404 Not Found</body></html>'))],
    problems: ['ESP_APP_FOREIGN'],
    warnings: [],
  },
  { title: 'an encrypted app', files: [boot, table, at(noise(100_000))], problems: ['ESP_APP_RANDOM'], warnings: [] },
  {
    title: 'an app with nothing but 0xFF',
    files: [boot, table, at(new Uint8Array(40_000).fill(0xff))],
    problems: ['ESP_APP_BLANK'],
    warnings: [],
  },
  {
    title: 'data of somebody for an app',
    files: [boot, table, at(Uint8Array.from({ length: 9000 }, (_, index) => (index >> 3) & 0x1f))],
    problems: ['ESP_APP_UNKNOWN'],
    warnings: [],
  },
  {
    title: 'an ELF program',
    files: [boot, table, at(Buffer.from('7f454c4601010100', 'hex'), 'gateway.elf')],
    problems: ['ELF_NEEDS_CONVERSION'],
    warnings: [],
  },
  {
    title: 'an app without an address',
    files: [boot, table, { name: 'gateway.bin', bytes: fw.bytes }],
    problems: ['IMAGE_NEEDS_ADDRESS'],
    warnings: [],
  },
  {
    title: 'an app cut short',
    files: [boot, table, at(fw.bytes.subarray(0, 100_000))],
    problems: ['ESP_IMAGE_TRUNCATED'],
    warnings: [],
  },
  {
    title: 'an app with a wrong checksum',
    files: [boot, table, at(damaged(fw.bytes, 50_000))],
    problems: ['ESP_IMAGE_CHECKSUM'],
    warnings: [],
  },
  {
    title: 'an app with a wrong SHA-256 at its end',
    files: [boot, table, at(damaged(fw.bytes, fw.bytes.length - 1))],
    problems: ['ESP_IMAGE_DIGEST'],
    warnings: [],
  },
  {
    title: 'a bootloader for an app',
    files: [boot, table, at(boot.bytes)],
    problems: ['ESP_BOOTLOADER_AS_APP'],
    warnings: [],
  },
  {
    title: 'an app for a bootloader',
    files: [{ ...boot, bytes: fw.bytes.subarray() }],
    problems: ['ESP_APP_AS_BOOTLOADER'],
    warnings: [],
  },
  { title: 'an app of another chip', files: [boot, table, at(blink(5))], problems: ['IMAGE_OTHER_CHIP'], warnings: [] },
]

describe.each([
  ['intact', intact],
  ['wrong content', wrongContent],
])('the dry check of files for ESP: %s', (_, rows) => {
  it.each(rows)('$title', async (row) => expectRow(await checkFiles(await openFileBench(), 'esp', row), row))
})
