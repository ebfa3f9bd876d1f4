import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import type { Recipe } from '#shared/schema.ts'
import { blink, bootloader, twoOta } from '../flashing/esp-builds.ts'
import { tableOf } from '../flashing/esp-images.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

const ESP32_S3 = 9

/** The folder of a build of ESP-IDF without its otadata, among files that nobody flashes. */
const buildFolder = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'drop-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'flasher_args.json': JSON.stringify({
      flash_files: {
        '0x0': 'bootloader/bootloader.bin',
        '0x8000': 'partition_table/partition-table.bin',
        '0x10000': 'gateway.bin',
      },
      extra_esptool_args: { before: 'default_reset', chip: 'esp32s3' },
    }),
    'bootloader/bootloader.bin': bootloader(ESP32_S3),
    'partition_table/partition-table.bin': tableOf(...twoOta),
    'gateway.bin': blink(ESP32_S3),
    'esp-idf/main/CMakeFiles/main.c.obj': 'object',
  }
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'build', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  return join(root, 'build')
}

/** Drops a file or folder of this computer on the page, as the system does. */
const dropPath = async (page: Page, path: string): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data })
}

it.skipIf(!hasChromium).each([
  ['zh-CN', 1280, 800],
  ['en-US', 1920, 1080],
] as const)(
  `a build folder dropped on the recipe editor fills it, in %s${needsChromium}`,
  async (language, width, height) => {
    const station = await startStationProcess('--no-tls')
    const { page, faults, picture } = await openScreen(station.ready.ui, { language, width, height })
    await page.getByTestId('nav-bench').click()
    await page.getByTestId('bench-tabs').locator('label').nth(1).click()
    await page.getByTestId('recipe-add').click()
    await page.getByTestId('recipe-name').waitFor()
    await dropPath(page, buildFolder())
    await expect.poll(() => page.getByTestId('recipe-name').inputValue()).toBe('gateway 2.4.0')
    const check = page.locator('[data-testid="dry-check"][data-ok="true"]')
    await check.getByTestId('dry-partitions').getByText('app ota_1').waitFor()
    await check.getByTestId('dry-images').getByText('gateway.bin').waitFor()
    await picture(`build-dropped-${language}`)
    // Units that once took an OTA upgrade would keep their old slot: one click erases the choice.
    await check.getByTestId('dry-erase-otadata').click()
    await check.getByTestId('dry-erase-otadata').waitFor({ state: 'detached' })
    await page.locator('.dry-regions').getByText('otadata').waitFor()
    await picture(`build-erases-${language}`)
    await page.getByTestId('recipe-save').click()
    await page.getByTestId('recipes-table').getByText('gateway 2.4.0').waitFor()
    const { items } = await station.call<{ items: Recipe[] }>('GET', '/bench/recipes')
    expect(items[0]).toMatchObject({
      target: 'esp',
      options: { chip: 'ESP32-S3', erasePartitions: 'otadata' },
      images: [{ address: 0 }, { address: 0x8000 }, { address: 0x1_0000 }],
    })
    expect(faults).toEqual([])
  },
)
