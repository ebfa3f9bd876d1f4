import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { StationInfo } from '#shared/schema.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationOn } from './process.ts'

describe.skipIf(!hasChromium)(`the certificates at the screen${needsChromium}`, () => {
  it('are told of when one is damaged, made again by whoever says so, and old devices can be turned away', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'station-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const before = await startStationOn(directory)
    before.child.kill('SIGTERM')
    await once(before.child, 'exit')
    for (const name of ['ca-rsa.key', 'server-rsa.key']) writeFileSync(join(directory, 'tls', name), 'garbage')

    const station = await startStationOn(directory)
    expect(station.ready.mqtts).toMatch(/^mqtts:/)
    const { page, picture, faults } = await openScreen(station.ready.ui)
    await page.getByTestId('attention-authority').getByText('tls/ca-rsa.key').waitFor()
    await picture('certificate-attention-zh')
    await page.getByTestId('attention-authority').getByRole('button').click()
    await page.getByTestId('certificate-problem').getByText('不是有效的私钥').waitFor()
    expect(await page.getByTestId('certificate-problem').textContent()).toContain('其他设备不受影响')
    await page.getByTestId('ca-pem').waitFor()
    expect(await page.getByTestId('ca-ec-pem').count()).toBe(0)
    await picture('certificate-damaged-zh')

    await page.getByTestId('ca-renew').click()
    await page.locator('[data-testid="ca-renew-rsa"]:checked').waitFor()
    expect(await page.getByTestId('ca-renew-ec').isChecked()).toBe(false)
    await picture('certificate-renew-zh')
    await page.getByTestId('ca-renew-yes').click()
    await page.getByTestId('ca-ec-pem').waitFor()
    expect(await page.getByTestId('certificate-problem').count()).toBe(0)
    const { listeners, tls } = await station.call<StationInfo>('GET', '/station')
    expect(tls).toEqual({ state: 'on', problems: [] })
    expect(listeners).toMatchObject({
      mqtts: expect.stringMatching(/^mqtts:/),
      https: expect.stringMatching(/^https:/),
    })

    await page.locator('[data-testid="static-rsa"][aria-checked="true"]').click()
    await page.locator('[data-testid="static-rsa"][aria-checked="false"]').waitFor()
    await page.getByTestId('language-switch').click()
    await page.getByTestId('static-rsa').scrollIntoViewIfNeeded()
    await picture('certificate-en')
    expect(await station.call('GET', '/settings')).toMatchObject({ staticRsa: false })
    expect(faults).toEqual([])
  })
})
