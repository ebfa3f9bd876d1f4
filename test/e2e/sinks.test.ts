import { describe, expect, it, onTestFinished } from 'vitest'
import type { Package, Product, Sink } from '#shared/schema.ts'
import { until } from '../helpers/until.ts'
import { createWebhookServer } from '../sinks/webhook-server.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

describe.skipIf(!hasChromium)(`outgoing records at the screen${needsChromium}`, () => {
  it.each([
    ['zh-CN', 1280, 800],
    ['en-US', 1920, 1080],
    ['en-US', 1280, 800],
    ['zh-CN', 1920, 1080],
  ] as const)('in %s at %i×%i: from the empty panel to a deleted receiver', async (language, width, height) => {
    const mes = createWebhookServer()
    await mes.start()
    onTestFinished(() => mes.stop())
    const station = await startStationProcess('--no-tls')
    const { page, picture, faults } = await openScreen(station.ready.ui, { language, width, height })
    const shot = (name: string) => picture(`sinks-${name}-${language.slice(0, 2)}-${width}`)
    const panel = page.getByTestId('sinks-panel')

    await page.getByTestId('nav-settings').click()
    await panel.scrollIntoViewIfNeeded()
    await shot('empty')

    // A form that lacks something says so at its fields.
    await page.getByTestId('sink-add').click()
    await page.getByTestId('sink-save').click()
    await page.locator('.programmer-form .fault').first().waitFor()
    await shot('faults')
    await page.getByTestId('sink-kind').locator('label').nth(1).click()
    await page.getByTestId('sink-name').fill('MES')
    await page.getByTestId('sink-url').fill(`http://ota:pass-word@127.0.0.1:${mes.port}/records`)
    await page.getByTestId('sink-generate').click()
    const key = await page.getByTestId('sink-secret').inputValue()
    expect(key).toMatch(/^[\w-]{43}$/)
    await shot('form')
    await page.getByTestId('sink-save').click()
    await page.locator('[data-testid="sink-result"][data-ok="true"]').waitFor()
    expect(await panel.innerText()).not.toContain('pass-word')
    await shot('added')
    expect(mes.requests[0]?.headers['x-ota-bench-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/)

    // Edited, its secrets stay.
    await page.getByTestId('sink-edit').click()
    await page.getByTestId('sink-name').fill('MES 2')
    await shot('edit')
    await page.getByTestId('sink-save').click()
    await page.getByTestId('sink-MES 2').waitFor()

    // It goes away while something happens.
    await mes.stop()
    const product = await station.call<Product>('POST', '/products', { name: 'Gateway', protocol: 'sagoo' })
    const csv = Array.from({ length: 30 }, (_, index) => `gw-${index}`).join('\n')
    await station.call('POST', '/devices/import', { productId: product.id, csv })
    const pack = await station.call<Package>('POST', '/packages', {
      productId: product.id,
      name: 'fw',
      version: '2.0.0',
      verify: false,
      uploads: [await station.upload('app.bin', Buffer.alloc(2000, 7))],
    })
    const campaign = await station.call<{ id: number }>('POST', '/campaigns', {
      packageId: pack.id,
      name: 'All',
      kind: 'upgrade',
      scope: 'all',
    })
    await station.call('POST', `/campaigns/${campaign.id}/cancel`)
    await page.locator('[data-testid="sink-error"][data-code="UNREACHABLE"]').waitFor()
    await page.locator('[data-testid="sink-MES 2"][data-backlog="32"]').waitFor()
    await panel.scrollIntoViewIfNeeded()
    await shot('outage')
    await page.getByTestId('sink-toggle').click()
    await page.getByTestId('confirm-yes').waitFor()
    await shot('pause')
    await page.getByTestId('confirm-yes').click()
    await page.locator('[data-testid="sink-MES 2"][data-state="paused"]').waitFor()

    // Resumed when it is back, it takes all of it.
    await mes.start()
    await page.getByTestId('sink-toggle').click()
    await page.locator('[data-testid="sink-MES 2"][data-backlog="0"][data-state="idle"]').waitFor()
    await shot('resumed')

    // Deleted with a backlog, the question names what is lost.
    await mes.stop()
    await station.call('POST', `/campaigns/${campaign.id}/clone`)
    await page.locator('[data-testid="sink-MES 2"][data-backlog="1"]').waitFor()
    await page.getByTestId('sink-remove').click()
    await page.getByTestId('confirm-yes').waitFor()
    await shot('remove')
    await page.getByTestId('confirm-yes').click()
    await page.getByTestId('sink-MES 2').waitFor({ state: 'detached' })
    await until(
      () => station.call<{ items: Sink[] }>('GET', '/sinks'),
      ({ items }) => items.length === 0,
    )
    expect(faults).toEqual([])
  })
})
