import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Product } from '#shared/schema.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

/** Opened, and where one sees it: without its motion the library leaves popups outside of the window. */
const isSeen = async (page: Page, popup: Locator): Promise<void> => {
  await popup.waitFor({ state: 'visible' })
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  await expect
    .poll(async () => {
      const box = await popup.boundingBox()
      const opacity = await popup.evaluate((element) => getComputedStyle(element).opacity)
      return box === null
        ? 'away'
        : {
            left: box.x >= 0,
            top: box.y >= 0,
            right: box.x + box.width <= width,
            bottom: box.y + box.height <= height,
            opacity,
          }
    })
    .toEqual({ left: true, top: true, right: true, bottom: true, opacity: '1' })
}

describe.skipIf(!hasChromium)(`popups for those who want less motion${needsChromium}`, () => {
  it('choices and menus open inside of the window', async () => {
    const station = await startStationProcess('--no-tls')
    const product = await station.call<Product>('POST', '/products', { name: 'P', key: 'p', protocol: 'sagoo' })
    await station.call('POST', '/devices', { productId: product.id, name: 'd-1' })
    const pack = await station.call<{ id: number }>('POST', '/packages', {
      productId: product.id,
      name: 'P',
      version: '2.0.0',
      uploads: [await station.upload('p.bin', new Uint8Array(100))],
    })
    await station.call('POST', '/campaigns', { packageId: pack.id, name: 'C' })
    const { page, faults } = await openScreen(station.ready.ui)
    expect(await page.evaluate('matchMedia("(prefers-reduced-motion: reduce)").matches')).toBe(true)

    await page.getByTestId('nav-settings').click()
    // Without a rate there is no fault to choose.
    await page.locator('input[data-testid="simulator-failure"], [data-testid="simulator-failure"] input').fill('10')
    await page.getByTestId('simulator-fault').click()
    await isSeen(page, page.locator('.ant-select-dropdown'))
    await page.keyboard.press('Escape')

    await page.goto(`${new URL(station.ready.ui).origin}/#/campaigns/1`)
    await page.getByTestId('campaign-export').click()
    await isSeen(page, page.locator('.export-menu'))
    expect(faults).toEqual([])
  })
})
