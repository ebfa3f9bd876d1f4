import { describe, expect, it } from 'vitest'
import type { Recipe, UnitRecord } from '#shared/schema.ts'
import { image } from '../flashing/conformance/subject.ts'
import { dfuFile, dfuSeFile } from '../flashing/dfu-files.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

const START = 0x0800_0000

/** A program as the dry run expects it at the start of flash. */
const program = (): Uint8Array => {
  const bytes = Buffer.from(image(20_000))
  bytes.writeUInt32LE(0x2002_0000, 0)
  bytes.writeUInt32LE(START + 0x189, 4)
  return bytes
}

describe.skipIf(!hasChromium)(`USB units at the screen${needsChromium}`, () => {
  it.each([
    ['zh-CN', 1280, 800],
    ['en-US', 1920, 1080],
  ] as const)('in %s: from an empty station to records', async (language, width, height) => {
    const station = await startStationProcess('--no-tls')
    const { page, picture, faults } = await openScreen(station.ready.ui, { language, width, height })
    const shot = (name: string) => picture(`usb-${name}-${language.slice(0, 2)}-${width}`)
    const file = (name: string, bytes: Uint8Array) =>
      page
        .getByTestId('recipe-file')
        .setInputFiles([{ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) }])

    await page.getByTestId('nav-bench').click()
    await page.getByTestId('bench-tabs').locator('label').nth(1).click()
    await page.getByTestId('recipe-add').click()
    await page.getByTestId('recipe-name').fill('USB probe, factory')
    await page.getByTestId('target-dfu').click()

    // A damaged file is refused in words; the whole one is taken.
    const damaged = dfuFile(image(2000), { vendorId: 0x483 })
    damaged[100] = (damaged[100] ?? 0) ^ 1
    await file('probe-1.4.0.dfu', damaged)
    await page.locator('[data-testid="dry-check"][data-ok="false"]').getByText('probe-1.4.0.dfu').first().waitFor()
    await shot('damaged')
    await page.locator('.images li button').click()
    const whole = dfuSeFile([{ alternate: 0, address: START, bytes: program() }], {
      vendorId: 0x483,
      productId: 0xdf11,
    })
    await file('probe-1.4.1.dfu', whole)
    await page.locator('[data-testid="dry-check"][data-ok="true"]').waitFor()
    await page.getByTestId('recipe-advanced').locator('summary').click()
    await page.getByTestId('option-vendorId').fill('0483')
    await page.locator('[data-testid="dry-check"][data-ok="true"]').waitFor()
    await shot('recipe')
    await page.getByTestId('recipe-save').click()
    await page.getByTestId('recipes-table').getByText('USB probe, factory').waitFor()
    const recipes = await station.call<{ items: Recipe[] }>('GET', '/bench/recipes')
    expect(recipes.items).toMatchObject([{ target: 'dfu', options: { vendorId: '0483', dialect: 'auto' } }])

    await station.call('POST', '/bench/demo/start', { slots: 6, failurePercent: 40, boards: ['dfu'] })
    await page.getByTestId('bench-tabs').locator('label').nth(0).click()
    await page.locator('.slot[data-lamp="pass"]').first().waitFor()
    await page.locator('.slot[data-lamp="fail"], .slot[data-lamp="refused"]').first().waitFor()
    await shot('line')
    await page.locator('.slot[data-lamp="fail"], .slot[data-lamp="refused"]').first().click()
    await page.getByTestId('slot-log').waitFor()
    await shot('slot')
    await page.locator('.ant-drawer-close').click()
    await page.getByTestId('bench-tabs').locator('label').nth(2).click()
    await page.getByTestId('records-table').locator('.table-row').nth(1).waitFor()
    await shot('records')
    const { items } = await station.call<{ items: UnitRecord[] }>('GET', '/bench/records?state=passed')
    expect(items[0]?.unit).toMatch(/^[0-9a-f]{12}$/)
    expect(faults).toEqual([])
  })
})
