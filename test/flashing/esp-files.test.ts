import { describe, it } from 'vitest'
import { checkFiles, expectRow, type FileRow, openFileBench } from './checked-files.ts'
import { espImage, partitionTable } from './esp-images.ts'

const rows: readonly FileRow[] = [
  {
    title: 'bootloader, partition table and app at their places',
    files: [
      { name: 'bootloader.bin', bytes: espImage(0, 20_000), address: 0x1000 },
      { name: 'partition-table.bin', bytes: partitionTable([0x1_0000, 0x10_0000]), address: 0x8000 },
      { name: 'app.bin', bytes: espImage(0, 100_000), address: 0x1_0000 },
    ],
    problems: [],
    warnings: [],
    answer: { chip: 'ESP32' },
  },
]

describe('the dry check of files for ESP', () => {
  it.each(rows)('$title', async (row) => expectRow(await checkFiles(await openFileBench(), 'esp', row), row))
})
