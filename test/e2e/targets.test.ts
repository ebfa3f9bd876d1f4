import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { UnitRecord } from '#shared/schema.ts'
import { simcomModule } from '../../electron/simulator/targets/at-dialects.ts'
import { atPackage } from '../../electron/simulator/targets/at-module.ts'
import { smpTarget } from '../../electron/simulator/targets/smp.ts'
import { mcubootImage } from '../../electron/simulator/targets/smp-images.ts'
import { Uf2Board } from '../../electron/simulator/targets/uf2-board.ts'
import { makeUf2 } from '../../electron/simulator/targets/uf2-file.ts'
import { image } from '../flashing/conformance/subject.ts'
import { plugModule } from '../flashing/plug-module.ts'
import { driveRoot } from '../flashing/uf2-drive.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { choose } from './choose.ts'
import { startStationProcess } from './process.ts'

const clock = createAwakeClock()

const fill = (page: Page, testId: string, text: string): Promise<void> =>
  page.locator(`input[data-testid="${testId}"], [data-testid="${testId}"] input`).fill(text)

/** One family as a user meets it: a unit in its boot loader, its file, one that it cannot take, and what is set besides. */
interface Story {
  readonly target: string
  /** @returns the path that the slot is set up with. */
  readonly plugIn: () => Promise<string>
  readonly good: readonly [name: string, bytes: Buffer]
  /** Refused by the dry check; left out where any file may be right. */
  readonly bad?: readonly [name: string, bytes: Buffer]
  readonly settle?: (page: Page) => Promise<void>
  /** The unit tells who it is; else its barcode does. */
  readonly unit?: RegExp
}

const stories: readonly Story[] = [
  {
    target: 'smp',
    async plugIn() {
      const pty = await openPtyPair()
      const board = await targetOnPty(pty.far, smpTarget({ clock, mode: 'recovery', chatty: true }))
      onTestFinished(async () => {
        await board[Symbol.asyncDispose]()
        await pty.pull()
      })
      return pty.near
    },
    good: ['gateway-2.0.0.signed.bin', mcubootImage(image(20_000), { major: 2 })],
    bad: ['gateway-2.0.0.bin', Buffer.from(image(3000))],
  },
  {
    target: 'uf2',
    async plugIn() {
      const folder = join(driveRoot(), 'RP2350')
      const board = new Uf2Board({ folder, chip: 'RP2350' })
      board.enter()
      board.watch(clock)
      onTestFinished(() => board.dispose())
      return folder
    },
    good: ['sensor-1.2.0.uf2', makeUf2(Buffer.from(image(20_000)), { family: 0xe48b_ff59, address: 0x1000_0000 })],
    bad: [
      'sensor-1.2.0-cut.uf2',
      makeUf2(Buffer.from(image(20_000)), { family: 0xe48b_ff59, address: 0 }).subarray(0, 900),
    ],
  },
  {
    target: 'at-fota',
    plugIn: async () => (await plugModule(simcomModule())).port,
    good: ['A7670E-2.0.0.bin', atPackage('2.0.0', 60_000)],
    async settle(page) {
      await fill(page, 'option-profile', 'simcom')
      await page.keyboard.press('Escape')
      await page.getByTestId('recipe-advanced').locator('summary').click()
      await fill(page, 'option-host', '127.0.0.1')
    },
    unit: /^\d{15}$/,
  },
]

const screens = [
  ['zh-CN', 1280, 800],
  ['en-US', 1920, 1080],
] as const

describe.skipIf(!hasChromium)(`the targets at the screen${needsChromium}`, () => {
  it.each(stories.flatMap((story) => screens.map((screen) => [story.target, ...screen, story] as const)))(
    '%s in %s (%i × %i): from an empty station to a record',
    async (target, language, width, height, { plugIn, good, bad, settle, unit }) => {
      const path = await plugIn()
      const station = await startStationProcess('--no-tls')
      const { page, picture, faults } = await openScreen(station.ready.ui, { language, width, height })
      const shot = (name: string) => picture(`target-${target}-${name}-${language.slice(0, 2)}-${width}`)
      const addFile = ([name, buffer]: readonly [string, Buffer]) =>
        page.getByTestId('recipe-file').setInputFiles([{ name, mimeType: 'application/octet-stream', buffer }])

      await page.getByTestId('nav-bench').click()
      await page.getByTestId('bench-tabs').locator('label').nth(1).click()
      await page.getByTestId('recipe-add').click()
      await fill(page, 'recipe-name', `Board by ${target}`)
      await page.getByTestId(`target-${target}`).click()
      if (bad) {
        await addFile(bad)
        await page.locator('[data-testid="dry-check"][data-ok="false"]').waitFor()
        await shot('refused')
        await page.locator('.images li button').click()
      }
      await settle?.(page)
      await addFile(good)
      await page.locator('[data-testid="dry-check"][data-ok="true"]').waitFor()
      await shot('recipe')
      await page.getByTestId('recipe-save').click()
      await page.getByTestId('recipes-table').getByText(`Board by ${target}`).waitFor()

      await page.getByTestId('bench-tabs').locator('label').nth(0).click()
      await page.getByTestId('line-add').click()
      await fill(page, 'line-name', 'Line 1')
      await choose(page, 'line-recipe', `Board by ${target} v1`)
      await page.getByTestId('line-save').click()
      await fill(page, 'slot-path', path)
      await page.getByTestId('slot-add').click()
      await page.getByTestId('line-save').click()
      await page.locator('[data-testid="slot-1"]:not([data-lamp="empty"])').waitFor()
      if (!unit) {
        await page.keyboard.type('SN-2612-0001')
        await page.keyboard.press('Enter')
        await page.getByTestId('slot-1').getByText('SN-2612-0001').waitFor()
      }
      await page.keyboard.press('Space')
      await page.locator('[data-testid="slot-1"][data-lamp="pass"]').waitFor()
      await shot('line')
      await page.getByTestId('slot-1').click()
      await page.getByTestId('slot-log').waitFor()
      await shot('slot')
      await page.locator('.ant-drawer-close').click()
      await page.getByTestId('bench-tabs').locator('label').nth(2).click()
      await page.getByTestId('records-table').locator('.table-row').first().click()
      await page.getByTestId('record-drawer').getByText(good[0], { exact: true }).waitFor()
      await shot('record')
      const { items } = await station.call<{ items: UnitRecord[] }>('GET', '/bench/records')
      expect(items).toMatchObject([{ state: 'passed', recipeName: `Board by ${target}` }])
      expect(items[0]?.unit).toMatch(unit ?? /^SN-2612-0001$/i)
      expect(faults).toEqual([])
    },
  )
})
