import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Campaign, Package, Product } from '#shared/schema.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

const DEVICES = 20

/** A product with a package that may be campaigned, and virtual devices of which so many percent fail. */
const prepare = async (station: StationProcess, failurePercent: number): Promise<Package> => {
  const product = await station.call<Product>('POST', '/products', {
    name: '边缘网关',
    key: 'gw-prod',
    protocol: 'sagoo',
  })
  const upload = await station.upload('gateway-2.4.1.bin', randomBytes(40_000))
  const pack = await station.call<Package>('POST', '/packages', {
    productId: product.id,
    name: '网关 2.4.1',
    version: '2.4.1',
    verify: false,
    uploads: [upload],
  })
  await station.call('POST', '/simulator/start', {
    productId: product.id,
    count: DEVICES,
    prefix: 'gw',
    version: '2.3.0',
    bytesPerSecond: 0,
    failurePercent,
    rebootMs: 200,
  })
  await expect
    .poll(
      async () =>
        (await station.call<{ items: { devices: number }[] }>('GET', `/products/${product.id}/version-distribution`))
          .items[0]?.devices,
    )
    .toBe(DEVICES)
  return pack
}

/** A double-click and a held Enter reach the review and no further; from the keyboard the focus is on its heading. */
const reachesReviewOnly = async (page: Page, station: StationProcess): Promise<void> => {
  const armed = page.locator('[data-testid="campaign-start"]:enabled')
  await page.getByTestId('wizard-next').dblclick()
  await armed.waitFor()
  await page.getByTestId('wizard-back').click()
  await page.getByTestId('wizard-next').focus()
  await page.keyboard.press('Enter')
  await page.locator('[data-testid="review-heading"]:focus').waitFor()
  await page.keyboard.press('Enter')
  await armed.waitFor()
  expect((await station.call<{ items: Campaign[] }>('GET', '/campaigns')).items).toEqual([])
}

const reaches = (page: Page, status: Campaign['status']): Promise<void> =>
  page.locator(`header [data-testid="campaign-status"][data-status="${status}"]`).waitFor()

describe.skipIf(!hasChromium)(`a rollout at the screen${needsChromium}`, () => {
  it('plans a canary group that a person follows, says so in words, and opens the rest at a click', async () => {
    const station = await startStationProcess('--no-tls')
    await prepare(station, 0)
    const { page, picture, faults } = await openScreen(station.ready.ui)
    await page.getByTestId('nav-campaigns').click()
    await page.getByTestId('new-campaign').first().click()
    await page.getByTestId('package-choice-1').check({ force: true })
    await page.getByTestId('wizard-next').click()
    await page.getByTestId('from-2.3.0').waitFor()
    await picture('rollout-devices-zh')
    await page.getByTestId('wizard-next').click()
    await page.getByTestId('groups-canary').click()
    await page.getByTestId('group-proceed-0').click()
    await page.getByTitle('人工放行').last().click()
    await picture('rollout-how-zh')
    await reachesReviewOnly(page, station)
    await page.getByTestId('review-words').getByText('试点组：1 台').waitFor()
    await page.getByTestId('review-words').getByText('其余 19 台').waitFor()
    await picture('rollout-review-zh')
    await page.getByTestId('campaign-start').click()

    await page.getByTestId('waits-for-person').waitFor()
    await picture('rollout-person-zh')
    expect(await station.call<Campaign>('GET', '/campaigns/1')).toMatchObject({
      status: 'running',
      waitsFor: 'person',
      counts: { succeeded: 1, pending: 19 },
    })
    // What waits for a person stands among what needs one.
    await page.getByTestId('nav-overview').click()
    await page.getByTestId('attention').getByText('下一组待放行').waitFor()
    await page.goBack()
    await page.getByTestId('campaign-proceed').click()
    await page.getByTestId('confirm-yes').click()
    await reaches(page, 'finished')
    await page.locator(`[data-testid="counts-succeeded"][data-count="${DEVICES}"]`).waitFor()
    await picture('rollout-done-zh')
    expect(faults).toEqual([])
  })

  it('shows why a campaign halted, and goes on only after a question', async () => {
    const station = await startStationProcess('--no-tls')
    const pack = await prepare(station, 100)
    await station.call('POST', '/campaigns', {
      packageId: pack.id,
      name: 'Gateways',
      kind: 'upgrade',
      scope: 'all',
      groups: [{ name: 'Canary', percent: 10, successPercent: 90 }],
    })
    const { page, picture, faults } = await openScreen(station.ready.ui, { language: 'en-US' })
    await page.getByTestId('nav-campaigns').click()
    await page.getByTestId('campaigns-table').getByText('Gateways').first().click()
    await reaches(page, 'halted')
    await page.getByTestId('halted').getByText('"Canary": success rate 0%, below 90%').waitFor()
    await page.locator('[data-testid="group-0"][data-status="failed"]').waitFor()
    await picture('rollout-halted-en')
    expect((await station.call<Campaign>('GET', '/campaigns/1')).counts).toMatchObject({ failed: 2, pending: 18 })
    await page.getByTestId('campaign-go-on').click()
    await page.getByTestId('confirm-yes').click()
    await reaches(page, 'finished')
    await page.locator(`[data-testid="counts-failed"][data-count="${DEVICES}"]`).waitFor()

    // Chosen rows become a campaign of their own.
    await page.getByTestId('mark-1').check()
    await page.getByTestId('mark-2').check()
    await page.getByTestId('reupgrade').click()
    await page.getByTestId('clone-confirm').click()
    await page.waitForURL(/#\/campaigns\/2$/)
    expect((await station.call<Campaign>('GET', '/campaigns/2')).scope).toBe('devices')
    expect(faults).toEqual([])
  })
})
