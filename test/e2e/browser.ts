import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, onTestFinished } from 'vitest'
import { limits } from '../limits.mjs'

const CHROMIUM = '/usr/bin/chromium'

/** Whether the screen can be tested here; without it such tests are skipped, and counted. */
export const hasChromium = existsSync(CHROMIUM)
/** For the titles of skipped tests. */
export const needsChromium = hasChromium ? '' : ' (needs the Debian package chromium)'

const output = resolve(import.meta.dirname, '..', 'output')

export interface Screen {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of the page itself: exceptions, refused resources. */
  readonly faults: string[]
  /** A picture into test/output, to be looked at. */
  picture(name: string): Promise<void>
}

export type ScreenLanguage = 'zh-CN' | 'en-US'

let launched: Promise<Browser> | undefined
afterAll(async () => {
  await (await launched)?.close()
})

/** One for all tests of a file; its start takes longer than many a test. */
const browser = (): Promise<Browser> => {
  launched ??= chromium.launch({
    executablePath: CHROMIUM,
    timeout: limits.wait,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return launched
}

const shownOn = async (page: Page): Promise<string> => {
  const text = await page.innerText('body').catch((error: unknown) => String(error))
  return `${page.url().replace(/token=[^&#]*/, 'token=…')} shows:\n${text.slice(0, 1500)}`
}

/** Opens a page in Debian's Chromium, in a context of its own: nothing stored there outlives the test. */
export const openScreen = async (
  url: string,
  options: { language?: ScreenLanguage; width?: number; height?: number } = {},
): Promise<Screen> => {
  const { language = 'zh-CN', width = 1280, height = 800 } = options
  const viewport = { width, height }
  const context = await (await browser()).newContext({ viewport, locale: language, reducedMotion: 'reduce' })
  context.setDefaultTimeout(limits.wait)
  const page = await context.newPage()
  onTestFinished(async ({ task }) => {
    // What the screen showed when a test gave up is all that a log can keep of it.
    if (task.result?.state === 'fail') process.stderr.write(`${await shownOn(page)}\n`)
    await context.close()
  })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(url)
  return {
    context,
    page,
    faults,
    async picture(name) {
      mkdirSync(output, { recursive: true })
      await page.screenshot({ path: join(output, `${name}.png`) })
    },
  }
}
