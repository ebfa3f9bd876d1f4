import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Campaign, Product } from '#shared/schema.ts'
import { until } from '../helpers/until.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationOn } from './process.ts'

const DAY_MS = 86_400_000

/** Thirty days of upgrades, as the station would have kept them. */
const addHistory = (directory: string, productId: number): void => {
  const sql = new Database(join(directory, 'ota-bench.sqlite'))
  const outcome = sql.prepare('INSERT OR REPLACE INTO outcome_days VALUES (?, ?, ?, ?, ?, ?)')
  const version = sql.prepare('INSERT OR REPLACE INTO version_days VALUES (?, ?, ?, ?, ?)')
  const traffic = sql.prepare('INSERT OR REPLACE INTO traffic_days VALUES (?, ?, ?, ?, ?)')
  for (let ago = 29; ago >= 1; ago--) {
    const at = new Date(Date.now() - ago * DAY_MS)
    const day = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`
    const moved = 30 - ago
    version.run(productId, 'default', day, '2.2.0', Math.max(4, 120 - moved * 5))
    version.run(productId, 'default', day, '2.3.0', Math.min(90, 10 + moved * 3))
    if (ago < 15) version.run(productId, 'default', day, '2.4.1', (15 - ago) * 4)
    if (ago % 7 < 2) continue
    outcome.run(productId, 'default', day, 'succeeded', '', 20 + ((moved * 7) % 23))
    outcome.run(productId, 'default', day, 'failed', 'DOWNLOAD_FAILED', (moved * 3) % 5)
    outcome.run(productId, 'default', day, 'failed', 'TIMEOUT_PUSH', moved % 3)
    const full = (20 + ((moved * 7) % 23)) * 1_400_000
    const saved = ago < 12 ? Math.round(full * 0.84) : 0
    traffic.run(productId, 'default', day, full - saved, saved)
  }
  sql.close()
}

describe.skipIf(!hasChromium)(`how upgrades went, at the screen${needsChromium}`, () => {
  it('charts and table of thirty days, a report to keep, and the log of who did it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'seeing-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const station = await startStationOn(directory, '--no-tls')
    const product = await station.call<Product>('POST', '/products', { name: '边缘网关', key: 'gw', protocol: 'sagoo' })
    const upload = await station.upload('gateway.bin', Buffer.alloc(200_000, 5))
    const pack = await station.call<{ id: number }>('POST', '/packages', {
      productId: product.id,
      name: '网关 2.4.1',
      version: '2.4.1',
      uploads: [upload],
    })
    addHistory(directory, product.id)
    await station.call('POST', '/simulator/start', {
      productId: product.id,
      count: 10,
      failurePercent: 20,
      rebootMs: 1,
    })
    await until(
      () => station.call<{ connected: number }>('GET', '/simulator'),
      ({ connected }) => connected === 10,
    )
    const { id } = await station.call<Campaign>('POST', '/campaigns', { packageId: pack.id, name: '二号厂房' })
    const { counts, bytesServed } = await until(
      () => station.call<Campaign>('GET', `/campaigns/${id}`),
      (campaign) => campaign.status === 'finished' && campaign.bytesServed >= 8 * 200_000,
    )
    expect(counts).toMatchObject({ succeeded: 8, failed: 2 })
    expect(bytesServed).toBeGreaterThanOrEqual(8 * 200_000)

    const { page, picture, faults } = await openScreen(station.ready.ui, { height: 1500 })
    const panel = page.getByTestId('upgrades-panel')
    await panel.locator('canvas').nth(2).waitFor()
    await panel.getByTestId('upgrades-saved').waitFor()
    await picture('upgrades-zh')
    await panel.getByText('表格', { exact: true }).click()
    const today = panel.locator('tbody tr').first()
    expect(await today.locator('td').first().textContent()).toBe('8')
    await picture('upgrades-table-zh')

    await page.getByTestId('nav-settings').click()
    await page.getByTestId('operator-name').fill('王师傅')
    await page.getByTestId('operator-name').press('Enter')
    await picture('settings-operator-zh')

    await page.goto(`${new URL(station.ready.ui).origin}/#/campaigns/${id}`)
    await page.getByTestId('campaign-retry-failed').click()
    await page.getByTestId('campaign-export').click()
    await picture('export-zh')
    const kept = page.waitForEvent('download')
    await page.getByTestId('export-csv').click()
    const download = await kept
    expect(download.suggestedFilename()).toBe(`campaign-${id}-二号厂房.csv`)
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(11)

    await page.getByTestId('campaign-export').click()
    const frame = page.waitForEvent('frameattached')
    await page.getByTestId('export-print').click()
    await frame

    await page.getByTestId('nav-settings').click()
    await page.getByTestId('audit-open').click()
    const newest = page.getByTestId('audit-table').getByRole('row').nth(1)
    await newest.getByText('重试失败设备').waitFor()
    await newest.getByText('王师傅').waitFor()
    await picture('audit-zh')

    await page.evaluate(() => {
      localStorage.setItem('ota-bench.language', 'en')
      localStorage.setItem('ota-bench.theme', 'dark')
    })
    await page.reload()
    await page.getByTestId('audit-table').waitFor()
    await picture('audit-en')
    await page.getByTestId('nav-overview').click()
    await panel.locator('canvas').nth(2).waitFor()
    await picture('upgrades-en-dark')
    expect(faults).toEqual([])

    const paper = await openScreen(
      `${station.ready.api}/campaigns/${id}/report?format=html&lang=zh&token=${station.ready.token}`,
    )
    await paper.page.getByText('升级报告').first().waitFor()
    await paper.picture('report-zh')
    await paper.page.goto(
      `${station.ready.api}/campaigns/${id}/report?format=html&lang=en&token=${station.ready.token}`,
    )
    await paper.picture('report-en')
    // A browser asks for an icon of its own accord; the page itself wants nothing.
    expect(paper.faults.filter((fault) => !fault.includes('404'))).toEqual([])
  })
})
