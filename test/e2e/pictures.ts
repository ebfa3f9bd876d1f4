import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Campaign } from '#shared/schema.ts'
import { openScreen } from './browser.ts'
import { picture } from './picture.ts'
import { registerGateways, runGateways, setUpMeters, setUpProducts, startHeating, words } from './pictured-station.ts'
import { startStationProcess } from './process.ts'

const IMAGE_BYTES = 1_258_291

/** The ports that real stations have, as people will compare: they must be free while pictures are taken. */
const ports = [
  // On every address, so that the screen shows the one that devices would use.
  '--host',
  '0.0.0.0',
  '--mqtt-port',
  '1883',
  '--mqtts-port',
  '8883',
  '--http-port',
  '8070',
  '--https-port',
  '8443',
  '--ui-port',
  '7420',
]

const fill = (page: Page, testId: string, text: string): Promise<void> =>
  page.locator(`input[data-testid="${testId}"], [data-testid="${testId}"] input`).fill(text)

it.each(['zh', 'en'] as const)('takes the pictures of the screen in %s', async (language) => {
  const say = words[language]
  const station = await startStationProcess(...ports)
  const { page, faults } = await openScreen(station.ready.ui, { language: say.locale })
  const shot = (name: string): Promise<void> => picture(page, `${name}-${language}`)
  const open = (place: string): Promise<void> => page.getByTestId(`nav-${place}`).click()

  await page.getByTestId('first-steps').waitFor()
  await shot('first-run')
  await open('settings')
  await page.getByTestId('operator-name').fill(say.operator)
  await page.getByTestId('operator-name').press('Enter')

  const { gateway, thermostat } = await setUpProducts(station, language)
  await open('packages')
  await page.getByTestId('new-package').first().click()
  await page.getByTestId('package-file').setInputFiles({
    name: 'gateway-2.4.1.bin',
    mimeType: 'application/octet-stream',
    buffer: randomBytes(IMAGE_BYTES),
  })
  await page.getByText('SHA-256').first().waitFor()
  await page.getByTestId('package-product').click()
  await page.getByTitle(say.gateway).last().click()
  await fill(page, 'package-name', say.newImage)
  await fill(page, 'package-version', '2.4.1')
  await shot('package-form')
  await page.getByTestId('package-submit').click()
  await page.getByTestId('package-details').getByText(say.newImage).first().waitFor()
  await shot('package')
  await page.keyboard.press('Escape')

  const devices = await registerGateways(station, gateway)
  await runGateways(station, devices, 'upgraded', { version: '2.4.1' })
  await (await runGateways(station, devices, 'absent', { version: '2.2.0' })).stop()
  await runGateways(station, devices, 'fast', { bytesPerSecond: 320 * 1024, failurePercent: 7 })
  await runGateways(station, devices, 'middle', { bytesPerSecond: 135 * 1024, failurePercent: 7 })
  await runGateways(station, devices, 'slow', { bytesPerSecond: 60 * 1024, failurePercent: 20 })
  await station.call('POST', '/simulator/start', {
    productId: thermostat.id,
    count: 24,
    prefix: 'thermo',
    version: '1.2.0',
    bytesPerSecond: 65_536,
    rebootMs: 3000,
  })

  await open('campaigns')
  await page.getByTestId('new-campaign').first().click()
  await page.getByTestId('package-choice-2').check({ force: true })
  await page.getByTestId('wizard-next').click()
  await page.getByTestId('from-2.3.0').waitFor()
  await shot('wizard-devices')
  await page.getByTestId('wizard-next').click()
  await page.getByTestId('groups-canary').click()
  await page.getByTestId('group-proceed-0').click()
  await page.getByTitle(say.byPerson).last().click()
  await page.getByTestId('start-later').click()
  await page.getByTestId('group-rows').scrollIntoViewIfNeeded()
  await shot('wizard-plan')
  // The campaign of the pictures is one that starts now, for all.
  await page.getByTestId('start-now').click()
  await page.getByTestId('groups-all').click()
  await page.getByTestId('wizard-next').click()
  await page.locator('[data-testid="preview-matching"]').waitFor()
  await fill(page, 'campaign-name', say.campaign)
  // It is disarmed for a moment after the step change.
  await page.locator('[data-testid="campaign-start"]:enabled').hover()
  await shot('wizard-review')
  await page.getByTestId('campaign-start').click()

  await page.getByTestId('counts-done').waitFor()
  const campaignIs = async (passes: (counts: Campaign['counts']) => boolean): Promise<void> => {
    await expect.poll(async () => passes((await station.call<Campaign>('GET', '/campaigns/1')).counts)).toBe(true)
  }
  await campaignIs(
    (counts) => counts.succeeded >= 9 && counts.failed >= 2 && counts.installing > 5 && counts.downloading > 9,
  )
  await shot('campaign-live')
  if (language === 'en') {
    await page.getByTestId('theme-switch').click()
    await picture(page, 'campaign-live-dark')
    await page.getByTestId('theme-switch').click()
    await page.setViewportSize({ width: 1920, height: 1080 })
    await picture(page, 'campaign-live-1920')
    await page.setViewportSize({ width: 1280, height: 800 })
  }
  await open('overview')
  await page.getByTestId('connect-card').waitFor()
  await shot('overview')

  await campaignIs((counts) => counts.notified + counts.downloading + counts.installing === 0)
  await page.goto(`${new URL(station.ready.ui).origin}/#/campaigns/1`)
  await page.getByTestId('filter-failed').click()
  await shot('campaign-failed')
  await page.getByTestId('jobs-table').getByText('gw-').nth(1).click()
  await page.getByTestId('job-reason').waitFor()
  await shot('job')
  await page.keyboard.press('Escape')

  await open('packages')
  await page.getByText(say.newImage).first().waitFor()
  await shot('packages')
  await open('devices')
  await page.getByText('gw-').first().waitFor()
  await shot('devices')
  await page.getByTestId('tab-products').click()
  await page.getByTestId('product-gw-prod').waitFor()
  await shot('products')
  await open('settings')
  await page.getByTestId('simulator-connected').waitFor()
  await shot('settings')

  await startHeating(station, language)
  await page.goto(`${new URL(station.ready.ui).origin}/#/campaigns/2`)
  await page.getByTestId('waits-for-person').waitFor()
  await shot('campaign-groups')
  await page.getByTestId('campaign-proceed').click()
  await page.getByTestId('confirm-yes').click()
  await open('settings')
  await page.getByTestId('audit-open').click()
  await page.getByTestId('audit-table').getByText(say.operator).first().waitFor()
  await shot('audit')

  const meters = await setUpMeters(station, language)
  await page.goto(`${new URL(station.ready.ui).origin}/#/packages/${meters.id}`)
  await page.getByTestId('diff-make').click()
  await page.getByTestId('base-3.1.0').waitFor()
  await page.getByTestId('diff-make-submit').hover()
  await shot('diffs-make')
  await page.getByTestId('diff-make-submit').click()
  for (const version of ['3.0.4', '3.1.0'])
    await page.locator(`[data-testid="diff-${version}"][data-status="ready"]`).waitFor()
  await shot('diffs')
  await page.getByTestId('package-upgrade').click()
  await page.getByTestId('wizard-next').click()
  await page.getByTestId('mode-saves').waitFor()
  await shot('wizard-diffs')
  await page.getByTestId('wizard-next').click()
  await page.getByTestId('review-saves').waitFor()
  await fill(page, 'campaign-name', say.meterCampaign)
  await page.getByTestId('campaign-start').click()
  await page.getByTestId('counts-done').waitFor()
  const third = async (): Promise<Campaign> => station.call<Campaign>('GET', '/campaigns/3')
  await expect.poll(async () => (await third()).counts.succeeded).toBeGreaterThan(12)
  await page.getByTestId('bytes-saved').waitFor()
  await shot('campaign-diffs')
  expect(faults).toEqual([])
})
