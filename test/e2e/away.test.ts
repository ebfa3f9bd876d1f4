import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasChromium, needsChromium, openScreen, type ScreenLanguage } from './browser.ts'
import { startStationOn } from './process.ts'

const words = {
  'zh-CN': { banner: '站点没有响应，正在重连', away: '站点没有响应', gate: '令牌无效' },
  'en-US': { banner: 'does not respond; reconnecting', away: 'The station does not respond', gate: 'Invalid token' },
} as const

describe.skipIf(!hasChromium)(`a page whose station is away${needsChromium}`, () => {
  it.each<ScreenLanguage>(['zh-CN', 'en-US'])(
    'says what is wrong and tries again, loaded before or meanwhile (%s)',
    async (language) => {
      const directory = mkdtempSync(join(tmpdir(), 'away-'))
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
      const first = await startStationOn(directory, '--no-tls', '--token', 'one')
      const { port } = new URL(first.ready.ui)
      const { page, picture } = await openScreen(first.ready.ui, { language })
      await page.getByTestId('nav-devices').click()
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      const end = async ({ child }: typeof first): Promise<void> => {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      await end(first)
      const banner = page.getByTestId('connection-banner')
      await banner.getByText(words[language].banner).waitFor()
      expect(await banner.textContent()).not.toMatch(/go on\.$|不受影响/)
      await picture(`away-banner-${language}`)

      // Loaded again while nobody serves the page.
      await page.reload()
      await page.getByTestId('away').getByText(words[language].away, { exact: true }).waitFor()
      await picture(`away-page-${language}`)
      const second = await startStationOn(directory, '--no-tls', '--token', 'one', '--ui-port', port)
      await page.getByTestId('nav-devices').waitFor()
      await banner.waitFor({ state: 'detached' })

      // Back with another token: the old page asks for it.
      await end(second)
      await startStationOn(directory, '--no-tls', '--token', 'two', '--ui-port', port)
      await page.getByText(words[language].gate).waitFor()
      await picture(`away-token-${language}`)
      await page.getByTestId('token').fill('two')
      await page.keyboard.press('Enter')
      await page.getByTestId('nav-devices').waitFor()
    },
  )
})
