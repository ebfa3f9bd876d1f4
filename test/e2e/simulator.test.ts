import { describe, expect, it } from 'vitest'
import type { Campaign, Product, SimulatorStatus } from '#shared/schema.ts'
import { until } from '../helpers/until.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { choose } from './choose.ts'
import { startStationProcess } from './process.ts'

describe.skipIf(!hasChromium)(`virtual devices at the screen${needsChromium}`, () => {
  it('of OneNET, which ask, are given a fault by its name, started, and upgraded', async () => {
    const station = await startStationProcess()
    await station.call('POST', '/products', { name: '边缘网关', key: 'gw-prod', protocol: 'sagoo' })
    const product = await station.call<Product>('POST', '/products', {
      name: '电表',
      key: '33704',
      protocol: 'onenet',
    })
    const { page, picture, faults } = await openScreen(station.ready.ui)
    const fill = (testId: string, text: string): Promise<void> =>
      page.locator(`input[data-testid="${testId}"], [data-testid="${testId}"] input`).fill(text)

    // Nobody waits ten minutes here for the new version of a device that reports its old one.
    await station.call('PATCH', '/settings', { rollbackMinutes: 0 })
    await page.getByTestId('nav-settings').click()
    await choose(page, 'simulator-product', '电表')
    await fill('simulator-count', '10')
    await fill('simulator-failure', '20')
    await fill('simulator-ask', '0.5')
    await choose(page, 'simulator-fault', '回滚到旧版本')
    await picture('simulator-onenet-zh')
    await page.getByTestId('simulator-start').click()
    await page.locator('[data-testid="simulator-connected"][data-count="10"]').waitFor()
    const { settings } = await station.call<SimulatorStatus>('GET', '/simulator')
    expect(settings).toMatchObject({ productId: product.id, fault: 'rollback', failurePercent: 20, askSeconds: 0.5 })

    const pack = await station.call<{ id: number }>('POST', '/packages', {
      productId: product.id,
      name: '电表 2.0.0',
      version: '2.0.0',
      uploads: [await station.upload('meter.bin', new Uint8Array(100_000))],
    })
    const campaign = await station.call<Campaign>('POST', '/campaigns', { packageId: pack.id, name: '全部' })
    await until(
      () => station.call<Campaign>('GET', `/campaigns/${campaign.id}`),
      ({ counts }) => counts.succeeded === 8 && counts.failed === 2,
    )
    await page.locator('[data-testid="simulator-failed"][data-count="2"]').waitFor()
    expect(faults).toEqual([])
  })
})
