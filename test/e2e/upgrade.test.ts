import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Campaign, Job } from '#shared/schema.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationOn, startStationProcess } from './process.ts'

/** Waits for an element to show exactly that text. */
const shows = (page: Page, testId: string, text: string): Promise<void> =>
  page
    .getByTestId(testId)
    .filter({ hasText: new RegExp(`^${text}$`) })
    .waitFor()

/** Types into a field of the component library, which keeps the test id on the input itself. */
const fill = (page: Page, testId: string, text: string): Promise<void> =>
  page.locator(`input[data-testid="${testId}"], [data-testid="${testId}"] input`).fill(text)

describe.skipIf(!hasChromium)(`a technician at the screen${needsChromium}`, () => {
  it('creates a product, uploads a package, upgrades 50 virtual devices of which 5 fail, and reads why', async () => {
    const station = await startStationProcess('--no-tls')
    const { page, picture, faults } = await openScreen(station.ready.ui)
    await page.getByTestId('first-steps').waitFor()
    await picture('first-run-zh')

    await page.getByTestId('nav-devices').click()
    await page.getByTestId('tab-products').click()
    await page.getByTestId('new-product').first().click()
    await fill(page, 'product-name', '边缘网关')
    await fill(page, 'product-key', 'gw-prod')
    await page.getByTestId('product-submit').click()
    await page.getByTestId('product-gw-prod').waitFor()
    await picture('products-zh')

    await page.getByTestId('nav-packages').click()
    await page.getByTestId('new-package').first().click()
    await page
      .getByTestId('package-file')
      .setInputFiles({ name: 'gateway-2.4.1.bin', mimeType: 'application/octet-stream', buffer: randomBytes(300_000) })
    await page.getByText('SHA-256').first().waitFor()
    await fill(page, 'package-name', '网关 2.4.1')
    await fill(page, 'package-version', '2.4.1')
    // The system's own control is behind our button.
    expect(await page.locator('input[type="file"]:visible').count()).toBe(0)
    await picture('package-form-zh')
    await page.getByTestId('package-submit').click()
    await page.getByTestId('package-details').getByText('网关 2.4.1').first().waitFor()
    await page.keyboard.press('Escape')

    await page.getByTestId('nav-settings').click()
    await fill(page, 'simulator-count', '50')
    await fill(page, 'simulator-version', '2.3.0')
    await fill(page, 'simulator-failure', '10')
    await fill(page, 'simulator-speed', '150')
    await fill(page, 'simulator-reboot', '1')
    await page.getByTestId('simulator-start').click()
    await page.locator('[data-testid="simulator-connected"][data-count="50"]').waitFor()
    await picture('simulator-zh')

    await page.getByTestId('nav-campaigns').click()
    await page.getByTestId('new-campaign').first().click()
    await page.getByTestId('wizard-package').waitFor()
    await page.getByTestId('package-choice-1').check({ force: true })
    await page.getByTestId('wizard-next').click()
    await page.getByTestId('wizard-devices').waitFor()
    await page.getByTestId('from-2.3.0').waitFor()
    await picture('wizard-devices-zh')
    await page.getByTestId('wizard-next').click()
    await page.getByTestId('wizard-next').click()
    await shows(page, 'preview-matching', '50')
    await shows(page, 'preview-online', '50')
    await picture('wizard-review-zh')
    await page.getByTestId('campaign-start').click()

    await page.locator('[data-testid="counts-downloading"]:not([data-count="0"])').waitFor()
    await picture('campaign-live-zh')
    await page.getByTestId('language-switch').click()
    await picture('campaign-live-en')
    await page.locator('[data-testid="counts-succeeded"][data-count="45"]').waitFor()
    await page.locator('[data-testid="counts-failed"][data-count="5"]').waitFor()
    await page.locator('header').getByText('45 succeeded · 5 failed · 0 skipped').waitFor()
    await page.locator('header [data-testid="campaign-status"] [data-tone="person"]').waitFor()
    await picture('campaign-done-en')

    // What the screen shows is what a factory program reads.
    const campaign = await station.call<Campaign>('GET', '/campaigns/1')
    expect(campaign).toMatchObject({ status: 'finished', counts: { succeeded: 45, failed: 5 } })
    const { items } = await station.call<{ items: Job[] }>('GET', '/campaigns/1/jobs?state=failed')
    await page.getByTestId('filter-failed').click()
    for (const job of items)
      await page
        .getByTestId('jobs-table')
        .getByText(job.description ?? '')
        .first()
        .waitFor()
    await picture('campaign-failed-en')
    await page
      .getByTestId('jobs-table')
      .getByText(items[0]?.deviceName ?? '')
      .click()
    await page.getByTestId('job-reason').waitFor()
    await picture('job-drawer-en')
    await page.getByTestId('language-switch').click({ force: true })
    await page.getByTestId('job-reason').getByText(/设备/).first().waitFor()
    await picture('job-drawer-zh')
    await page.keyboard.press('Escape')

    await page.getByTestId('campaign-retry-failed').click()
    await page.locator('[data-testid="counts-succeeded"][data-count="50"]').waitFor()
    expect(faults).toEqual([])
  })

  it('asks for the token when the address has none, and lets in with it', async () => {
    const station = await startStationProcess('--no-tls', '--token', 'a-token-of-ours')
    const { page } = await openScreen(new URL(station.ready.ui).origin, { language: 'en-US' })
    await fill(page, 'token', 'wrong')
    await page.keyboard.press('Enter')
    await page.getByText(/token/i).first().waitFor()
    await fill(page, 'token', 'a-token-of-ours')
    await page.keyboard.press('Enter')
    await page.getByTestId('nav-packages').waitFor()
    expect(page.url()).not.toContain('a-token-of-ours')
  })

  it('says that the station is gone and comes back by itself when it is there again', async () => {
    const station = await startStationProcess('--no-tls')
    const { page } = await openScreen(station.ready.ui)
    await page.locator('[data-testid="connection-state"][data-open="true"]').waitFor()
    const { port } = new URL(station.ready.ui)
    station.child.kill('SIGKILL')
    await once(station.child, 'exit')
    await page.getByTestId('connection-banner').waitFor()
    await startStationOn(station.directory, '--no-tls', '--ui-port', port, '--token', station.ready.token)
    await page.locator('[data-testid="connection-state"][data-open="true"]').waitFor()
    await page.getByTestId('connection-banner').waitFor({ state: 'detached' })
  })
})
