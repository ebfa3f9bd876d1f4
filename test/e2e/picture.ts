import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { root } from '../launch/launched.ts'

const FOLDER = join(root, 'docs', 'images')
const LARGEST = 300 * 1024

/** A picture for the guides, taken when nothing is under way on the page any more. */
export const picture = async (page: Page, name: string): Promise<void> => {
  mkdirSync(FOLDER, { recursive: true })
  const path = join(FOLDER, `${name}.png`)
  await page.mouse.move(0, 0)
  await page.locator('.ant-message-notice').first().waitFor({ state: 'detached' })
  await page.locator('.bones').first().waitFor({ state: 'detached' })
  // A drawer that slides in is waited for; what turns for ever is not.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity).map((a) => a.finished))',
  )
  await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))')
  await page.screenshot({ path })
  expect(statSync(path).size, name).toBeLessThan(LARGEST)
}
