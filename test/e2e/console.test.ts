import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { until } from '../helpers/until.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

describe.skipIf(!hasChromium)(`the console at the screen${needsChromium}`, () => {
  it.each([
    ['zh-CN', 1280, 800],
    ['en-US', 1920, 1080],
  ] as const)('in %s: opened, searched, sent to, shown in hex, saved', async (language, width, height) => {
    const pair = await openPtyPair()
    onTestFinished(() => pair.pull())
    const board = await openSerialLink(pair.far, { baudRate: 115_200 }, createAwakeClock())
    onTestFinished(() => board.close())
    const station = await startStationProcess('--no-tls')
    const { ready } = station
    await fetch(`${ready.api}/bench/lines`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ready.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Lab', slots: [{ label: 'A1', path: pair.near }] }),
    })
    const { page, picture, faults } = await openScreen(ready.ui, { language, width, height })
    const shot = (name: string) => picture(`console-${name}-${language.slice(0, 2)}-${width}`)
    await page.getByTestId('nav-bench').click()
    await page.getByTestId('slot-A1').click()
    await page.getByTestId('slot-console').click()
    await page.getByTestId('console-terminal').waitFor()
    const send = page.getByTestId('console-send')
    await until(() => send.isEnabled(), Boolean)
    await board.write(Buffer.from('boot v1.2 启动\r\n\u001b[32mwifi: connected\u001b[0m\r\n> '))
    const rows = page.locator('.xterm-rows')
    await rows.getByText('wifi: connected').waitFor()
    await page.getByTestId('console-search').fill('boot')
    await page.getByTestId('console-search').press('Enter')
    await page.getByTestId('console-line').fill('version')
    await send.click()
    let heard = ''
    await until(
      async () => {
        heard += Buffer.from(await board.read(50)).toString()
        return heard
      },
      (got) => got.endsWith('\n'),
    )
    expect(heard).toBe('version\r\n')
    await rows.getByText('» version').waitFor()
    await shot('text')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('console-save').click()])
    expect(file.suggestedFilename()).toMatch(/^console-A1-.*\.log$/)
    const saved = readFileSync(await file.path(), 'utf8')
    expect(saved).toMatch(/boot v1\.2 启动\r\n[\d:.]+ wifi: connected\r\n/)
    await page.getByTestId('console-hex').click()
    await rows.getByText('62 6f 6f 74').first().waitFor()
    await shot('hex')
    await page.getByTestId('console-close').click()
    await until(() => send.isDisabled(), Boolean)
    await shot('closed')
    // What was shown stays, and the console goes on.
    await page.getByTestId('console-reopen').click()
    await until(() => send.isEnabled(), Boolean)
    await page.getByTestId('console-hex').click()
    await board.write(Buffer.from('once more\r\n'))
    await rows.getByText('once more').waitFor()
    await rows.getByText('wifi: connected').waitFor()
    // The same port, chosen from all that are plugged in.
    await page.locator('.ant-drawer-close').last().click()
    await page.locator('.ant-drawer-close').last().click()
    await page.getByTestId('port-consoles').click()
    await page.getByRole('menuitem').filter({ hasText: pair.near }).waitFor()
    await shot('ports')
    await page.getByRole('menuitem').filter({ hasText: pair.near }).click()
    await rows.getByText('once more').waitFor()
    expect(faults).toEqual([])
  })
})
