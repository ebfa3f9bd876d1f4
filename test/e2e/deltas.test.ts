import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Campaign, Delta, Job, Package, Product } from '#shared/schema.ts'
import { createFleet } from '../../electron/simulator/fleet.ts'
import { programPair } from '../helpers/firmware-images.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import { until } from '../helpers/until.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { choose } from './choose.ts'
import { startStationProcess } from './process.ts'

const fill = (page: Page, testId: string, text: string): Promise<void> =>
  page.locator(`input[data-testid="${testId}"], [data-testid="${testId}"] input`).fill(text)

/** A file let go over the page. */
const drop = async (page: Page, name: string, bytes: number): Promise<void> => {
  const files = await page.evaluateHandle(
    ([fileName, length]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(length)], fileName))
      return transfer
    },
    [name, bytes] as const,
  )
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', event, { dataTransfer: files })
}

const ready = (page: Page, version: string) => page.locator(`[data-testid="diff-${version}"][data-status="ready"]`)

const [before, after] = programPair(200_000)

const twoPackages = async (station: StationProcess): Promise<{ product: Product; target: Package }> => {
  const product = await station.call<Product>('POST', '/products', {
    name: '控制器',
    key: 'ctl',
    protocol: 'sagoo',
    autoRegister: true,
  })
  const add = async (version: string, image: Uint8Array): Promise<Package> =>
    station.call<Package>('POST', '/packages', {
      productId: product.id,
      name: `主控固件 ${version}`,
      version,
      uploads: [await station.upload(`ctl-${version}.bin`, image)],
    })
  await add('2.3.0', before)
  return { product, target: await add('2.4.0', after) }
}

describe.skipIf(!hasChromium)(`patches at the screen${needsChromium}`, () => {
  it('are made for a microcontroller, sent by an automatic campaign with the full image to others, and their savings counted', async () => {
    const station = await startStationProcess('--no-tls')
    const { product, target } = await twoPackages(station)
    const fleet = createFleet({
      protocol: 'sagoo',
      platform: { mqttUrl: station.ready.mqtt, httpUrl: station.ready.http, ca: undefined },
      devices: [{ productKey: 'ctl', name: 'old-0001', secret: product.secret, accessToken: '' }],
      module: { name: 'default', kind: 'FOTA', vendor: null, model: null },
      version: '2.1.0',
      bytesPerSecond: 0,
      failurePercent: 0,
      fault: 'mixed',
      rebootMs: 100,
      queryMs: 0,
    })
    onTestFinished(() => fleet.stop())
    await fleet.start()
    const { page, picture, faults } = await openScreen(station.ready.ui)

    await page.getByTestId('nav-settings').click()
    await choose(page, 'simulator-product', '控制器')
    await fill(page, 'simulator-count', '8')
    await fill(page, 'simulator-version', '2.3.0')
    await fill(page, 'simulator-speed', '0')
    await fill(page, 'simulator-reboot', '0.2')
    await page.getByTestId('simulator-start').click()
    await page.locator('[data-testid="simulator-connected"][data-count="8"]').waitFor()

    await page.getByTestId('nav-devices').click()
    await page.getByTestId('tab-products').click()
    await page.getByTestId('module-default').click()
    await page.getByTestId('class-mcu').click()
    await fill(page, 'module-ram', '16')
    await page.getByTestId('module-submit').click()
    await page.getByTestId('module-default').getByText('单片机').waitFor()

    await page.getByTestId('nav-packages').click()
    await page.getByTestId('packages-table').getByText('主控固件 2.4.0').click()
    await page.getByTestId('diff-make').click()
    expect(await page.getByTestId('base-2.3.0').isChecked()).toBe(true)
    expect(await page.getByTestId('base-2.1.0').isDisabled()).toBe(true)
    await picture('diffs-make-zh')
    await page.getByTestId('diff-make-submit').click()
    await ready(page, '2.3.0').waitFor()
    const [made] = (await station.call<{ items: Delta[] }>('GET', `/packages/${target.id}/diffs`)).items
    expect(made).toMatchObject({ format: 'hpatch-lite', checked: true })
    const deltaSize = made?.size ?? 0
    expect(deltaSize).toBeLessThan(after.length / 2)

    const saving = page.waitForEvent('download')
    await page.getByTestId(`diff-download-${made?.id}`).click()
    const saved = await (await saving).path()
    expect((await readFile(saved)).length).toBe(deltaSize)
    await picture('diffs-zh')

    await page.getByTestId('package-upgrade').click()
    await page.getByTestId('wizard-next').click()
    await page.getByTestId('mode-saves').waitFor()
    expect(await page.getByTestId('mode-auto').isChecked()).toBe(true)
    await picture('diffs-wizard-zh')
    await page.getByTestId('wizard-next').click()
    await page.locator('[data-testid="artifact-2.3.0"][data-artifact="diff"]').waitFor()
    await page.locator('[data-testid="artifact-2.1.0"][data-artifact="full"]').waitFor()
    await page.getByTestId('campaign-start').click()
    await page.locator('[data-testid="counts-succeeded"][data-count="9"]').waitFor()
    const bytesSaved = 8 * (after.length - deltaSize)
    const bytesServed = 8 * deltaSize + after.length
    await until(
      () => station.call<Campaign>('GET', '/campaigns/1'),
      (latest) => latest.bytesSaved === bytesSaved && latest.bytesServed === bytesServed,
    )
    await page.locator(`[data-testid="bytes-saved"][data-bytes="${bytesSaved}"]`).waitFor()
    await page.getByText('没有差分包').waitFor()
    await picture('diffs-live-zh')
    const jobs = await station.call<{ items: Job[] }>('GET', '/campaigns/1/jobs')
    expect(jobs.items.filter(({ artifact }) => artifact === 'diff')).toHaveLength(8)

    await page.getByTestId('nav-overview').click()
    await page.getByTestId('upgrades-saved').waitFor()
    expect(faults).toEqual([])
  })

  it('may come from elsewhere, start from an image given for a version, and be deleted after a question', async () => {
    const station = await startStationProcess('--no-tls')
    const { target } = await twoPackages(station)
    const { page, faults } = await openScreen(`${station.ready.ui}#/packages/${target.id}`, { language: 'en-US' })
    const file = (name: string, bytes: Uint8Array) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })

    await page.getByTestId('diff-make').click()
    await page.getByTestId('diff-way-field').waitFor()
    // Into the dialog, not into a new package.
    await drop(page, 'dropped-2.0.0.bin', 1000)
    await page.getByText('dropped-2.0.0.bin').waitFor()
    expect(page.url()).toContain(`#/packages/${target.id}`)
    await page.getByTestId('diff-base-version').fill('')
    await page.getByTestId('diff-base-file').setInputFiles(file('field-2.1.0.bin', before.subarray(0, 150_000)))
    await page.getByText('SHA-256').last().waitFor()
    expect(await page.getByTestId('diff-base-version').inputValue()).toBe('2.1.0')
    await page.getByTestId('diff-make-submit').click()
    await ready(page, '2.1.0').waitFor()

    await page.getByTestId('diff-make').click()
    await page.getByTestId('diff-way-upload').click()
    await page.getByTestId('uploaded-remove-2.1.0').click()
    await page.getByText('the file field-2.1.0.bin (146 KB)').waitFor()
    await page.getByTestId('confirm-yes').click()
    await page.getByTestId('uploaded-2.1.0').waitFor({ state: 'detached' })
    await page.locator('.ant-modal-close:visible').last().click()

    await page.getByTestId('diff-upload').click()
    await page.getByTestId('diff-file').setInputFiles(file('vendor.patch', new Uint8Array(5000)))
    await fill(page, 'diff-from', '1.9.0')
    await page.getByTestId('diff-take-submit').click()
    await ready(page, '1.9.0').getByText('restore not verified').waitFor()

    const [newest] = (await station.call<{ items: Delta[] }>('GET', `/packages/${target.id}/diffs`)).items
    expect(newest).toMatchObject({ fromVersion: '1.9.0', format: 'custom', checked: false })
    await page.getByTestId(`diff-remove-${newest?.id}`).click()
    await page.getByText('vendor.patch').first().waitFor()
    await page.getByTestId('confirm-yes').click()
    await page.getByTestId('diff-1.9.0').waitFor({ state: 'detached' })
    expect(faults).toEqual([])
  })
})
