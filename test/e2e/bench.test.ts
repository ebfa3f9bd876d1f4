import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Line, Recipe, RunWithLog, UnitRecord } from '#shared/schema.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { type Stm32TargetOptions, stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { choose } from './choose.ts'
import { startStationProcess } from './process.ts'

const clock = createAwakeClock()

/** A board at the end of a wire; answers the path of the port that it stands at. */
const board = async (options: Partial<Stm32TargetOptions> = {}): Promise<string> => {
  const pair = await openPtyPair()
  const target = await targetOnPty(pair.far, stm32Target({ clock, unit: randomBytes(12), ...options }))
  onTestFinished(async () => {
    await target[Symbol.asyncDispose]()
    await pair[Symbol.asyncDispose]()
  })
  return pair.near
}

const fill = (page: Page, testId: string, text: string): Promise<void> =>
  page.locator(`input[data-testid="${testId}"], [data-testid="${testId}"] input`).fill(text)

const lamp = (page: Page, slot: string, is: string): Promise<void> =>
  page.locator(`[data-testid="slot-${slot}"][data-lamp="${is}"]`).waitFor()

describe.skipIf(!hasChromium)(`the bench at the screen${needsChromium}`, () => {
  it('makes a recipe of a file and a line by hand, flashes it by the space bar, says in words what failed, and tries that again by F4', async () => {
    const good = await board()
    // The boot loader refuses its first erase, and does the second.
    const stubborn = await board({ faults: [{ kind: 'nack', step: 'erase', times: 1 }] })
    const station = await startStationProcess('--no-tls')
    await station.call('POST', '/products', { name: '主板', key: 'board', protocol: 'sagoo' })
    const { page, picture, faults } = await openScreen(station.ready.ui)

    await page.getByTestId('nav-bench').click()
    await page.getByTestId('bench-tabs').getByText('配方').click()
    await page.getByTestId('recipe-add').click()
    await fill(page, 'recipe-name', '主板出厂')
    await page.getByTestId('target-stm32').check({ force: true })
    await page.getByTestId('recipe-file').setInputFiles({
      name: 'board-1.0.0.bin',
      mimeType: 'application/octet-stream',
      buffer: demoStm32Image().subarray(0, 6000),
    })
    await page.locator('[data-testid="dry-check"][data-ok="true"]').getByText('0x8000000 – 0x800176F').waitFor()
    await choose(page, 'recipe-product', '主板')
    await choose(page, 'option-after', '留在引导程序')
    await picture('bench-recipe-zh')
    // Nothing leads away from what is not saved but through a question.
    await page.getByTestId('nav-overview').click()
    await page.getByTestId('confirm-yes').waitFor()
    expect(new URL(page.url()).hash).toBe('#/bench/recipes/new')
    await page.keyboard.press('Escape')
    await page.getByTestId('recipe-save').click()
    await page.getByTestId('recipes-table').getByText('主板出厂').waitFor()
    expect(await station.call<Recipe>('GET', '/bench/recipes/1')).toMatchObject({
      version: 1,
      target: 'stm32',
      options: { after: 'stay', erase: 'pages' },
      images: [{ name: 'board-1.0.0.bin', size: 6000, address: 0x0800_0000 }],
    })

    await page.getByTestId('bench-tabs').getByText('工位').click()
    await page.getByTestId('line-add').click()
    await fill(page, 'line-name', 'A 线')
    await page.getByTestId('line-save').click()
    for (const path of [good, stubborn]) {
      await fill(page, 'slot-path', path)
      await page.getByTestId('slot-add').click()
    }
    await picture('bench-line-zh')
    await page.getByTestId('line-save').click()
    await lamp(page, '1', 'present')
    await lamp(page, '2', 'present')

    // A scanner types wherever the cursor is: the barcode goes to the first slot.
    await page.keyboard.type('SN-2611-0001')
    await page.keyboard.press('Enter')
    await page.getByTestId('scan').getByText('SN-2611-0001 → 工位 1').waitFor()

    await page.keyboard.press('Space')
    await lamp(page, '1', 'pass')
    await lamp(page, '2', 'fail')
    await page.getByTestId('slot-1').getByText('通过').waitFor()
    await page.getByTestId('slot-1').getByText('SN-2611-0001').waitFor()
    await page.getByTestId('slot-2').getByText('引导程序拒绝').waitFor()
    await picture('bench-failed-zh')

    await page.keyboard.press('F4')
    await lamp(page, '2', 'pass')
    const [line] = (await station.call<{ items: Line[] }>('GET', '/bench/lines')).items
    const run = await station.call<RunWithLog>('GET', `/bench/runs/${line?.slots[1]?.run?.id}`)
    expect(run).toMatchObject({ state: 'passed', attempt: 2 })

    await page.getByTestId('bench-tabs').getByText('记录').click()
    await page.getByTestId('yield-failed').getByText('1', { exact: true }).waitFor()
    await page.getByTestId('reason-bars').getByText('引导程序拒绝').waitFor()
    await page.getByTestId('records-table').getByText('SN-2611-0001').first().click()
    await page.getByTestId('record-drawer').getByText('board-1.0.0.bin', { exact: true }).waitFor()
    await picture('bench-record-zh')
    await page.getByTestId('record-device').click()
    await page.getByTestId('unit-history').getByText('主板出厂 v1').waitFor()
    const records = (await station.call<{ items: UnitRecord[] }>('GET', '/bench/records')).items
    expect(records.map(({ state }) => state).sort()).toEqual(['failed', 'passed', 'passed'])
    expect(faults).toEqual([])
  })

  it('runs the demo line from the settings, stops one slot of it after a question, and removes it again', async () => {
    const station = await startStationProcess('--no-tls')
    const { page, faults } = await openScreen(station.ready.ui, { language: 'en-US' })
    await page.getByTestId('nav-settings').click()
    await fill(page, 'demo-slots', '4')
    await page.getByTestId('demo-start').click()
    await page.getByTestId('demo-stop').waitFor()
    await page.getByTestId('nav-bench').click()
    await page.locator('[data-testid="slot-1"][data-tone="running"]').waitFor()
    // How far it is moves on the screen by itself.
    await page
      .getByTestId('slot-1')
      .getByText(/Writing [3-9]\d%/)
      .waitFor()
    await page.getByTestId('slot-1').click()
    await page.getByTestId('slot-log').getByText('identifying').waitFor()
    await page.getByTestId('slot-stop').click()
    await page.getByTestId('confirm-yes').click()
    await lamp(page, '1', 'cancelled')
    await page.locator('.ant-modal-wrap').waitFor({ state: 'hidden' })
    await page.locator('.ant-drawer-close').click()
    await page.getByTestId('nav-settings').click()
    await page.getByTestId('demo-stop').click()
    await page.getByTestId('demo-start').waitFor()
    expect((await station.call<{ items: Line[] }>('GET', '/bench/lines')).items).toEqual([])
    expect(faults).toEqual([])
  })

  it('asks before a stop with what is true now: when the run has ended meanwhile, there is nothing to stop', async () => {
    const station = await startStationProcess('--no-tls')
    const { page, faults } = await openScreen(station.ready.ui, { language: 'en-US' })
    await station.call('POST', '/bench/demo/start', { slots: 1, failurePercent: 0, boards: ['esp'] })
    await page.getByTestId('nav-bench').click()
    await page.locator('[data-testid="slot-1"][data-lamp="writing"]').waitFor()
    await page.keyboard.press('F8')
    await page.locator('.ant-modal-confirm-title').getByText('Demo line ESP32: stop 1 slot (1)?').waitFor()
    const [line] = (await station.call<{ items: Line[] }>('GET', '/bench/lines')).items
    await station.call('POST', `/bench/runs/${line?.slots[0]?.run?.id}/cancel`)
    await page.locator('.ant-modal-confirm-title').getByText('Demo line ESP32: all runs have ended').waitFor()
    expect(await page.getByTestId('confirm-yes').isDisabled()).toBe(true)
    expect(faults).toEqual([])
  })
})
