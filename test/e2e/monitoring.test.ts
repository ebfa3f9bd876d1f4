import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { list } from 'tar'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationOn } from './process.ts'

describe.skipIf(!hasChromium)(`monitoring at the screen${needsChromium}`, () => {
  it('makes a token for Prometheus and takes it back, shows the log, and hands out an archive for support', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'station-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const station = await startStationOn(directory)
    const ui = new URL(station.ready.ui)
    const settings = `${station.ready.ui}#/settings`
    const zh = await openScreen(settings)
    const panel = zh.page.getByTestId('monitoring-panel')
    await panel.getByText('未生成').waitFor()
    await panel.scrollIntoViewIfNeeded()
    await zh.picture('monitoring-zh')
    await zh.page.getByTestId('metrics-token-make').click()
    const token = (await zh.page.locator('.ant-modal .copyable, .ant-modal .mono').first().textContent())?.trim() ?? ''
    await zh.page.locator('.ant-modal .ant-btn-primary').click({ trial: true })
    await zh.picture('monitoring-token-zh')
    const read = () => fetch(`${ui.origin}/metrics`, { headers: { Authorization: `Bearer ${token}` } })
    expect((await read()).status).toBe(200)
    await zh.page.keyboard.press('Escape')
    await panel.getByTestId('metrics-token-revoke').click()
    await zh.page.locator('.ant-modal-confirm .ant-btn-dangerous').click()
    await panel.getByText('未生成').waitFor()
    expect((await read()).status).toBe(401)

    await panel.getByTestId('log-show').click()
    await zh.page.getByTestId('log-files').getByText('station.log').waitFor()
    await zh.picture('monitoring-log-zh')
    expect(zh.faults.filter((fault) => !fault.includes('401'))).toEqual([])

    const en = await openScreen(settings, { language: 'en-US', width: 1920, height: 1080 })
    const english = en.page.getByTestId('monitoring-panel')
    await english.scrollIntoViewIfNeeded()
    const [archive] = await Promise.all([en.page.waitForEvent('download'), english.getByTestId('diagnostics').click()])
    const file = join(directory, 'd.tar')
    await archive.saveAs(file)
    const names: string[] = []
    list({ file, sync: true, onReadEntry: ({ path }) => void names.push(path) })
    expect(names).toEqual(expect.arrayContaining(['station.json', 'database.json', 'metrics.txt', 'logs/station.log']))
    expect(readFileSync(file).includes(ui.searchParams.get('token') ?? 'none')).toBe(false)
    await en.picture('monitoring-en-1920')
    await english.getByTestId('log-show').click()
    await en.page.getByTestId('log-files').getByText('station.log').waitFor()
    await en.picture('monitoring-log-en-1920')
    expect(en.faults).toEqual([])
  })
})
